/** A window of an objective's rates, as PromQL writes it. */
export type Window = '5m' | '30m' | '1h' | '2h' | '6h' | '1d' | '3d';

/** How urgent an alert is: somebody is woken, or looks at it on the next working day. */
export type Severity = 'page' | 'ticket';

/**
 * A rate at which an error budget is spent, and what it means: in the long window this share of the budget is gone, and
 * the short window shows that it goes on.
 */
export interface BurnRate {
  readonly severity: Severity;
  /** Share of the budget of the whole period, in percent. */
  readonly budgetPercent: number;
  readonly short: Window;
  readonly long: Window;
}

/** The multiwindow burn rates of the Site Reliability Workbook, chapter 5, table 5-8; Sloth has the same. */
export const BURN_RATES: readonly BurnRate[] = [
  { severity: 'page', budgetPercent: 2, short: '5m', long: '1h' },
  { severity: 'page', budgetPercent: 5, short: '30m', long: '6h' },
  { severity: 'ticket', budgetPercent: 10, short: '2h', long: '1d' },
  { severity: 'ticket', budgetPercent: 10, short: '6h', long: '3d' },
];

/** Every window of them, the shortest first. */
export const WINDOWS: readonly Window[] = ['5m', '30m', '1h', '2h', '6h', '1d', '3d'];

const HOURS: Readonly<Record<Window, number>> = {
  ...{ '5m': 5 / 60, '30m': 0.5, '1h': 1, '2h': 2, '6h': 6, '1d': 24, '3d': 72 },
};

/** Seconds of a window. */
export const secondsOf = (window: Window): number => HOURS[window] * 3600;

/**
 * How many times faster than planned the budget is spent: at 1 it lasts exactly the period.
 *
 * @param days Of the period: 30 days make 14.4, 6, 3 and 1.
 */
export function burnFactor({ budgetPercent, long }: BurnRate, days: number): number {
  return Number(((budgetPercent * days * 24) / (HOURS[long] * 100)).toPrecision(12));
}

/** A series of an objective; it has no value before the first event. */
export interface ObjectiveSeries {
  readonly of: 'objectives';
  readonly unit: 'times' | 'ratio' | 'events per second';
  readonly meaning: string;
  readonly sparse: true;
}

const series = (unit: ObjectiveSeries['unit'], meaning: string): ObjectiveSeries => ({
  ...{ of: 'objectives', unit, meaning, sparse: true },
});

const byWindow = <const What extends string>(
  what: What,
  unit: ObjectiveSeries['unit'],
  meaning: string,
): Readonly<Record<`slo:${What}${Window}`, ObjectiveSeries>> =>
  Object.fromEntries(
    WINDOWS.map((window) => [`slo:${what}${window}`, series(unit, `${meaning}, of ${window}`)]),
  ) as Record<`slo:${What}${Window}`, ObjectiveSeries>;

/** What is recorded for each objective of `slos`, with the labels `slo` and `objective`. */
export const OBJECTIVE_SERIES = {
  ...byWindow('events:rate', 'events per second', 'calls or requests that count'),
  ...byWindow('errors:rate', 'events per second', 'those that missed the objective'),
  ...byWindow('errors:ratio', 'ratio', 'share of those that missed the objective'),
  'slo:objective:ratio': series('ratio', 'share that shall meet the objective'),
  'slo:burn_rate:ratio1h': series('times', 'how fast the error budget is spent; at 1 it lasts the period'),
  'slo:errors:ratio_period': series('ratio', 'share of those that missed the objective, of the period'),
  'slo:error_budget_left:ratio': series(
    'ratio',
    'error budget of the period that is left; below 0 it is overspent',
  ),
} as const;
