/** Mean of a sample, and how sure it is. */
export interface MeanOf {
  readonly count: number;
  /** NaN for an empty sample. */
  readonly mean: number;
  /** Of the mean. NaN for less than two values. */
  readonly standardError: number;
}

/** In the order in which they come: a sum of fractions depends on it. */
export const sum = (values: readonly number[]): number => values.reduce((all, value) => all + value, 0);

/** Mean, and its standard error, of a sample. */
export function meanOf(values: readonly number[]): MeanOf {
  const count = values.length;
  const mean = sum(values) / count;
  const squares = sum(values.map((value) => (value - mean) ** 2));
  return { count, mean, standardError: count > 1 ? Math.sqrt(squares / (count - 1) / count) : Number.NaN };
}

/** By nearest rank, so that it is a value of the sample; NaN for an empty one. */
export function quantile(values: readonly number[], share: number): number {
  return nearestRank(
    [...values].sort((a, b) => a - b),
    share,
  );
}

/** As {@link quantile}, of a sample that is sorted already. */
export function nearestRank(sorted: readonly number[], share: number): number {
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
}
