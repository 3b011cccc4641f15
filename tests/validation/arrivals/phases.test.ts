import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mmppTimes, timesBefore } from '../../../validation/arrivals/arrival-times';
import { testFixed } from '../../../validation/arrivals/kolmogorov';
import type { MmppLaw } from '../../../validation/arrivals/law';
import { drawPhases, PhasePath, rescaledGaps } from '../../../validation/arrivals/phases';
import { Random } from '../../../validation/arrivals/random';
import { assertFollows } from './many-seeds';

const law: MmppLaw = { kind: 'mmpp', on: { rate: 4, seconds: 2 }, off: { rate: 0, seconds: 8 } };
const busy: MmppLaw = { ...law, off: { rate: 0.5, seconds: 8 } };

const PHASES = [
  { name: 'on', from: 0, to: 2 },
  { name: 'off', from: 2, to: 10 },
  { name: 'on', from: 10, to: 11 },
] as const;

test('a user waits until the rate has reached its unit, over phases in which nothing happens', () => {
  const path = new PhasePath(law, PHASES);
  // 4 a second: 2 take half a second; 6 are 4 until 2 s, and 2 more from 10 s on.
  assert.deepEqual([path.pauseOf(1, 2), path.pauseOf(1, 6), path.pauseOf(5, 1)], [0.5, 9.5, 5.25]);
  const both = new PhasePath(busy, PHASES);
  // 4 until 2 s, then half a one a second: 3 are there after 6 s more.
  assert.equal(both.pauseOf(1, 7), 7);
});

test('what is expected between two times is what the pauses wait for', () => {
  const path = PhasePath.draw(busy, Random.of(5, 'path'));
  for (const [now, unit] of [
    [0, 0.1],
    [3.7, 25],
    [200, 3],
  ] as const) {
    const found = path.expected(now, now + path.pauseOf(now, unit));
    assert.ok(Math.abs(found - unit) < 1e-9, `${found} is not ${unit}`);
  }
});

test('phases are told up to a time, and follow each other', () => {
  const path = PhasePath.draw(law, Random.of(9, 'path'));
  const phases = path.until(100);
  const next = path.at(phases.at(-1)?.to ?? 0);
  assert.ok((phases.at(-1)?.to ?? 0) >= 100);
  [...phases, next].forEach((phase, index, all) => {
    assert.equal(phase.from, all[index - 1]?.to ?? 0);
    assert.notEqual(phase.name, all[index - 1]?.name);
  });
  assert.deepEqual(
    path.at(50),
    phases.find(({ from, to }) => from <= 50 && to > 50),
  );
  assert.deepEqual(new PhasePath(law, PHASES).until(2), PHASES.slice(0, 1));
});

test('refuses to look beyond phases that end', () => {
  assert.throws(() => new PhasePath(law, PHASES).at(11), /the phases end at 11 s/);
});

test('phases begin in the stationary state, and last as long as the law says', () => {
  const n = 4000;
  const drawn = Array.from({ length: n }, (_, seed) => {
    const phases = drawPhases(law, Random.of(seed, 'phases'));
    const first = phases.next().value;
    return { isOn: first.name === 'on', length: first.to - first.from };
  });
  const on = drawn.filter(({ isOn }) => isOn);
  const share = on.length / n;
  // A fifth of the time is on; three standard errors of a share.
  assert.ok(Math.abs(share - 0.2) < 3 * Math.sqrt((0.2 * 0.8) / n), `${share}`);
  const exponential = (mean: number) => (x: number) => 1 - Math.exp(-x / mean);
  assert.ok(
    testFixed(
      on.map(({ length }) => length),
      exponential(2),
    ).fits,
  );
  assert.ok(
    testFixed(
      drawn.filter(({ isOn }) => !isOn).map(({ length }) => length),
      exponential(8),
    ).fits,
  );
});

test('gaps in expected arrivals are exponential, whatever the MMPP is when it is off [time-rescaling]', () => {
  for (const one of [law, busy]) {
    assertFollows(`off at ${one.off.rate}`, (seed) => {
      const random = Random.of(seed, 'rescaling');
      const path = PhasePath.draw(one, random.stream('phases'));
      const gaps = rescaledGaps(timesBefore(mmppTimes(path, random), 2000), path);
      return testFixed(gaps, (x) => 1 - Math.exp(-x)).p;
    });
  }
});

test('gaps that are rescaled with the phases of another stream are not exponential', () => {
  const random = Random.of(1, 'rescaling');
  const times = timesBefore(mmppTimes(PhasePath.draw(busy, random.stream('phases')), random), 2000);
  const gaps = rescaledGaps(times, PhasePath.draw(busy, random.stream('others')));
  assert.ok(!testFixed(gaps, (x) => 1 - Math.exp(-x)).fits);
});
