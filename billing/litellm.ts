import { type Mistake, PlatformError } from '../base/mistake';
import { listed, nearest, shown } from '../base/text';
import type { TokenKind } from '../ledger/record';
import { PRICE_DIGITS, parseDecimal, type TokenPrice } from './money';
import { PriceBook } from './price-book';
import type { PriceEntry } from './price-entry';

/**
 * What LiteLLM's price map (`model_prices_and_context_window.json`) calls the price of one token of each kind. All of
 * its prices are in USD.
 */
const FIELDS: Readonly<Record<string, TokenKind>> = {
  input_cost_per_token: 'input',
  cache_read_input_token_cost: 'cachedInput',
  cache_creation_input_token_cost: 'cacheWriteInput',
  output_cost_per_token: 'output',
  output_cost_per_reasoning_token: 'reasoning',
};

/** Describes the format within the map; no model. */
const DESCRIPTION = 'sample_spec';

/** Models of these modes have no output, and the map says that it costs 0. */
const WITHOUT_OUTPUT = ['embedding', 'rerank', 'moderation'];

/** What of a model was not imported, and why. */
export interface NotImported {
  readonly model: string;
  /** Absent where it is the whole model. */
  readonly field?: string;
  readonly why: string;
}

export interface Imported {
  readonly book: PriceBook;
  readonly notImported: readonly NotImported[];
}

export interface ImportOptions {
  /** When the prices begin. */
  readonly from: number;
  readonly source: string;
  /** Names in the map, and the names that answers say. Default: every model by its own name. */
  readonly models?: ReadonlyMap<string, string>;
}

/**
 * Reads LiteLLM's price map. Its floating-point numbers become exact decimals: a number of up to 15 significant digits
 * is the same decimal as it is written, because JavaScript writes the shortest one that is read as the same number.
 *
 * @throws PlatformError for what is no price map, and for models that it does not have
 */
export function importLiteLlm(text: string, { from, source, models }: ImportOptions): Imported {
  const map = readMap(text);
  const names = models ?? new Map(Object.keys(map).map((name) => [name, name]));
  const unknown = [...names.keys()].filter((name) => !(name in map));
  if (unknown.length > 0) throw new PlatformError(unknown.map((name) => unknownModel(name, map)));
  const entries: PriceEntry[] = [];
  const notImported: NotImported[] = [];
  for (const [theirs, model] of names) {
    const prices = map[theirs];
    if (theirs === DESCRIPTION || prices === undefined) continue;
    const skipped = whySkipped(prices);
    if (skipped !== undefined) {
      notImported.push({ model: theirs, why: skipped });
      continue;
    }
    const { kinds, rest } = pricesOf(theirs, prices);
    notImported.push(...rest);
    for (const [kind, price] of kinds) {
      const index = entries.length;
      entries.push({ index, model, kind, tenant: '', from, currency: 'USD', price, source });
    }
  }
  return { book: new PriceBook('USD', entries), notImported };
}

type Prices = Readonly<Record<string, unknown>>;

function readMap(text: string): Readonly<Record<string, Prices>> {
  let map: unknown;
  try {
    map = JSON.parse(text);
  } catch {
    map = undefined;
  }
  const isMap = (value: unknown) => typeof value === 'object' && value !== null && !Array.isArray(value);
  if (isMap(map) && Object.values(map as Prices).every(isMap)) return map as Record<string, Prices>;
  throw new PlatformError([
    {
      path: 'the price map',
      problem: 'is no JSON map of models',
      fix: 'use model_prices_and_context_window.json of LiteLLM',
    },
  ]);
}

function unknownModel(name: string, map: object): Mistake {
  const meant = nearest(name, Object.keys(map));
  return {
    ...{ path: '--model', value: name, problem: `${shown(name)} is not in the price map` },
    ...(meant !== undefined && { fix: `did you mean ${meant}` }),
  };
}

function whySkipped(prices: Prices): string | undefined {
  const { mode, input_cost_per_token: input, output_cost_per_token: output } = prices;
  if (typeof input !== 'number') {
    const others = Object.keys(prices).filter((field) => isCost(field, prices[field]));
    const has = others.length === 0 ? 'it has no price' : `it has ${listed(others, 'and')}`;
    return `no price of input tokens (mode ${mode ?? 'unknown'}): ${has}`;
  }
  if (input === 0 && !output) {
    return 'all prices are 0, which the map also says where a price is not known';
  }
  return undefined;
}

const isCost = (field: string, value: unknown) =>
  /cost/.test(field) && (typeof value === 'number' ? value !== 0 : typeof value === 'object');

function pricesOf(
  model: string,
  prices: Prices,
): { kinds: ReadonlyMap<TokenKind, TokenPrice>; rest: NotImported[] } {
  const kinds = new Map<TokenKind, TokenPrice>();
  const rest: NotImported[] = [];
  for (const [field, kind] of Object.entries(FIELDS)) {
    const value = prices[field];
    if (value === undefined || value === null) continue;
    if (kind === 'output' && value === 0 && WITHOUT_OUTPUT.includes(`${prices.mode}`)) continue;
    // A price of one token has 18 digits, as one of a million has 12.
    const price = parseDecimal(`${value}`, PRICE_DIGITS + 6);
    if (price !== undefined && price >= 0n) kinds.set(kind, price);
    else rest.push({ model, field, why: `${shown(value)} is no price of a token with at most 18 digits` });
  }
  for (const [field, value] of Object.entries(prices)) {
    if (!(field in FIELDS) && isCost(field, value)) rest.push({ model, field, why: whyLeft(field) });
  }
  return { kinds, rest };
}

function whyLeft(field: string): string {
  const [, tokens] = /_above_(\d+k?)_tokens$/.exec(field) ?? [];
  if (tokens !== undefined) {
    return `a higher price for calls with more than ${tokens} tokens of input is not supported: they are billed at the price below`;
  }
  return 'not a price of text tokens of a call';
}
