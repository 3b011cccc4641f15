import assert from 'node:assert/strict';
import { test } from 'node:test';
import { arrivalTimes, timesBefore } from '../../../validation/arrivals/arrival-times';
import { fitExponential, fitGamma, fitMmpp, type Sample } from '../../../validation/arrivals/fit';
import { parseLaw } from '../../../validation/arrivals/law-text';
import { Random } from '../../../validation/arrivals/random';
import { cvOf, gapsOf } from '../../../validation/arrivals/statistics';

/** A sample of a law, as a clock with such ticks reads it. */
function sampleOf(text: string, seconds: number, tick = 0): Sample {
  const exact = timesBefore(arrivalTimes(parseLaw(text), Random.of(1, 'recovery')), seconds);
  const times = tick === 0 ? exact : exact.map((time) => Math.floor(time / tick) * tick);
  return { times, rate: times.length / seconds, cv: tick === 0 ? cvOf(gapsOf(times)) : undefined, tick };
}

/** Every value of the found law is within a share of what it was drawn with. */
function assertRecovered(found: object | undefined, drawn: object, share: number): void {
  assert.ok(found, 'nothing was fitted');
  for (const [name, value] of Object.entries(drawn)) {
    const other: unknown = Reflect.get(found, name);
    if (typeof value === 'object') assertRecovered(other as object, value, share);
    else if (typeof value === 'number') {
      assert.ok(
        Math.abs(Number(other) - value) <= share * value + 1e-9,
        `${name}: ${other}, drawn with ${value}`,
      );
    } else assert.equal(other, value);
  }
}

test('renewal laws are found again from their moments', () => {
  assertRecovered(
    fitExponential(sampleOf('exponential:rate=3', 10_000)),
    parseLaw('exponential:rate=3'),
    0.02,
  );
  assertRecovered(fitGamma(sampleOf('gamma:rate=3,cv=1.5', 10_000)), parseLaw('gamma:rate=3,cv=1.5'), 0.03);
});

test('an MMPP is found again, silent when it is off or not [fit-recovery]', () => {
  const silent = 'mmpp:on=40/2s,off=0/8s';
  const found = fitMmpp(sampleOf(silent, 20_000));
  assertRecovered(found, { ...parseLaw(silent), off: { seconds: 8 } }, 0.1);
  assert.ok((found?.off.rate ?? 1) < 0.01);
  const busy = 'mmpp:on=20/3s,off=2/6s';
  assertRecovered(fitMmpp(sampleOf(busy, 20_000)), parseLaw(busy), 0.15);
});

test('a silent MMPP is found again from times that a coarse clock has read', () => {
  const law = 'mmpp:on=10/20s,off=0/60s';
  assertRecovered(fitMmpp(sampleOf(law, 100_000, 3)), parseLaw(law), 0.15);
});

test('no MMPP is made of arrivals that are not more dispersed than Poisson, or of a few', () => {
  assert.equal(fitMmpp(sampleOf('gamma:rate=3,cv=0.5', 5000)), undefined);
  assert.equal(fitMmpp({ times: [0, 1, 2], rate: 1, cv: 0, tick: 0 }), undefined);
  assert.equal(fitGamma({ times: [0, 3], rate: 1, cv: undefined, tick: 3 }), undefined);
});
