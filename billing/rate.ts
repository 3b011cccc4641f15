import { TOKEN_KINDS, type TokenKind, type Tokens } from '../ledger/record';
import { costOf, type ExactCost } from './money';
import type { PriceBook } from './price-book';
import type { PriceEntry } from './price-entry';
import type { Usage } from './usage';

/** Why tokens or calls are on no line of a bill. */
export const DIFFERENCES = {
  refused: 'refused by the gateway; no model was asked',
  failed: 'failed; not billed, and the platform bears what the model counted',
  retried: 'attempts before the one that answered; the platform bears them, and their tokens are not known',
  leftUncounted: 'left by the client before the model counted the tokens; not billed',
  uncounted: 'answered, but the model did not count the tokens; not billed',
  excess: 'more cached or reasoning tokens than the whole of which they are a part; cut to the whole',
} as const;

export type Difference = keyof typeof DIFFERENCES;

/** Tokens of one kind at one price. */
export interface RatedPart {
  readonly kind: TokenKind;
  readonly tokens: number;
  readonly entry: PriceEntry;
}

/** A kind of token that was used and that has no price. */
export interface Unpriced {
  readonly model: string;
  readonly kind: TokenKind;
  readonly tokens: number;
}

/** What calls cost, and what of them is not billed. */
export interface Rated {
  /** The model whose prices apply. */
  readonly model: string;
  /** Whether `parts` are billed; those of a failed call are what the platform bears. */
  readonly isBilled: boolean;
  readonly parts: readonly RatedPart[];
  readonly unpriced: readonly Unpriced[];
  readonly differences: readonly {
    readonly why: Difference;
    readonly calls: number;
    readonly tokens: number;
  }[];
}

/** The model whose prices apply: the one that answered; the one that was asked where no answer says so. */
export function billedModel({ modelAnswered, modelAsked }: Usage, book: PriceBook): string {
  return book.pricedName(modelAnswered === '' ? modelAsked : modelAnswered);
}

/**
 * Rates calls by the prices that were in force when they began.
 *
 * @param model Whose prices apply. Default: {@link billedModel}.
 */
export function rate(usage: Usage, book: PriceBook, model = billedModel(usage, book)): Rated {
  const { ending, tokens, tenant, startedAt } = usage;
  const prices = book.pricesOf(model, tenant);
  const { counts, excess } = separate(tokens);
  const isBilled = ending === 'whole' || ending === 'left';
  const parts: RatedPart[] = [];
  const unpriced: Unpriced[] = [];
  for (const kind of TOKEN_KINDS) {
    const count = counts[kind];
    if (count === 0) continue;
    const entry = prices.at(kind, startedAt);
    if (entry !== undefined) parts.push({ kind, tokens: count, entry });
    else if (isBilled) unpriced.push({ model, kind, tokens: count });
  }
  const isCounted =
    tokens.input !== undefined &&
    (tokens.output !== undefined || prices.at('output', startedAt) === undefined);
  return { model, isBilled, parts, unpriced, differences: differencesOf(usage, isCounted, excess) };
}

const NONE: Rated['differences'] = [];

function differencesOf(usage: Usage, isCounted: boolean, excess: number): Rated['differences'] {
  const { calls, attempts, ending, tokens } = usage;
  if (ending === 'refused') return [{ why: 'refused', calls, tokens: 0 }];
  const isWhole = ending === 'whole';
  if (isWhole && isCounted && excess === 0 && attempts <= calls) return NONE;
  const found: { why: Difference; calls: number; tokens: number }[] = [];
  if (ending === 'failed') {
    found.push({ why: 'failed', calls, tokens: (tokens.input ?? 0) + (tokens.output ?? 0) });
  } else {
    if (!isCounted) found.push({ why: isWhole ? 'uncounted' : 'leftUncounted', calls, tokens: 0 });
    if (excess > 0) found.push({ why: 'excess', calls, tokens: excess });
  }
  if (attempts > calls) found.push({ why: 'retried', calls: attempts - calls, tokens: 0 });
  return found;
}

/** Tokens of which each is in one kind only, and how many the parts had more than the whole. */
export function separate(tokens: Tokens): {
  readonly counts: Readonly<Record<TokenKind, number>>;
  readonly excess: number;
} {
  const { input = 0, cachedInput = 0, cacheWriteInput = 0, output = 0, reasoning = 0 } = tokens;
  const cached = within(cachedInput, input);
  const written = within(cacheWriteInput, input - cached);
  const reasoned = within(reasoning, output);
  return {
    counts: {
      input: input - cached - written,
      cachedInput: cached,
      cacheWriteInput: written,
      output: output - reasoned,
      reasoning: reasoned,
    },
    excess: cachedInput - cached + (cacheWriteInput - written) + (reasoning - reasoned),
  };
}

/** As much of a part as its whole has. In a correction both may be negative. */
const within = (part: number, whole: number) => (whole < 0 ? Math.max(part, whole) : Math.min(part, whole));

/** What parts cost together, before any rounding. */
export function exactCost(parts: readonly RatedPart[]): ExactCost {
  return parts.reduce((sum, { tokens, entry }) => sum + costOf(BigInt(tokens), entry.price), 0n);
}
