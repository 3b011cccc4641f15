import assert from 'node:assert/strict';
import { test } from 'node:test';
import { between, type Instant, instantOf, unitOf } from '../../../../validation/arrivals/traces/instant';

const NOON = Date.UTC(2023, 10, 16, 12) / 1000;

test('digits that a double of seconds since 1970 has no room for are kept', () => {
  const [a, b] = ['2023-11-16 12:00:00.1234567', '2023-11-16 12:00:00.1234568'].map((text) =>
    instantOf(text, 's'),
  ) as [Instant, Instant];
  assert.deepEqual(a, { seconds: NOON, nanos: 123_456_700 });
  assert.ok(Math.abs(between(a, b) - 1e-7) < 1e-15);
});

test('dialects of a time are the same instant', () => {
  for (const text of [
    '2023-11-16T12:00:00Z',
    '2023-11-16 12:00:00',
    '2023-11-16 12:00:00.000000+00:00',
    '2023-11-16T14:30:00,000+0230',
    '2023-11-16 07:00:00-05',
    '2023-11-16 12:00:00 UTC',
    '[16/Nov/2023:13:00:00 +0100]',
  ]) {
    assert.deepEqual(instantOf(text, 's'), { seconds: NOON, nanos: 0 }, text);
  }
});

test('numbers are read in their unit, to the last digit', () => {
  assert.deepEqual(instantOf('1700136000.123456789', 's'), { seconds: 1_700_136_000, nanos: 123_456_789 });
  assert.deepEqual(instantOf(1_700_136_000_123, 'ms'), { seconds: 1_700_136_000, nanos: 123_000_000 });
  assert.deepEqual(instantOf('1700136000123456789', 'ns'), { seconds: 1_700_136_000, nanos: 123_456_789 });
  assert.deepEqual(instantOf(27.5, 'ms'), { seconds: 0, nanos: 27_500_000 });
  assert.deepEqual(instantOf('1.94401100e7', 's'), { seconds: 19_440_110, nanos: 0 });
  assert.deepEqual(instantOf(0, 's'), { seconds: 0, nanos: 0 });
});

test('what is no time is none', () => {
  for (const value of [
    '',
    'soon',
    '-3',
    '2023-02-30 00:00:00',
    '2023-11-16 25:00:00',
    '2023-13-01 00:00:00',
    null,
    {},
    Number.NaN,
    '1e400',
  ]) {
    assert.equal(instantOf(value, 's'), undefined, JSON.stringify(value));
  }
});

test('the unit of a time since 1970 follows from its size', () => {
  assert.deepEqual([12, 1.7e9, 1.7e12, 1.7e15, 1.7e18, 'x'].map(unitOf), ['s', 's', 'ms', 'us', 'ns', 's']);
});
