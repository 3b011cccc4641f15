/** How many, mean, and variance of the population: divided by n, as the published figures of traces have it. */
export interface Moments {
  readonly n: number;
  readonly mean: number;
  readonly variance: number;
}

/** Means are taken before variances: a sum of squares loses the digits of times that are far from 0. */
export function momentsOf(values: ArrayLike<number>): Moments {
  const n = values.length;
  let mean = 0;
  for (let index = 0; index < n; index += 1) mean += (values[index] as number) / n;
  let variance = 0;
  for (let index = 0; index < n; index += 1) variance += ((values[index] as number) - mean) ** 2 / n;
  return { n, mean, variance };
}

/** Coefficient of variation: the standard deviation by the mean; NaN where the mean is 0. */
export function cvOf(values: ArrayLike<number>): number {
  const { mean, variance } = momentsOf(values);
  return Math.sqrt(variance) / mean;
}

/** Of times that do not decrease. */
export function gapsOf(times: ArrayLike<number>): Float64Array {
  const gaps = new Float64Array(Math.max(0, times.length - 1));
  for (let index = 0; index < gaps.length; index += 1) {
    gaps[index] = (times[index + 1] as number) - (times[index] as number);
  }
  return gaps;
}

/** The variance of the number of arrivals in windows of a length, by its mean. */
export interface Dispersion {
  /** Whole windows. */
  readonly windows: number;
  /** 1 for a Poisson process; NaN without a window. */
  readonly index: number;
}

/**
 * Windows begin at the first arrival; the last one is left out, unless it is whole. Empty ones are not kept: one wrong time may
 * make as many of them as memory has no room for.
 *
 * @param times In seconds, not decreasing.
 * @param tick Of their clock, where windows are few ticks long: a reading belongs to the tick that it is nearest to.
 */
export function dispersionIn(times: ArrayLike<number>, seconds: number, tick = 0): Dispersion {
  const begin = (times[0] ?? 0) - tick / 2;
  const windows = Math.max(0, Math.floor(((times[times.length - 1] ?? 0) - begin) / seconds));
  const counts: number[] = [];
  let [inside, last] = [0, -1];
  for (; inside < times.length; inside += 1) {
    const window = Math.floor(((times[inside] as number) - begin) / seconds);
    if (window >= windows) break;
    if (window === last) counts[counts.length - 1] = (counts.at(-1) as number) + 1;
    else counts.push(1);
    last = window;
  }
  const mean = inside / windows;
  const empty = (windows - counts.length) * mean ** 2;
  const variance = counts.reduce((sum, count) => sum + (count - mean) ** 2, empty) / windows;
  return { windows, index: variance / mean };
}

/** Correlation of values with those that come `lag` later; NaN where they are all the same. */
export function autocorrelation(values: ArrayLike<number>, lag: number): number {
  const { n, mean, variance } = momentsOf(values);
  let sum = 0;
  for (let index = lag; index < n; index += 1) {
    sum += ((values[index] as number) - mean) * ((values[index - lag] as number) - mean);
  }
  return sum / n / variance;
}

/** Places of values in their order, from 1; equal ones share the middle of theirs. */
export function ranksOf(values: ArrayLike<number>): Float64Array {
  const order = Uint32Array.from({ length: values.length }, (_, index) => index);
  order.sort((a, b) => (values[a] as number) - (values[b] as number));
  const ranks = new Float64Array(values.length);
  for (let from = 0; from < order.length; ) {
    let to = from;
    while (to < order.length && values[order[to] as number] === values[order[from] as number]) to += 1;
    for (let at = from; at < to; at += 1) ranks[order[at] as number] = (from + to + 1) / 2;
    from = to;
  }
  return ranks;
}

/** The value that a share of them is at most; of values in increasing order, at least one. */
export function quantile(sorted: ArrayLike<number>, share: number): number {
  const place = share * (sorted.length - 1);
  const [low, high] = [Math.floor(place), Math.ceil(place)];
  const [a, b] = [sorted[low] as number, sorted[high] as number];
  return a + (b - a) * (place - low);
}
