/** Hours of a week: usage of working hours repeats with it. */
export const WEEK_HOURS = 168;

/** The middle of numbers; of the two in the middle, their mean. */
export function median(values: readonly number[]): number {
  if (values.length === 0) throw new RangeError('no numbers have no median');
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? 0;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? 0) + upper) / 2;
}

export function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
