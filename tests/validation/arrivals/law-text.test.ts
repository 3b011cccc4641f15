import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { PlatformError } from '../../../base/mistake';
import type { Law } from '../../../validation/arrivals/law';
import { lawText, parseLaw } from '../../../validation/arrivals/law-text';

const positive = fc.double({ min: 1e-9, max: 1e9, noNaN: true });

const laws: fc.Arbitrary<Law> = fc.oneof(
  positive.map((rate) => ({ kind: 'exponential' as const, rate })),
  fc.tuple(positive, positive).map(([rate, cv]) => ({ kind: 'gamma' as const, rate, cv })),
  fc
    .record({
      high: positive,
      share: fc.double({ min: 0, max: 0.99, noNaN: true }),
      a: positive,
      b: positive,
    })
    .map(({ high, share, a, b }) => ({
      kind: 'mmpp' as const,
      on: { rate: high, seconds: a },
      off: { rate: high * share, seconds: b },
    })),
);

test('a law is read back as it was written [law-text]', () => {
  fc.assert(fc.property(laws, (law) => assert.deepEqual(parseLaw(lawText(law)), law)));
});

test('lengths have units, and a Gamma law has a CV of 1.5 unless it says another', () => {
  assert.deepEqual(parseLaw('gamma:rate=0.13'), { kind: 'gamma', rate: 0.13, cv: 1.5 });
  assert.deepEqual(parseLaw('mmpp:on=40/500ms, off=0.5/1m'), {
    kind: 'mmpp',
    on: { rate: 40, seconds: 0.5 },
    off: { rate: 0.5, seconds: 60 },
  });
});

/** What is said of a law that is refused: place and problem of each mistake. */
function refused(text: string): readonly string[] {
  try {
    parseLaw(text, 'profiles.A.law');
  } catch (error) {
    assert.ok(error instanceof PlatformError);
    return error.mistakes.map(({ path, problem }) => `${path}: ${problem}`);
  }
  return [];
}

test('refuses a law that is none, and says which there are', () => {
  assert.deepEqual(refused('gama:rate=1'), [
    'profiles.A.law: "gama" is no law: laws are exponential, gamma and mmpp',
  ]);
  assert.throws(() => parseLaw('gama:rate=1'), /write gamma:rate=0\.13,cv=1\.5/);
  assert.throws(() => parseLaw('zipf'), /write exponential:rate=0\.13, gamma/);
});

test('refuses all wrong values at once', () => {
  assert.deepEqual(refused('gamma:rate=-1,cv=0'), [
    'profiles.A.law.rate: "-1" is not a number above 0',
    'profiles.A.law.cv: "0" is not a number above 0',
  ]);
  assert.deepEqual(refused('exponential:speed=3,rate'), [
    'profiles.A.law.speed: exponential has no speed: it has rate',
    'profiles.A.law.rate: "rate" is not name=value',
    'profiles.A.law.rate: rate is missing',
  ]);
  assert.deepEqual(refused('exponential:rate=1,rate=2'), ['profiles.A.law.rate: rate is given twice']);
  assert.deepEqual(refused('mmpp:on=40'), [
    'profiles.A.law.on: "40" is not arrivals a second and a mean length, as 40/2s',
    'profiles.A.law.off: off is missing',
  ]);
  assert.equal(refused('exponential:rate=1e999').length, 1);
});

test('refuses an MMPP that is slower on than off', () => {
  assert.deepEqual(refused('mmpp:on=1/2s,off=1/2s'), [
    'profiles.A.law.on: on has 1 arrivals a second, off 1: on must have more',
  ]);
});
