import type { Grouping } from './groups';
import { MissingPrices } from './missing-prices';
import { HOUR_MS, type Period } from './period';
import type { PriceBook } from './price-book';
import { exactCost, rate } from './rate';
import { UNASSIGNED } from './units';
import type { Usage, UsageSource } from './usage';

/** Of what series are made; units are for bills. */
export type SeriesGrouping = Exclude<Grouping, 'unit'>;

/** What was spent in each hour of a period, by workload, tenant or model; under {@link ALL} together. */
export type HourlySpend = ReadonlyMap<string, readonly number[]>;

/** The name of the series of everything; no workload has it. */
export const ALL = '';

/**
 * What was spent in each hour, for statistics: floating-point numbers, which no bill has.
 *
 * @param period Of whole hours.
 * @param by Default: everything together only.
 * @throws PlatformError when something was used that has no price
 */
export async function hourlySpend(
  source: UsageSource,
  { period, book, by }: { readonly period: Period; readonly book: PriceBook; readonly by?: SeriesGrouping },
): Promise<HourlySpend> {
  const count = Math.ceil((period.to - period.from) / HOUR_MS);
  const hours = Array.from({ length: count }, (_, hour) => period.from + hour * HOUR_MS);
  const within = book.changes.filter((at) => at > period.from && at < period.to);
  const cuts = [...new Set([...hours.slice(1), ...within])].sort((a, b) => a - b);
  const series = new Map<string, number[]>([[ALL, hours.map(() => 0)]]);
  const missing = new MissingPrices();
  for await (const usage of source.usage(period, cuts)) {
    const { isBilled, parts, unpriced, model } = rate(usage, book);
    missing.add(usage, unpriced);
    if (!isBilled) continue;
    const hour = Math.floor((usage.startedAt - period.from) / HOUR_MS);
    const cost = Number(exactCost(parts)) / 1e18;
    for (const name of by === undefined ? [ALL] : [ALL, nameOf(usage, model, by)]) {
      const amounts = series.get(name) ?? hours.map(() => 0);
      amounts[hour] = (amounts[hour] ?? 0) + cost;
      series.set(name, amounts);
    }
  }
  missing.finish();
  return series;
}

function nameOf({ workload, tenant }: Usage, model: string, by: SeriesGrouping): string {
  const name = { workload, tenant, model }[by];
  return name === ALL ? UNASSIGNED : name;
}
