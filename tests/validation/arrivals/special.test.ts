import assert from 'node:assert/strict';
import { test } from 'node:test';
import { chiSquareCdf, gammaCdf, kolmogorovTail, logGamma } from '../../../validation/arrivals/special';

function near(found: number, expected: number, relative = 1e-13): void {
  assert.ok(Math.abs(found - expected) <= relative * Math.abs(expected), `${found} is not ${expected}`);
}

test('the gamma function is the factorial of whole numbers, and a root of pi at a half', () => {
  near(logGamma(11), Math.log(3_628_800));
  near(logGamma(0.5), Math.log(Math.PI) / 2);
  near(logGamma(0.25), Math.log(3.625609908221908));
  assert.ok(Math.abs(logGamma(1)) < 1e-14 && Math.abs(logGamma(2)) < 1e-14);
});

test('the incomplete gamma function has its closed forms', () => {
  for (const x of [1e-8, 0.3, 1, 2, 7, 40]) {
    near(gammaCdf(1, x), -Math.expm1(-x));
    near(gammaCdf(3, x), x > 0.1 ? 1 - Math.exp(-x) * (1 + x + (x * x) / 2) : x ** 3 / 6, 1e-7);
  }
  // The error function of 1.
  near(gammaCdf(0.5, 1), 0.8427007929497149);
  assert.deepEqual([gammaCdf(2, 0), gammaCdf(2, -1), gammaCdf(2, Number.POSITIVE_INFINITY)], [0, 0, 1]);
});

test('the two ways of calculating it meet where one takes over from the other', () => {
  for (const shape of [0.006, 4 / 9, 5, 5000]) {
    const edge = shape + 1;
    near(gammaCdf(shape, edge * (1 + 1e-12)), gammaCdf(shape, edge * (1 - 1e-12)), 1e-9);
  }
});

test('critical values of tables are found again', () => {
  near(chiSquareCdf(10, 18.307038), 0.95, 1e-7);
  near(chiSquareCdf(1, 6.634897), 0.99, 1e-7);
  // Of the limit of Kolmogorov's statistic: 1.3581 at 5 %, 1.6276 at 1 %.
  near(kolmogorovTail(1.3581 / 1000, 1_000_000), 0.05, 2e-3);
  near(kolmogorovTail(1.6276 / 1000, 1_000_000), 0.01, 2e-3);
  assert.equal(kolmogorovTail(1e-5, 100), 1);
});
