import { compareKeys } from '../base/text';
import type { Ending } from '../ledger/record';
import { type Common, Commons } from './common';
import type { GpuBill } from './gpu-bill';
import { type Line, LineSum, sumOf } from './lines';
import { MissingPrices } from './missing-prices';
import type { Amount } from './money';
import { type GpuCost, gpuCosts, type Saving, savings } from './on-premises';
import { midnightsIn, monthOf, type Period } from './period';
import type { PriceBook } from './price-book';
import { DIFFERENCES, type Difference, rate, type Unpriced } from './rate';
import { NO_UNITS, type Units } from './units';
import type { Usage, UsageSource } from './usage';

/** How many calls of a workload, a tenant and a model on a day ended in which way. */
export interface CallCount extends Common {
  readonly ending: Ending;
  readonly calls: number;
}

/** What is on no line, and why. */
export interface NotBilled {
  readonly why: Difference;
  readonly calls: number;
  readonly tokens: number;
}

/** What was used in a period, and what it costs. The same usage and the same prices give the same bill. */
export interface Bill {
  readonly period: Period;
  readonly currency: string;
  readonly owners: ReadonlyMap<string, string>;
  readonly lines: readonly Line[];
  /** The sum of the lines. */
  readonly total: Amount;
  readonly calls: readonly CallCount[];
  readonly notBilled: readonly NotBilled[];
  /** Failed calls at their prices: the platform bears them. */
  readonly platform: readonly Line[];
  /** The GPU bills of the months that are whole within the period; empty without GPU bills. */
  readonly gpuCosts: readonly GpuCost[];
  readonly savings: readonly Saving[];
  /** Months of GPU bills that are partly within the period, so that they are left out. */
  readonly partialMonths: readonly Period[];
}

export interface BillOptions {
  readonly period: Period;
  readonly book: PriceBook;
  /** Default: none, everything is unassigned. */
  readonly units?: Units;
  /** Default: none. */
  readonly gpuBills?: readonly GpuBill[];
}

/**
 * Rates everything that was used in a period.
 *
 * @throws PlatformError when something was used that has no price; it is never free
 */
export async function makeBill(source: UsageSource, options: BillOptions): Promise<Bill> {
  const { period, book, units = NO_UNITS, gpuBills = [] } = options;
  const [lines, platform] = [new LineSum(book), new LineSum(book)];
  const commons = new Commons(units);
  const calls = new CallSum();
  const differences = new Map<Difference, NotBilled>();
  const missing = new MissingPrices();
  const frontier = new Frontier(gpuBills, book, commons);
  // Of all times: a month has calls of earlier ones, which came late.
  const cuts = [...new Set([...book.changes, period.from, ...midnightsIn(period)])].sort((a, b) => a - b);
  for await (const usage of source.usage(period, cuts)) {
    const rated = rate(usage, book);
    missing.add(usage, rated.unpriced);
    const common = commons.of(usage, rated.model);
    (rated.isBilled ? lines : platform).add(common, usage.startedAt, rated.parts);
    calls.add(common, usage);
    for (const { why, ...counts } of rated.differences) {
      const before = differences.get(why) ?? { calls: 0, tokens: 0 };
      const sums = { calls: before.calls + counts.calls, tokens: before.tokens + counts.tokens };
      differences.set(why, { why, ...sums });
    }
    if (rated.isBilled) missing.add(usage, frontier.add(usage, rated.model));
  }
  missing.finish();
  const billed = lines.finish();
  const within = gpuBills.filter(({ month }) => month.from < period.to && month.to > period.from);
  return {
    ...{ period, currency: book.currency, owners: units.owners, lines: billed, total: sumOf(billed) },
    calls: calls.finish(),
    notBilled: (Object.keys(DIFFERENCES) as Difference[]).flatMap((why) => differences.get(why) ?? []),
    platform: platform.finish(),
    gpuCosts: gpuCosts(gpuBills, billed, period),
    savings: savings(gpuBills, frontier.finish(), period),
    partialMonths: within
      .map(({ month }) => month)
      .filter((month) => month.from < period.from || month.to > period.to),
  };
}

/** Counts calls by how they ended. */
class CallSum {
  private readonly open = new Map<Common, Map<Ending, number>>();

  add(common: Common, { ending, calls }: Usage): void {
    const counts = this.open.get(common) ?? new Map<Ending, number>();
    if (counts.size === 0) this.open.set(common, counts);
    counts.set(ending, (counts.get(ending) ?? 0) + calls);
  }

  finish(): CallCount[] {
    const counted = [...this.open].flatMap(([common, counts]) =>
      [...counts].map(([ending, calls]) => ({ ...common, ending, calls })),
    );
    const key = ({ day, unit, workload, tenant, model, ending }: CallCount) =>
      [new Date(day).toISOString(), unit, workload, tenant, model, ending].join('\0');
    return counted.sort((a, b) => compareKeys(key(a), key(b)));
  }
}

/** The tokens of models on GPUs at the prices of what they are compared with. */
class Frontier {
  private readonly compared = new Map<string, string>();
  private readonly sums = new Map<string, LineSum>();

  constructor(
    bills: readonly GpuBill[],
    private readonly book: PriceBook,
    private readonly commons: Commons,
  ) {
    for (const { month, models } of bills) {
      for (const { model, comparedWith } of models) {
        if (comparedWith !== '') this.compared.set(`${month.from} ${model}`, comparedWith);
      }
    }
  }

  /** @returns what has no price */
  add(usage: Usage, model: string): readonly Unpriced[] {
    if (this.compared.size === 0) return [];
    const other = this.compared.get(`${monthOf(usage.startedAt).from} ${model}`);
    if (other === undefined) return [];
    const { parts, unpriced } = rate(usage, this.book, other);
    const sum = this.sums.get(model) ?? new LineSum(this.book);
    this.sums.set(model, sum);
    sum.add(this.commons.of(usage, other), usage.startedAt, parts);
    return unpriced;
  }

  finish(): Map<string, Line[]> {
    return new Map([...this.sums].map(([model, sum]) => [model, sum.finish()]));
  }
}
