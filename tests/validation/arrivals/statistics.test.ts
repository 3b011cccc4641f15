import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Random } from '../../../validation/arrivals/random';
import {
  autocorrelation,
  cvOf,
  dispersionIn,
  gapsOf,
  momentsOf,
  quantile,
  ranksOf,
} from '../../../validation/arrivals/statistics';
import { dispersionOf, windowCounts } from './window-counts';

test('moments are those of the population, far from 0 as well', () => {
  assert.deepEqual(momentsOf([2, 4, 4, 4, 5, 5, 7, 9]), { n: 8, mean: 5, variance: 4 });
  assert.equal(cvOf([2, 4, 4, 4, 5, 5, 7, 9]), 0.4);
  assert.equal(momentsOf([2 ** 40 + 1, 2 ** 40 + 3]).variance, 1);
});

test('windows begin at the first arrival, and a last one that is not whole is left out', () => {
  const times = [5, 5.5, 6, 8.25, 8.5, 9.75];
  assert.deepEqual([...gapsOf(times)], [0.5, 0.5, 2.25, 0.25, 1.25]);
  // Counts 2, 1, 0, 2: mean 5/4, variance 11/16. Counts 3, 2: mean 5/2, variance 1/4.
  assert.deepEqual(dispersionIn(times, 1), { windows: 4, index: 11 / 20 });
  assert.deepEqual(dispersionIn(times, 2), { windows: 2, index: 1 / 10 });
  assert.deepEqual([dispersionIn([7], 1).windows, dispersionIn([], 1).windows], [0, 0]);
});

test('the dispersion is that of all counts, also of those that are 0', () => {
  const random = Random.of(1, 'counts');
  let now = 0;
  const times = Array.from({ length: 3000 }, () => {
    now += random.exponential();
    return now;
  });
  for (const seconds of [0.01, 0.7, 5]) {
    const counts = windowCounts(times, seconds);
    const { windows, index } = dispersionIn(times, seconds);
    assert.equal(windows, counts.length);
    assert.ok(Math.abs(index / dispersionOf(counts) - 1) < 1e-9);
  }
  // As many windows as no array has.
  const sparse = dispersionIn([0, 0.5, 4e15], 1);
  assert.ok(sparse.windows === 4e15 && Math.abs(sparse.index - 2) < 1e-9, `${sparse.index}`);
});

test('a reading belongs to the tick that it is nearest to', () => {
  const times = [0, 0, 2.999, 6.001, 6.001, 8.999, 12];
  // Counts 3, 0, 3, 0, and with the tick 2, 1, 2, 1.
  assert.equal(dispersionIn(times, 3).index, 1.5);
  assert.equal(dispersionIn(times, 3, 3).index, 1 / 6);
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
