import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Random } from '../../../validation/arrivals/random';
import { cvOf, gapsOf } from '../../../validation/arrivals/statistics';
import type { LawWindow } from '../../../validation/arrivals/traces/law-window';
import { describeWindows, windowTimes } from '../../../validation/arrivals/windows';

const window = (from: number, rate: number, family?: 'gamma' | 'weibull', shape = 1): LawWindow => ({
  ...{ from, rate, cv: family === undefined ? 0 : 2 },
  law: family === undefined ? null : { family, shape },
});

test('rates are weighted by the length of their windows, and CVs are those of windows with requests', () => {
  const windows = [
    window(0, 2, 'gamma', 0.5),
    { ...window(600, 1, 'weibull', 0.8), cv: 0.5 },
    window(1800, 0),
    window(2400, 0),
  ];
  const { rate, seconds, silent, cv, families } = describeWindows(windows);
  // 600 s of 2 and 1,200 s of 1, in 3,000 s: the last window is as long as most.
  assert.deepEqual([rate, seconds, silent], [2400 / 3000, 3000, 2]);
  assert.deepEqual(cv, { median: 1.25, p75: 1.625, above1: 0.5 });
  assert.deepEqual(families, { gamma: 1, weibull: 1 });
});

test('arrivals have the rate of the window that they are in, and none are in a silent one', () => {
  const windows = [
    window(600, 5, 'gamma', 0.25),
    window(1200, 0),
    window(1800, 10, 'weibull', 0.6),
    window(2400, 10, 'weibull', 0.6),
  ];
  const counts = [0, 0, 0, 0];
  for (let seed = 0; seed < 20; seed += 1) {
    for (const time of windowTimes(windows, Random.of(seed, 'windows'))) {
      counts[Math.floor(time / 600)] = (counts[Math.floor(time / 600)] ?? 0) + 1;
    }
  }
  assert.equal(counts.length, 4);
  const expected = [60_000, 0, 120_000, 120_000];
  counts.forEach((count, index) => {
    assert.ok(Math.abs(count - (expected[index] ?? 0)) <= 0.03 * (expected[index] ?? 0), counts.join(' '));
  });
});

test('gaps have the shape of their law, whatever the rate', () => {
  const gapsOfShape = (family: 'gamma' | 'weibull', shape: number) =>
    cvOf(
      gapsOf(
        Float64Array.from(windowTimes([window(0, 50, family, shape), window(1200, 0)], Random.of(1, family))),
      ),
    );
  assert.ok(Math.abs(gapsOfShape('gamma', 0.25) - 2) < 0.05);
  // Of a Weibull law with shape 1/2: the square root of 5.
  assert.ok(Math.abs(gapsOfShape('weibull', 0.5) - Math.sqrt(5)) < 0.1);
});

test('no windows, or silent ones, have no arrivals', () => {
  assert.deepEqual([...windowTimes([], Random.of(1)), ...windowTimes([window(0, 0)], Random.of(1))], []);
  assert.equal(describeWindows([window(0, 0)]).cv, null);
});
