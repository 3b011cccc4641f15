import { type Period as Month, periodAt, periodNamed } from '../ledger/period';

export { HOUR_MS } from '../ledger/period';

/** A stretch of time, in milliseconds since 1970, UTC; `to` is no longer in it. */
export interface Period {
  readonly from: number;
  readonly to: number;
}

export const DAY_MS = 86_400_000;

const DATE = /^\d{4}-\d{2}-\d{2}$/;
const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,3})?)?Z$/;

/** What {@link parseInstant} takes, in words. */
export const INSTANT_WORDS =
  'a date such as 2026-06-01 (midnight UTC), or a time such as 2026-06-01T14:30:00Z';

/**
 * A date, which begins at midnight UTC, or a time in UTC.
 *
 * @returns undefined for anything else, 30 February too
 */
export function parseInstant(text: string): number | undefined {
  if (!DATE.test(text) && !INSTANT.test(text)) return undefined;
  const at = Date.parse(text);
  // Date.parse takes 30 February for 2 March.
  return Number.isNaN(at) || new Date(at).toISOString().slice(0, 10) !== text.slice(0, 10) ? undefined : at;
}

/** A date where it is midnight, else a time to the second, or to the millisecond where it has such. */
export function formatInstant(at: number): string {
  const text = new Date(at).toISOString();
  if (at % DAY_MS === 0) return text.slice(0, 10);
  return at % 1000 === 0 ? `${text.slice(0, 19)}Z` : text;
}

/** The midnight at which the day of an instant begins, UTC. */
export function dayOf(at: number): number {
  return Math.floor(at / DAY_MS) * DAY_MS;
}

/** Every midnight within a period, its borders excluded. */
export function midnightsIn({ from, to }: Period): number[] {
  const midnights: number[] = [];
  for (let at = dayOf(from) + DAY_MS; at < to; at += DAY_MS) midnights.push(at);
  return midnights;
}

const spanOf = ({ start, end }: Month): Period => ({ from: start, to: end });

/**
 * The calendar month of a text such as `2026-06`, UTC.
 *
 * @returns undefined for anything else
 */
export function parseMonth(text: string): Period | undefined {
  const month = periodNamed(text);
  return month && spanOf(month);
}

/** The calendar month, UTC, in which an instant is. */
export const monthOf = (at: number): Period => spanOf(periodAt(at));

export function contains(outer: Period, inner: Period): boolean {
  return outer.from <= inner.from && inner.to <= outer.to;
}
