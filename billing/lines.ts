import { requireCount } from '../base/quantity';
import { compareKeys } from '../base/text';
import { TOKEN_KINDS, type TokenKind } from '../ledger/record';
import type { Common } from './common';
import { type Amount, costOf, rounded } from './money';
import type { PriceBook } from './price-book';
import type { PriceEntry } from './price-entry';
import type { RatedPart } from './rate';

/**
 * A line of a bill, the finest thing that it has and the only thing that is rounded: tokens of one kind, at one price,
 * of one workload, tenant and model on one day (UTC). Whatever a bill shows is a sum of lines, so all sums agree.
 */
export interface Line extends Common {
  readonly kind: TokenKind;
  readonly entry: PriceEntry;
  /** What the price is for all tenants; the same as `entry` where the tenant has none of its own. */
  readonly list: PriceEntry;
  readonly tokens: bigint;
  readonly amount: Amount;
}

interface Open {
  readonly common: Common;
  readonly kind: TokenKind;
  readonly entry: PriceEntry;
  readonly list: PriceEntry;
  tokens: number;
}

/** Sums up rated calls to lines. A month has millions of calls: nothing here is made anew for each of them. */
export class LineSum {
  /** Few lines for what calls have in common: one for each kind and price. */
  private readonly open = new Map<Common, Open[]>();

  constructor(private readonly book: PriceBook) {}

  /** @param startedAt When the calls began, for the list price. */
  add(common: Common, startedAt: number, parts: readonly RatedPart[]): void {
    if (parts.length === 0) return;
    const lines = this.open.get(common) ?? [];
    if (lines.length === 0) this.open.set(common, lines);
    for (const { kind, entry, tokens } of parts) {
      const list =
        entry.tenant === '' ? entry : (this.book.priceOf(common.model, kind, '', startedAt) ?? entry);
      const line = openLine(lines, kind, entry, list);
      if (line === undefined) lines.push({ common, kind, entry, list, tokens });
      else line.tokens += tokens;
    }
  }

  /** The lines in an order that depends on nothing but themselves. */
  finish(): Line[] {
    const lines = [...this.open.values()].flat();
    return lines.sort(compareLines).map(({ common, kind, entry, list, tokens: count }) => {
      // Less than 0 is a credit: a correction of a month that is closed.
      requireCount(Math.abs(count), 'tokens on a line');
      const tokens = BigInt(count);
      return { ...common, kind, entry, list, tokens, amount: rounded(costOf(tokens, entry.price)) };
    });
  }
}

function openLine(
  lines: readonly Open[],
  kind: TokenKind,
  entry: PriceEntry,
  list: PriceEntry,
): Open | undefined {
  for (const line of lines) {
    if (line.entry === entry && line.list === list && line.kind === kind) return line;
  }
  return undefined;
}

function compareLines(a: Open, b: Open): number {
  const [one, other] = [a.common, b.common];
  return (
    one.day - other.day ||
    compareKeys(one.unit, other.unit) ||
    compareKeys(one.workload, other.workload) ||
    compareKeys(one.tenant, other.tenant) ||
    compareKeys(one.model, other.model) ||
    TOKEN_KINDS.indexOf(a.kind) - TOKEN_KINDS.indexOf(b.kind) ||
    a.entry.index - b.entry.index ||
    a.list.index - b.list.index
  );
}

export function sumOf(lines: Iterable<{ readonly amount: Amount }>): Amount {
  let sum = 0n;
  for (const { amount } of lines) sum += amount;
  return sum;
}
