import assert from 'node:assert/strict';
import { LEVEL, testFixed } from '../../../validation/arrivals/kolmogorov';

export const SEEDS: readonly number[] = Array.from({ length: 20 }, (_, index) => index + 1);

/**
 * Asserts that a generator follows its law: of twenty seeds at most one is refused at 1 % (two are by chance once in sixty such
 * lists), and the probabilities of all are themselves uniform, which they are not where a law is only nearly right.
 */
export function assertFollows(what: string, probability: (seed: number) => number | undefined): void {
  const found = SEEDS.map((seed) => probability(seed) ?? Number.NaN);
  const told = `${what}: ${found.map((p) => p.toPrecision(2)).join(' ')}`;
  assert.ok(
    found.every((p) => p >= 0 && p <= 1),
    told,
  );
  assert.ok(found.filter((p) => p < LEVEL).length <= 1, told);
  assert.ok((testFixed(found, (p) => p).p ?? 0) > 0.001, told);
}
