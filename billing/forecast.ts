import { sum, WEEK_HOURS } from './seasons';

/** What is expected, hour by hour, after the last hour that is known. */
export interface Forecast {
  readonly hours: readonly number[];
  /** By how much a week is more than the one before: 1.05 is 5 % more. */
  readonly weeklyGrowth: number;
}

/** Growth of a week that is believed: above twice, or below half, something else happened than growth. */
const MOST_GROWTH = 2;

/**
 * A seasonal naive forecast with a trend: each hour is expected as the mean of the same hour in the weeks before, each
 * brought to today's level by the growth from week to week.
 *
 * @param history Amounts an hour, oldest first, of two whole weeks at least; what is before the last whole week is used
 *   in whole weeks only.
 * @throws RangeError with less than two weeks
 */
export function forecast(history: readonly number[], hours: number): Forecast {
  const weeks = wholeWeeks(history);
  if (weeks.length < 2) {
    throw new RangeError(
      `a forecast needs 2 weeks of hours (${2 * WEEK_HOURS}), and there are ${history.length}`,
    );
  }
  const growth = weeklyGrowth(weeks.map(sum));
  const expected = Array.from({ length: hours }, (_, ahead) => {
    const hour = ahead % WEEK_HOURS;
    const later = 1 + Math.floor(ahead / WEEK_HOURS);
    const levels = weeks.map(
      (week, index) => (week[hour] ?? 0) * growth ** (weeks.length - 1 - index + later),
    );
    return sum(levels) / levels.length;
  });
  return { hours: expected, weeklyGrowth: growth };
}

/** Whole weeks, oldest first, so that the last of them ends with the history. */
function wholeWeeks(history: readonly number[]): number[][] {
  const count = Math.floor(history.length / WEEK_HOURS);
  const start = history.length - count * WEEK_HOURS;
  return Array.from({ length: count }, (_, week) =>
    history.slice(start + week * WEEK_HOURS, start + (week + 1) * WEEK_HOURS),
  );
}

/** The growth that the totals of weeks have on average: the slope of their logarithms (least squares). */
function weeklyGrowth(totals: readonly number[]): number {
  const points = totals.flatMap((total, week) => (total > 0 ? [{ week, log: Math.log(total) }] : []));
  if (points.length < 2) return 1;
  const mean = { week: sum(points.map(({ week }) => week)), log: sum(points.map(({ log }) => log)) };
  const [week, log] = [mean.week / points.length, mean.log / points.length];
  const rise = sum(points.map((point) => (point.week - week) * (point.log - log)));
  const run = sum(points.map((point) => (point.week - week) ** 2));
  return Math.min(MOST_GROWTH, Math.max(1 / MOST_GROWTH, Math.exp(rise / run)));
}

/**
 * How far a forecast would have been off: the last hours are forecast from those before them.
 *
 * @returns the mean absolute percentage error by day, which is what a budget is watched by; days without usage count for
 *   nothing. NaN where there is none else.
 * @throws RangeError when less than two weeks are left to forecast from
 */
export function backTest(history: readonly number[], hours = WEEK_HOURS): number {
  const known = history.slice(0, -hours);
  const expected = daily(forecast(known, hours).hours);
  const actual = daily(history.slice(-hours));
  const errors = actual.flatMap((amount, day) =>
    amount > 0 ? [Math.abs((expected[day] ?? 0) - amount) / amount] : [],
  );
  return sum(errors) / errors.length;
}

const DAY_HOURS = 24;

function daily(hours: readonly number[]): number[] {
  return Array.from({ length: Math.floor(hours.length / DAY_HOURS) }, (_, day) =>
    sum(hours.slice(day * DAY_HOURS, (day + 1) * DAY_HOURS)),
  );
}
