import { compareKeys } from '../base/text';
import { TOKEN_KINDS, type TokenKind } from '../ledger/record';
import type { Bill } from './bill';
import type { Amount } from './money';

/** By what the lines of a bill can be summed up. */
export const GROUPINGS = ['workload', 'tenant', 'model', 'unit'] as const;

export type Grouping = (typeof GROUPINGS)[number];

/** Lines that have a workload, a tenant, a model or a unit in common. */
export interface Group {
  readonly name: string;
  /** Calls that were answered, whole or until the client left. */
  readonly calls: number;
  readonly tokens: ReadonlyMap<TokenKind, bigint>;
  /** The sum of the lines, without any further rounding. */
  readonly amount: Amount;
}

/** The groups of a bill, sorted by name; their amounts add up to its total. */
export function groupsOf(bill: Bill, by: Grouping): Group[] {
  const groups = new Map<string, { calls: number; tokens: Map<TokenKind, bigint>; amount: bigint }>();
  const groupOf = (name: string) => {
    const group = groups.get(name) ?? { calls: 0, tokens: new Map(), amount: 0n };
    groups.set(name, group);
    return group;
  };
  for (const line of bill.lines) {
    const group = groupOf(line[by]);
    group.tokens.set(line.kind, (group.tokens.get(line.kind) ?? 0n) + line.tokens);
    group.amount += line.amount;
  }
  for (const count of bill.calls) {
    if (count.ending === 'whole' || count.ending === 'left') groupOf(count[by]).calls += count.calls;
  }
  return [...groups]
    .sort(([a], [b]) => compareKeys(a, b))
    .map(([name, { calls, tokens, amount }]) => ({ name, calls, tokens, amount }));
}

/** Kinds of tokens of which a bill has any, in the order of a bill. */
export function kindsOf({ lines }: Pick<Bill, 'lines'>): TokenKind[] {
  const used = new Set(lines.map(({ kind }) => kind));
  return TOKEN_KINDS.filter((kind) => used.has(kind));
}

/** How a bill calls tokens of which each is in one kind only. */
export const KIND_WORDS: Readonly<Record<TokenKind, string>> = {
  input: 'input',
  cachedInput: 'cached input',
  cacheWriteInput: 'input to cache',
  output: 'output',
  reasoning: 'reasoning',
};
