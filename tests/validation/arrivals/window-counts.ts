import { momentsOf } from '../../../validation/arrivals/statistics';

/**
 * Arrivals in each window from the first arrival on; the last window is left out, unless it is whole.
 */
export function windowCounts(times: ArrayLike<number>, seconds: number): Uint32Array {
  const begin = times[0] ?? 0;
  const windows = Math.floor(((times[times.length - 1] ?? 0) - begin) / seconds);
  const counts = new Uint32Array(Math.max(0, windows));
  for (let index = 0; index < times.length; index += 1) {
    const window = Math.floor(((times[index] as number) - begin) / seconds);
    if (window >= windows) break;
    counts[window] = (counts[window] as number) + 1;
  }
  return counts;
}

/** The variance of counts by their mean; 1 for a Poisson process. */
export function dispersionOf(counts: ArrayLike<number>): number {
  const { mean, variance } = momentsOf(counts);
  return variance / mean;
}
