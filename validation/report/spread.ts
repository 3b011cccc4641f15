import { nearestRank, sum } from '../../base/sample';

/** What a sample is like; all but its size NaN for an empty one, which JSON writes as null. Quantiles by nearest rank. */
export interface Spread {
  readonly count: number;
  readonly mean: number;
  readonly p50: number;
  readonly p90: number;
  readonly p99: number;
  readonly max: number;
}

/** @param values Those that are not finite did not come, and do not count. */
export function spreadOf(values: Iterable<number>): Spread {
  const sorted = [...values].filter(Number.isFinite).sort((a, b) => a - b);
  const count = sorted.length;
  return {
    count,
    mean: sum(sorted) / count,
    p50: nearestRank(sorted, 0.5),
    p90: nearestRank(sorted, 0.9),
    p99: nearestRank(sorted, 0.99),
    max: sorted.at(-1) ?? Number.NaN,
  };
}

/** A mean of means, each as often as it was measured; NaN where none was. */
export function weightedMean(pairs: Iterable<readonly [mean: number, weight: number]>): number {
  let [total, weights] = [0, 0];
  for (const [mean, weight] of pairs) {
    if (!Number.isFinite(mean) || !(weight > 0)) continue;
    total += mean * weight;
    weights += weight;
  }
  return total / weights;
}
