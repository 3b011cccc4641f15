import { mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Mistake, PlatformError } from '../../base/mistake';
import { loadPriceBook, type PriceBook } from '../../billing/price-book';
import type { UsageRecord } from '../../ledger/record';
import { newFolder } from '../local/scratch';

/** A file with a text, in a folder of its own. */
export function fileWith(text: string, name = 'prices.yaml'): string {
  const file = join(mkdtempSync(join(newFolder(), 'file-')), name);
  writeFileSync(file, text);
  return file;
}

/** A book of USD with entries as they are written: `model: a, kind: input, from: 2026-01-01, pricePerMTok: 1`. */
export function bookOf(...entries: readonly string[]): PriceBook {
  return loadPriceBook(bookFile(...entries));
}

export function bookFile(...entries: readonly string[]): string {
  const lines = entries.map((entry) => `  - { source: a test, ${entry} }\n`);
  return fileWith(`currency: USD\nentries:\n${lines.join('')}`);
}

/** Every mistake for which something is refused; none when it is not. */
export function mistakesOf(act: () => unknown): readonly Mistake[] {
  try {
    act();
    return [];
  } catch (error) {
    if (error instanceof PlatformError) return error.mistakes;
    throw error;
  }
}

/** A mistake as a person reads it, without its place. */
export function said({ path, problem, fix }: Mistake): string {
  return `${path}: ${problem}${fix === undefined ? '' : ` (${fix})`}`;
}

export const at = (text: string) => Date.parse(`${text}Z`);

let ids = 0;

/** A whole call of model `a` by workload `w` of tenant `t` at noon of 1 June 2026. */
export function call(given: Partial<UsageRecord> = {}): UsageRecord {
  ids += 1;
  return {
    id: `call-${ids}`,
    startedAt: at('2026-06-01T12:00:00'),
    durationMs: 1000,
    workload: 'w',
    tenant: 't',
    modelAsked: 'a',
    modelAnswered: 'a',
    backend: 'a',
    status: 200,
    flags: '',
    attempts: 1,
    ending: 'whole',
    tokens: { input: 1000, output: 100 },
    traceId: '',
    ...given,
  };
}
