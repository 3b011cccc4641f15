import assert from 'node:assert/strict';
import { test } from 'node:test';
import { lengthText, tickOf, whyNoCv, whyNoWindow } from '../../../validation/arrivals/clock';
import { Random } from '../../../validation/arrivals/random';

/** Gaps of times that a clock with such ticks has read. */
function readGaps(tick: number, jitter = 0): Float64Array {
  const random = Random.of(1, 'clock');
  let [now, last] = [0, -jitter];
  return Float64Array.from({ length: 500 }, () => {
    now += random.exponential();
    // A reading of a tick is off in the same way for all that it is the time of.
    const ticks = Math.floor(now / tick);
    const read = ticks * tick + ((ticks % 3) - 1) * jitter;
    const gap = read - last;
    last = read;
    return gap;
  });
}

test('the tick of a clock is found, also where its readings are off by a little', () => {
  for (const tick of [60, 3, 1, 0.5, 0.1, 0.015625, 1e-3, 1e-6]) assert.equal(tickOf(readGaps(tick)), tick);
  assert.equal(tickOf(readGaps(3, 0.001)), 3);
  assert.equal(
    tickOf(Float64Array.from({ length: 500 }, () => Random.of(1).exponential() * Math.PI)),
    undefined,
  );
});

test('some gaps off the tick do not hide it, and a few gaps tell nothing', () => {
  const gaps = readGaps(1);
  gaps[3] = 0.37;
  assert.equal(tickOf(gaps), 1);
  assert.equal(tickOf([1, 2, 3, 0, 0, 0, 0, 0, 0, 0, 0]), undefined);
});

test('a clock is too coarse for gaps that are not longer than five ticks, and for windows that are no whole ticks', () => {
  assert.equal(
    whyNoCv(3, 0.3),
    'the clock has ticks of 3 s, and the mean gap is 0.3 s: gaps are those of the clock',
  );
  assert.deepEqual(
    [whyNoCv(undefined, 1), whyNoCv(1e-3, 1), whyNoCv(0.2, 1)],
    [undefined, undefined, undefined],
  );
  assert.deepEqual(
    [whyNoWindow(3, 60), whyNoWindow(1e-3, 10), whyNoWindow(undefined, 1)],
    [undefined, undefined, undefined],
  );
  assert.equal(whyNoWindow(3, 10), '10 s is not a whole number of ticks of 3 s');
  assert.equal(whyNoWindow(3, 1), '1 s is not a whole number of ticks of 3 s');
});

test('lengths are told in the unit that suits them', () => {
  assert.deepEqual([3, 0.3912, 0.015625, 1e-6, 1e-7].map(lengthText), [
    '3 s',
    '0.391 s',
    '15.6 ms',
    '1 µs',
    '0.1 µs',
  ]);
});
