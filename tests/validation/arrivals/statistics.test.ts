import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  autocorrelation,
  cvOf,
  dispersionOf,
  gapsOf,
  momentsOf,
  quantile,
  ranksOf,
  windowCounts,
} from '../../../validation/arrivals/statistics';

test('moments are those of the population, far from 0 as well', () => {
  assert.deepEqual(momentsOf([2, 4, 4, 4, 5, 5, 7, 9]), { n: 8, mean: 5, variance: 4 });
  assert.equal(cvOf([2, 4, 4, 4, 5, 5, 7, 9]), 0.4);
  assert.equal(momentsOf([2 ** 40 + 1, 2 ** 40 + 3]).variance, 1);
});

test('windows begin at the first arrival, and a last one that is not whole is left out', () => {
  const times = [5, 5.5, 6, 8.25, 8.5, 9.75];
  assert.deepEqual([...gapsOf(times)], [0.5, 0.5, 2.25, 0.25, 1.25]);
  assert.deepEqual([...windowCounts(times, 1)], [2, 1, 0, 2]);
  assert.deepEqual([...windowCounts(times, 2)], [3, 2]);
  // Counts 3 and 2: mean 2.5, variance 0.25.
  assert.equal(dispersionOf(windowCounts(times, 2)), 0.1);
  assert.deepEqual([...windowCounts([7], 1), ...windowCounts([], 1)], []);
});

test('a reading belongs to the tick that it is nearest to', () => {
  const times = [0, 0, 2.999, 6.001, 6.001, 8.999, 12];
  assert.deepEqual([...windowCounts(times, 3)], [3, 0, 3, 0]);
  assert.deepEqual([...windowCounts(times, 3, 3)], [2, 1, 2, 1]);
});

test('values that go up and down by turns are correlated with those two later', () => {
  const values = [1, -1, 1, -1, 1, -1, 1, -1];
  assert.deepEqual([autocorrelation(values, 1), autocorrelation(values, 2)], [-7 / 8, 6 / 8]);
  assert.ok(Number.isNaN(autocorrelation([3, 3, 3], 1)));
});

test('quantiles lie between the values around them, and equal values share a rank', () => {
  assert.deepEqual(
    [0, 0.5, 0.9, 1].map((share) => quantile([10, 20, 30], share)),
    [10, 20, 28, 30],
  );
  assert.deepEqual([...ranksOf([5, 1, 5, 0])], [3.5, 2, 3.5, 1]);
});
