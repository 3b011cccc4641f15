import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import { type Mistake, PlatformError } from '../base/mistake';
import { shown } from '../base/text';
import { rewritings } from '../billing/append-only';
import { importLiteLlm, type NotImported } from '../billing/litellm';
import { formatPrice } from '../billing/money';
import { formatInstant, INSTANT_WORDS, parseInstant } from '../billing/period';
import { loadPriceBook, type PriceBook, priceBookText } from '../billing/price-book';
import { refuseAbsent } from './bill';
import { differingPrices } from './document-prices';
import { loadStack } from './stack';

export interface CheckOptions {
  readonly against?: string;
  readonly stack?: string;
  readonly at?: string;
  readonly json?: true;
}

export interface ImportCommandOptions {
  readonly date: string;
  readonly model?: readonly string[];
  readonly source?: string;
  readonly out?: string;
  readonly json?: true;
}

/** `vcf-ai prices check`. */
export function checkPrices(file: string, { against, stack, at, json }: CheckOptions): void {
  refuseAbsent({ '<book>': file, against });
  const now = at === undefined ? Date.now() : instant('--at', at);
  const book = loadPriceBook(file);
  if (against !== undefined) {
    const mistakes = rewritings(loadPriceBook(against), book, file, now);
    if (mistakes.length > 0) throw new PlatformError(mistakes, `${file} changes prices that were in force`);
  }
  if (stack !== undefined) {
    const mistakes = differingPrices(loadStack(stack), { file, book, at: now });
    if (mistakes.length > 0)
      throw new PlatformError(mistakes, `${file} and stack ${stack} have different prices`);
  }
  const { currency, entries, models } = book;
  const counts = {
    file,
    currency,
    models: models.size,
    entries: entries.length,
    against: against ?? null,
    stack: stack ?? null,
  };
  const text = `✓ ${file}: ${entries.length} prices of ${models.size} models in ${currency}`;
  const kept = against === undefined ? '' : `; what was in force in ${against} is unchanged`;
  const same = stack === undefined ? '' : `; stack ${stack} has the same`;
  console.log(json ? JSON.stringify(counts, null, 2) : `${text}${kept}${same}`);
}

/** `vcf-ai prices import`. */
export function importPrices(file: string, { date, model, source, out, json }: ImportCommandOptions): void {
  refuseAbsent({ '<file>': file });
  const from = instant('--date', date);
  if (out !== undefined && existsSync(out)) {
    throw new PlatformError([
      {
        ...{ path: '--out', value: out, problem: `${out} exists, and a price book is only appended to` },
        fix: 'print the prices, and append the entries that you want',
      },
    ]);
  }
  const { book, notImported } = importLiteLlm(readFileSync(file, 'utf8'), {
    from,
    source: source ?? `LiteLLM, ${basename(file)}`,
    ...(model !== undefined && { models: new Map(model.map(renamed)) }),
  });
  const text = json ? importedJson(book, notImported) : priceBookText(book);
  if (out === undefined) process.stdout.write(text);
  else writeFileSync(out, text);
  if (json) return;
  for (const { model: name, field, why } of notImported) {
    console.error(`! ${field === undefined ? name : `${name}: ${field}`} is not imported: ${why}`);
  }
  const left = new Set(notImported.filter(({ field }) => field === undefined)).size;
  console.error(
    `${book.entries.length} prices of ${book.models.size} models; ${left} models are not imported`,
  );
}

/** `gemini/gemini-2.5-flash=gemini-flash`, or a name alone. */
function renamed(text: string): [theirs: string, ours: string] {
  const [theirs = '', ours = theirs] = text.split('=');
  return [theirs, ours];
}

function importedJson({ entries, currency }: PriceBook, notImported: readonly NotImported[]): string {
  const prices = entries.map(({ model, kind, from, price, source }) => ({
    ...{ model, kind, from: formatInstant(from), pricePerMTok: formatPrice(price), source },
  }));
  return `${JSON.stringify({ currency, entries: prices, notImported }, null, 2)}\n`;
}

function instant(path: string, text: string): number {
  const at = parseInstant(text);
  if (at !== undefined) return at;
  const mistake: Mistake = { path, value: text, problem: `${shown(text)} is not ${INSTANT_WORDS}` };
  throw new PlatformError([mistake]);
}
