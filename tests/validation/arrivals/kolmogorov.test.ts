import assert from 'node:assert/strict';
import { test } from 'node:test';
import { distance, testExponential, testFixed, testGamma } from '../../../validation/arrivals/kolmogorov';
import { Random } from '../../../validation/arrivals/random';

const draws = (n: number, draw: () => number) => Float64Array.from({ length: n }, draw);

test('the distance is the largest on either side of a step', () => {
  assert.equal(
    distance([0.5], (x) => x),
    0.5,
  );
  // After 0.1 the sample is at 1/4; before 0.9 at 3/4, and the law is at 0.9.
  assert.ok(Math.abs(distance([0.1, 0.4, 0.5, 0.9], (x) => x) - 0.25) < 1e-12);
  assert.ok(Math.abs(distance([0.1, 0.2, 0.3, 0.4], (x) => x) - 0.6) < 1e-12);
});

test('one of a hundred samples that follow the law is refused, by the test for known and by that for fitted means', () => {
  const refused = { fixed: 0, fitted: 0, fittedAsFixed: 0 };
  for (let seed = 0; seed < 2000; seed += 1) {
    const random = Random.of(seed, 'level');
    const sample = draws(60, () => random.exponential());
    const mean = sample.reduce((sum, value) => sum + value / 60, 0);
    if (!testFixed(sample, (x) => 1 - Math.exp(-x)).fits) refused.fixed += 1;
    if (!testExponential(sample).fits) refused.fitted += 1;
    if (!testFixed(sample, (x) => 1 - Math.exp(-x / mean)).fits) refused.fittedAsFixed += 1;
  }
  const told = JSON.stringify(refused);
  // 20 are expected, with a standard error of 4.4.
  assert.ok(refused.fixed >= 7 && refused.fixed <= 33 && refused.fitted >= 7 && refused.fitted <= 33, told);
  // A mean that was taken from the sample makes the first test blind: this is why there is the second.
  assert.ok(refused.fittedAsFixed <= 5, told);
});

test('Gamma samples fit a Gamma law whose parameters are theirs, and lognormal ones do not', () => {
  for (let seed = 1; seed <= 2; seed += 1) {
    const random = Random.of(seed, 'bootstrap');
    const gamma = testGamma(
      draws(1000, () => random.gamma(4 / 9)),
      random.stream('replicates'),
    );
    assert.ok(gamma.fits && gamma.critical === undefined, `seed ${seed}: p ${gamma.p}`);
    const lognormal = testGamma(
      draws(1000, () => Math.exp(random.normal() * 1.2)),
      random.stream('replicates'),
    );
    assert.ok(!lognormal.fits, `seed ${seed}: p ${lognormal.p}`);
  }
});
