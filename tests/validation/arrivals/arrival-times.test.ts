import assert from 'node:assert/strict';
import { test } from 'node:test';
import { arrivalTimes, sped, timesBefore } from '../../../validation/arrivals/arrival-times';
import { testFixed } from '../../../validation/arrivals/kolmogorov';
import type { Law } from '../../../validation/arrivals/law';
import { lawText, parseLaw } from '../../../validation/arrivals/law-text';
import { Random } from '../../../validation/arrivals/random';
import { autocorrelation, cvOf, gapsOf, momentsOf } from '../../../validation/arrivals/statistics';
import { dispersion, gapCdf, meanRate } from '../../../validation/arrivals/theory';
import { assertFollows, SEEDS } from './many-seeds';
import { dispersionOf, windowCounts } from './window-counts';

const exponential = parseLaw('exponential:rate=8');
const gamma = parseLaw('gamma:rate=8,cv=1.5');
const silent = parseLaw('mmpp:on=40/2s,off=0/8s');
const busy = parseLaw('mmpp:on=40/2s,off=0.5/8s');

/** The first 10,000 gaps of a law. */
function gaps(law: Law, seed: number): Float64Array {
  const times = arrivalTimes(law, Random.of(seed, 'ks'));
  return gapsOf(Float64Array.from({ length: 10_001 }, () => times.next().value));
}

test('gaps have the distribution of their law, at 1 % for twenty seeds [arrival-laws]', () => {
  for (const law of [exponential, gamma, silent]) {
    assertFollows(lawText(law), (seed) => testFixed(gaps(law, seed), gapCdf(law)).p);
  }
});

test('10,000 gaps of a Gamma law with CV 1.5 have a CV of 1.5', () => {
  const found = SEEDS.map((seed) => cvOf(gaps(gamma, seed)));
  // The standard error of one of them is sqrt(c² (1 + c²) / 2n), 0.019.
  const error = Math.sqrt((2.25 * 3.25) / 2 / 10_000);
  assert.ok(
    found.every((cv) => Math.abs(cv - 1.5) < 3 * error),
    found.join(' '),
  );
  const mean = momentsOf(found).mean;
  assert.ok(Math.abs(mean - 1.5) < 0.03, `${mean}`);
});

test('gaps of renewal laws are not correlated, and those of an MMPP that is never silent are', () => {
  const beyond = (law: Law) => {
    const drawn = gaps(law, 4);
    const lags = Array.from({ length: 10 }, (_, index) => autocorrelation(drawn, index + 1));
    return lags.filter((value) => Math.abs(value) > 3.5 / 100).length;
  };
  assert.deepEqual([exponential, gamma, silent].map(beyond), [0, 0, 0]);
  assert.ok(beyond(busy) > 5);
});

test('the number of arrivals is that of the rate, and they begin in the stationary state', () => {
  for (const law of [exponential, gamma, silent, busy]) {
    const seconds = 0.25;
    const n = 4000;
    const counts = Array.from(
      { length: n },
      (_, user) => timesBefore(arrivalTimes(law, Random.of(2, 'start', user)), seconds).length,
    );
    const mean = meanRate(law) * seconds;
    const error = Math.sqrt((dispersion(law, seconds) * mean) / n);
    // Those of an MMPP that begins on would be five times as many.
    assert.ok(
      Math.abs(momentsOf(counts).mean - mean) < 3 * error,
      `${lawText(law)}: ${momentsOf(counts).mean}`,
    );
  }
});

/** The ends of the middle 99 % of what a statistic is of counts that are drawn again, in blocks: neighbours depend on each other. */
function bootstrapBand(counts: Uint32Array, block: number, random: Random): readonly [number, number] {
  const drawn = new Uint32Array(Math.floor(counts.length / block) * block);
  const found = Float64Array.from({ length: 400 }, () => {
    for (let at = 0; at < drawn.length; at += block) {
      const from = Math.floor(random.uniform() * (counts.length - block + 1));
      drawn.set(counts.subarray(from, from + block), at);
    }
    return dispersionOf(drawn);
  }).sort();
  return [found[2] as number, found[397] as number];
}

test('the dispersion of an MMPP is inside of the band of a bootstrap [mmpp-dispersion]', () => {
  for (const law of [silent, busy]) {
    const times = timesBefore(arrivalTimes(law, Random.of(1, 'band')), 12_000);
    for (const seconds of [1, 10, 60]) {
      const counts = windowCounts(times, seconds);
      const [low, high] = bootstrapBand(
        counts,
        Math.max(1, Math.round(60 / seconds)),
        Random.of(1, 'blocks'),
      );
      const theory = dispersion(law, seconds);
      assert.ok(
        low < theory && theory < high,
        `${lawText(law)}, ${seconds} s: ${theory} in ${low} to ${high}`,
      );
      // The band is narrow enough to tell it from a law of half and of twice the dispersion.
      assert.ok(low > theory / 2 && high < theory * 2, `${low} to ${high}`);
    }
  }
});

test('a law that is sped up has as many more arrivals, and the same phases', () => {
  assert.equal(lawText(sped(busy, 3)), 'mmpp:on=120/2s,off=1.5/8s');
  assert.equal(lawText(sped(gamma, 3)), 'gamma:rate=24,cv=1.5');
});
