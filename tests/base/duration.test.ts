import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PROMQL_UNITS, seconds } from '../../base/duration';

test('durations of several units add up', () => {
  for (const [text, expected] of [
    ['90s', 90],
    ['1h30m', 5400],
    ['500ms', 0.5],
    ['1.5s', 1.5],
    ['0s', 0],
    ['1m2s3ms', 62.003],
  ] as const) {
    assert.equal(seconds(text), expected, text);
  }
});

test('refuses what is no duration', () => {
  for (const text of [undefined, '', '10', '1d', '-1s', 's', '1 s']) assert.ok(Number.isNaN(seconds(text)));
});

test('a range of PromQL has days, weeks and years', () => {
  assert.equal(seconds('1d12h', PROMQL_UNITS), 129_600);
  assert.equal(seconds('1w', PROMQL_UNITS), 604_800);
  assert.ok(Number.isNaN(seconds('5m * 2', PROMQL_UNITS)));
});
