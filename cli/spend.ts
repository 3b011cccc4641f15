import { PlatformError } from '../base/mistake';
import { compareKeys } from '../base/text';
import { textTable } from '../base/text-table';
import { type Anomaly, anomalies } from '../billing/anomalies';
import { backTest, forecast } from '../billing/forecast';
import { ALL, hourlySpend, type SeriesGrouping } from '../billing/hourly';
import { DAY_MS, formatInstant, HOUR_MS, type Period } from '../billing/period';
import { loadPriceBook } from '../billing/price-book';
import { sum, WEEK_HOURS } from '../billing/seasons';
import { readPeriod, refuseAbsent, refuseOtherPlaces, type UsageOptions } from './bill';
import { usageSource } from './usage-source';

export interface SpendOptions extends UsageOptions {
  readonly by?: SeriesGrouping | 'unit';
  readonly json?: true;
  /** Days to forecast, as it is written. */
  readonly days?: string;
}

const DAY_HOURS = 24;

/** `vcf-ai bill forecast`. */
export async function spendForecast(options: SpendOptions): Promise<void> {
  const days = readDays(options.days ?? '');
  const { period, spend, currency } = await readSpend(options, 2);
  const history = spend.get(ALL) ?? [];
  const { hours, weeklyGrowth } = forecast(history, days * DAY_HOURS);
  const daily = Array.from({ length: days }, (_, day) => ({
    day: formatInstant(period.to + day * DAY_MS),
    amount: sum(hours.slice(day * DAY_HOURS, (day + 1) * DAY_HOURS)),
  }));
  const error = history.length >= 3 * WEEK_HOURS ? backTest(history) : undefined;
  const total = sum(daily.map(({ amount }) => amount));
  if (options.json) {
    console.log(
      JSON.stringify({ currency, total, weeklyGrowth, backTestError: error ?? null, daily }, null, 2),
    );
    return;
  }
  const growth = `${((weeklyGrowth - 1) * 100).toFixed(1)} % a week`;
  const tested =
    error === undefined || Number.isNaN(error)
      ? 'not tested: that takes three weeks with usage'
      : `the same for the last week would have been ${(error * 100).toFixed(1)} % off a day`;
  console.log(
    table(
      ['day', `expected, ${currency}`],
      daily.map(({ day, amount }) => [day, amount.toFixed(2)]),
    ),
  );
  console.log(`${total.toFixed(2)} ${currency} in ${days} days; growth ${growth}; ${tested}`);
}

/** `vcf-ai bill anomalies`. */
export async function spendAnomalies(options: SpendOptions): Promise<void> {
  const { period, spend, currency } = await readSpend(options, 3);
  const found = [...spend]
    .sort(([a], [b]) => compareKeys(a, b))
    .flatMap(([name, series]) => anomalies(series).map((anomaly) => ({ name, ...anomaly })));
  if (found.length > 0) process.exitCode = 1;
  if (options.json) console.log(JSON.stringify({ currency, anomalies: found.map(told(period)) }, null, 2));
  else if (found.length === 0) console.log('✓ no hour is unlike the same hour of the weeks before');
  else {
    const rows = found
      .map(told(period))
      .map(({ hour, name, amount, expected, deviations }) => [
        ...[hour, name, amount.toFixed(4), expected.toFixed(4), deviations?.toFixed(1) ?? 'never before'],
      ]);
    console.log(table(['hour', options.by ?? 'of', currency, 'usual', 'deviations'], rows));
  }
}

const told =
  ({ from }: Period) =>
  ({ name, hour, amount, expected, deviations }: Anomaly & { readonly name: string }) => ({
    hour: `${new Date(from + hour * HOUR_MS).toISOString().slice(0, 16)}Z`,
    name: name === ALL ? 'all' : name,
    amount,
    expected,
    // JSON has no infinity.
    deviations: Number.isFinite(deviations) ? deviations : null,
  });

async function readSpend(options: SpendOptions, leastWeeks: number) {
  const { prices, records, by } = options;
  const period = readPeriod(options);
  refuseShort(period, leastWeeks);
  refuseUnit(by);
  refuseOtherPlaces(options);
  refuseAbsent({ prices, records });
  const book = loadPriceBook(prices);
  const spend = await hourlySpend(usageSource(options), {
    ...{ period, book },
    ...(by !== undefined && by !== 'unit' && { by }),
  });
  return { period, spend, currency: book.currency };
}

function refuseShort({ from, to }: Period, weeks: number): void {
  if (from % HOUR_MS === 0 && to % HOUR_MS === 0 && to - from >= weeks * WEEK_HOURS * HOUR_MS) return;
  throw new PlatformError([
    {
      path: '--from',
      problem: `${formatInstant(from)} to ${formatInstant(to)} is not ${weeks} weeks of whole hours, or more`,
      fix: 'begin earlier, at a full hour: usage of an hour is compared with the same hour of the weeks before',
    },
  ]);
}

function refuseUnit(by: SpendOptions['by']): void {
  if (by !== 'unit') return;
  throw new PlatformError([
    { path: '--by', value: by, problem: 'unit is for bills', fix: 'use workload, tenant or model' },
  ]);
}

function readDays(text: string): number {
  const days = Number(text);
  if (/^\d+$/.test(text) && days >= 1 && days <= 366) return days;
  throw new PlatformError([
    { path: '--days', value: text, problem: `${text} is not a number of days from 1 to 366`, fix: 'use 30' },
  ]);
}

/** The last three columns are numbers, and of fewer than four all but the first. */
const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  textTable(head, rows, Math.max(1, head.length - 3));
