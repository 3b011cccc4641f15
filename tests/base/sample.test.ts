import assert from 'node:assert/strict';
import { test } from 'node:test';
import { meanOf, nearestRank, quantile } from '../../base/sample';

test('the mean of a sample, and its standard error', () => {
  // Deviations are -3, -1, 1 and 3: 20 / 3 is the variance, and 20 / 3 / 4 that of the mean.
  assert.deepEqual(meanOf([1, 3, 5, 7]), { count: 4, mean: 4, standardError: Math.sqrt(20 / 3 / 4) });
  assert.deepEqual(meanOf([5]), { count: 1, mean: 5, standardError: Number.NaN });
  assert.deepEqual(meanOf([]), { count: 0, mean: Number.NaN, standardError: Number.NaN });
});

test('a quantile is the value by nearest rank, whatever the order', () => {
  const shares = [0, 0.25, 0.26, 0.5, 0.99, 1];
  assert.deepEqual(
    shares.map((share) => quantile([40, 10, 30, 20], share)),
    [10, 10, 20, 20, 40, 40],
  );
  assert.equal(nearestRank([], 0.5), Number.NaN);
});
