import assert from 'node:assert/strict';
import { test } from 'node:test';
import { arrivalTimes, timesBefore } from '../../../validation/arrivals/arrival-times';
import { type Description, describe } from '../../../validation/arrivals/describe';
import { lawText, parseLaw } from '../../../validation/arrivals/law-text';
import { Random } from '../../../validation/arrivals/random';
import type { Requests } from '../../../validation/arrivals/traces/collector';

function requestsAt(times: readonly number[]): Requests {
  const first = times[0] ?? 0;
  return {
    begin: { seconds: 0, nanos: 0 },
    times: Float64Array.from(times, (time) => time - first),
    outOfOrder: 0,
    failed: 0,
  };
}

const drawn = (law: string, seconds: number, seed = 1) =>
  timesBefore(arrivalTimes(parseLaw(law), Random.of(seed, 'describe')), seconds);

/** What each test says, by the beginning of its claim. */
const verdicts = ({ tests }: Description) =>
  Object.fromEntries(tests.map(({ claim, result, why }) => [claim, result?.fits ?? why]));

test('a trace that is worked by hand', () => {
  // Ten requests a second for six seconds, at once: 60 requests, and one that ends the last second.
  const times = [...Array.from({ length: 60 }, (_, index) => Math.floor(index / 10) * 1.5), 9];
  const { requests, seconds, rate, cv, dispersion, tick } = describe(requestsAt(times));
  assert.deepEqual([requests, seconds, tick, rate], [61, 9, null, 61 / 9]);
  // 54 gaps of 0 and 6 of 1.5: mean 0.15, mean square 0.225.
  assert.ok(Math.abs((cv.value ?? 0) - Math.sqrt(0.225 - 0.0225) / 0.15) < 1e-12);
  // Counts by second: 10 10 0 10 10 0 10 10 0, mean 20/3.
  assert.ok(Math.abs((dispersion[0]?.value ?? 0) - (600 / 9 - 400 / 9) / (20 / 3)) < 1e-12);
  assert.deepEqual(dispersion[1], {
    seconds: 10,
    windows: 0,
    value: null,
    why: 'the trace has 0 whole windows of 10 s',
  });
});

test('each law resembles itself, and the tests say so [describe-laws]', () => {
  const [exponential, gamma, mmpp] = [
    drawn('exponential:rate=3', 3000),
    drawn('gamma:rate=3,cv=1.5', 3000),
    drawn('mmpp:on=12/2s,off=1/8s', 6000),
  ].map((times) => describe(requestsAt(times))) as [Description, Description, Description];
  assert.deepEqual(
    [exponential, gamma, mmpp].map(({ resembles }) => resembles?.kind),
    ['exponential', 'gamma', 'mmpp'],
  );
  assert.deepEqual(verdicts(exponential), {
    'arrivals are Poisson': true,
    'gaps are exponential, with the mean of the sample': true,
    'gaps are Gamma, with mean and CV of the sample': true,
  });
  assert.deepEqual(verdicts(gamma), {
    'arrivals are Poisson': false,
    'gaps are exponential, with the mean of the sample': false,
    'gaps are Gamma, with mean and CV of the sample': true,
  });
  const dependent = 'gaps depend on those before them, and the test is for independent ones';
  assert.deepEqual(verdicts(mmpp), {
    'arrivals are Poisson': false,
    'gaps are exponential, with the mean of the sample': dependent,
    'gaps are Gamma, with mean and CV of the sample': dependent,
  });
});

test('a law that is known beforehand is tested with its own parameters, unless its gaps depend on each other', () => {
  const against = (drawnFrom: string, law: string) => {
    const { tests } = describe(requestsAt(drawn(drawnFrom, 1000, 3)), parseLaw(law));
    return tests.at(-1);
  };
  const silent = 'mmpp:on=40/2s,off=0/8s';
  for (const law of ['exponential:rate=3', 'gamma:rate=3,cv=1.5', silent]) {
    assert.equal(against(law, law)?.result?.fits, true, law);
  }
  assert.equal(against('exponential:rate=3', 'exponential:rate=3.5')?.result?.fits, false);
  const busy = 'mmpp:on=20/1s,off=1/3s';
  assert.equal(
    against(busy, busy)?.why,
    'gaps of an MMPP that is not silent when it is off depend on each other',
  );
  assert.equal(against(silent, silent)?.claim, `gaps are those of ${lawText(parseLaw(silent))}`);
});

test('refuses CV, windows and tests that a coarse clock makes meaningless, and says what it can [quantised-clock]', () => {
  const read = drawn('exponential:rate=3', 3000).map((time) => Math.floor(time / 3) * 3);
  const { tick, cv, dispersion, autocorrelation, tests, resembles } = describe(requestsAt(read));
  assert.deepEqual([tick, autocorrelation], [3, null]);
  assert.equal(cv.value, null);
  assert.match('why' in cv ? cv.why : '', /^the clock has ticks of 3 s, and the mean gap is 0\.3/);
  assert.deepEqual(
    dispersion.map(({ seconds, value }) => [seconds, value === null ? null : Math.abs(value - 1) < 0.3]),
    [
      [1, null],
      [3, true],
      [10, null],
      [12, true],
      [60, true],
    ],
  );
  const refused = tests.filter(({ why }) => why?.startsWith('the clock is quantised'));
  assert.deepEqual(
    refused.map(({ method }) => method.split(',')[0]),
    ['Lilliefors', 'Kolmogorov-Smirnov'],
  );
  assert.equal(resembles?.kind, 'exponential');
});

test('a clock of milliseconds is fine enough for exponential gaps, and not for the many short ones of a Gamma law', () => {
  const read = (law: string) =>
    describe(requestsAt(drawn(law, 3000).map((time) => Math.floor(time * 1000) / 1000)));
  const [exponential, gamma] = [read('exponential:rate=3'), read('gamma:rate=3,cv=1.5')];
  assert.deepEqual([exponential.tick, gamma.tick], [1e-3, 1e-3]);
  assert.equal(verdicts(exponential)['gaps are exponential, with the mean of the sample'], true);
  assert.ok(Math.abs((gamma.cv.value ?? 0) - 1.5) < 0.1);
  // 6.0 % of its gaps are below a millisecond, and 1 / 1.444 of them begin and end in the same one; a sample of this size is
  // judged by distances of 1.7 %.
  assert.match(
    String(verdicts(gamma)['gaps are Gamma, with mean and CV of the sample']),
    /^the clock is quantised: 4\.\d % of gaps are 0, in ticks of 1 ms$/,
  );
});

test('a few requests, and requests of one instant, are described without figures that they cannot have', () => {
  const one = describe(requestsAt([7]));
  assert.deepEqual(
    [one.requests, one.rate, one.cv.value, one.tests, one.fits],
    [1, Number.NaN, null, [], []],
  );
  const same = describe(requestsAt([7, 7, 7, 7]));
  assert.deepEqual(same.cv, { value: null, why: 'all requests have the same time' });
  const regular = describe(requestsAt(Array.from({ length: 30 }, (_, index) => index * 2)));
  assert.deepEqual([regular.cv.value, regular.tests, regular.fits, regular.resembles], [null, [], [], null]);
  const few = describe(requestsAt([0, 1, 3, 4]));
  assert.ok(few.tests.every(({ result }) => result === undefined));
});
