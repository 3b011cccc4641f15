import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseLaw } from '../../../validation/arrivals/law-text';
import { dispersion, gapCdf, isRenewal, meanRate, squaredCv } from '../../../validation/arrivals/theory';

function near(found: number, expected: number, relative: number): void {
  assert.ok(Math.abs(found / expected - 1) < relative, `${found} is not ${expected}`);
}

const law = parseLaw('mmpp:on=40/2s,off=0/8s');

test('an MMPP of 40 a second for 2 s of 10 has a rate of 8, and the dispersion of its formulas', () => {
  assert.equal(meanRate(law), 8);
  // 1 + 2 r1 r2 (λ1 - λ2)² / [(r1 + r2)² (λ1 r2 + λ2 r1)], with r1 = 1/2 and r2 = 1/8.
  const limit = (2 * 0.5 * 0.125 * 1600) / (0.625 ** 2 * 40 * 0.125);
  near(dispersion(law, Number.POSITIVE_INFINITY), 1 + limit, 1e-12);
  near(dispersion(law, 10), 1 + limit * (1 - (1 - Math.exp(-6.25)) / 6.25), 1e-12);
  near(dispersion(law, 1e-9), 1 + 8e-9 * 4, 1e-9);
  near(squaredCv(law), 1 + limit, 1e-12);
});

test('an MMPP that is never silent has a smaller CV than dispersion', () => {
  const busy = parseLaw('mmpp:on=40/2s,off=0.5/8s');
  // 1 + 2 r1 r2 (λ1 - λ2)² / [(r1 + r2)² (λ1 λ2 + λ1 r2 + λ2 r1)]
  near(squaredCv(busy), 1 + (2 * 0.5 * 0.125 * 39.5 ** 2) / (0.625 ** 2 * (20 + 5 + 0.25)), 1e-12);
  near(
    dispersion(busy, Number.POSITIVE_INFINITY),
    1 + (2 * 0.5 * 0.125 * 39.5 ** 2) / (0.625 ** 2 * 5.25),
    1e-12,
  );
  assert.deepEqual(
    [isRenewal(law), isRenewal(busy), isRenewal(parseLaw('gamma:rate=1'))],
    [true, false, true],
  );
});

/** Mean and squared CV of a law's gaps, by adding up its distribution function. */
function moments(text: string, most: number) {
  const cdf = gapCdf(parseLaw(text));
  const step = most / 400_000;
  let [mean, square] = [0, 0];
  for (let x = step / 2; x < most; x += step) {
    const above = 1 - cdf(x);
    mean += above * step;
    square += 2 * x * above * step;
  }
  return { mean, squaredCv: square / mean ** 2 - 1 };
}

test('the distribution of gaps has the mean and the CV that the formulas say', () => {
  for (const [text, most] of [
    ['exponential:rate=8', 10],
    ['gamma:rate=8,cv=1.5', 20],
    ['mmpp:on=40/2s,off=0/8s', 200],
    ['mmpp:on=40/2s,off=0.5/8s', 60],
    ['mmpp:on=3/1s,off=2.9/1s', 20],
  ] as const) {
    const found = moments(text, most);
    near(found.mean, 1 / meanRate(parseLaw(text)), 1e-3);
    near(found.squaredCv, squaredCv(parseLaw(text)), 3e-3);
  }
});

test('a Gamma law of CV 1 is Poisson, and one of another CV approaches its square', () => {
  for (const seconds of [0.1, 1, 30]) near(dispersion(parseLaw('gamma:rate=3,cv=1'), seconds), 1, 1e-9);
  const gamma = parseLaw('gamma:rate=3,cv=1.5');
  near(dispersion(gamma, 1e-6), 1, 0.01);
  near(dispersion(gamma, 1000), 2.25, 1e-3);
  near(dispersion(gamma, 1e6), 2.25, 1e-12);
});

test('gaps of two stages have the dispersion that is in closed form for them', () => {
  // Gamma with shape 2 and scale 1: the renewal function is x/2 - (1 - e^(-2x))/4.
  const twoStages = parseLaw(`gamma:rate=0.5,cv=${Math.SQRT1_2}`);
  for (const x of [0.5, 2, 9]) {
    const integral = (x * x) / 4 - x / 4 + (1 - Math.exp(-2 * x)) / 8;
    near(dispersion(twoStages, x), 1 + (2 * integral) / x - x / 2, 1e-9);
  }
});
