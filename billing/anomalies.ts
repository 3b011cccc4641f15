import { median, sum, WEEK_HOURS } from './seasons';

/** An hour that is unlike the same hour of the weeks before. */
export interface Anomaly {
  /** Its position in the series. */
  readonly hour: number;
  readonly amount: number;
  /** The median of the same hour of the week, in the weeks before. */
  readonly expected: number;
  /** How many deviations it is away; below 0 when it is less. */
  readonly deviations: number;
}

export interface AnomalyOptions {
  /** From how many deviations on an hour is told. Default: 5. */
  readonly threshold?: number;
  /** Weeks before an hour that it is compared with. Default: 4. */
  readonly weeks?: number;
}

/** Turns a median absolute deviation into a standard deviation, for a normal distribution. */
const MAD_TO_DEVIATION = 1.4826;

/**
 * Of 168 hours of a week, half an hour would be 3 deviations away by chance, and at 5 hardly any in a year; so few weeks
 * know the deviation only roughly, which takes the rest.
 */
const THRESHOLD = 5;

const WEEKS = 4;

/** Weeks without which a median says nothing. */
const LEAST_WEEKS = 3;

/**
 * The least deviation, as a part of the median: a few weeks that happen to agree must not make every other value an
 * anomaly. An hour is told from twice its median on at the earliest.
 */
const LEAST_DEVIATION = 0.2;

/** The least deviation, as a part of a mean hour: at night, a few calls are many times the median of next to nothing. */
const LEAST_OF_MEAN = 0.02;

/**
 * Hours that are far from the median of the same hour of the week in the weeks before, in deviations that neither the
 * anomaly nor an earlier one moves: the median absolute deviation (MAD) of that hour, averaged with the one of all hours
 * of the week, because four weeks alone know it too roughly. An hour is judged by earlier ones only: what is found is
 * found when the hour ends.
 *
 * @param series Amounts an hour, oldest first. Hours with less than three weeks before them are not judged.
 */
export function anomalies(series: readonly number[], options: AnomalyOptions = {}): Anomaly[] {
  const { threshold = THRESHOLD, weeks = WEEKS } = options;
  const usualOf = new Map<number, UsualWeek>();
  return series.flatMap((amount, hour): Anomaly[] => {
    const before = sameHours(series, hour, weeks);
    if (before.length < LEAST_WEEKS) return [];
    const expected = median(before);
    const start = hour - (hour % WEEK_HOURS);
    const usual = usualOf.get(start) ?? usualWeek(series, start, before.length);
    usualOf.set(start, usual);
    const mad = (madOf(before, expected) + usual.relativeMad * expected) / 2;
    const deviation = Math.max(
      MAD_TO_DEVIATION * mad,
      LEAST_DEVIATION * expected,
      LEAST_OF_MEAN * usual.meanHour,
    );
    const off = amount - expected;
    const deviations = deviation > 0 ? off / deviation : off === 0 ? 0 : Number.POSITIVE_INFINITY;
    return Math.abs(deviations) >= threshold ? [{ hour, amount, expected, deviations }] : [];
  });
}

const madOf = (values: readonly number[], middle: number) =>
  median(values.map((value) => Math.abs(value - middle)));

/** How weeks were. */
interface UsualWeek {
  readonly meanHour: number;
  /** How far hours are from their medians, as a part of these. */
  readonly relativeMad: number;
}

/** The weeks before an hour at which a week begins. */
function usualWeek(series: readonly number[], end: number, weeks: number): UsualWeek {
  const start = end - weeks * WEEK_HOURS;
  const relative = Array.from({ length: WEEK_HOURS }, (_, hour) => {
    const values = sameHours(series, end + hour, weeks);
    const middle = median(values);
    return middle > 0 ? values.map((value) => Math.abs(value - middle) / middle) : [];
  }).flat();
  return {
    meanHour: sum(series.slice(start, end)) / (weeks * WEEK_HOURS),
    relativeMad: relative.length === 0 ? 0 : median(relative),
  };
}

/** The same hour of the week in the weeks before, the nearest first. */
function sameHours(series: readonly number[], hour: number, weeks: number): number[] {
  return Array.from({ length: weeks }, (_, week) => hour - (week + 1) * WEEK_HOURS)
    .filter((at) => at >= 0)
    .map((at) => series[at] ?? 0);
}
