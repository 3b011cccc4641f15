import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { nearNames, parseMetrics, SERIES, samplesOf, seriesName, total } from '../../validation/metrics';

test('a page is read with labels, escapes, time stamps and special values', () => {
  const page = [
    '# HELP a counted things',
    '# TYPE a counter',
    'a 4',
    'b{x="1",y="with \\"quotes\\", a } and a \\\\"} 1.25e+06 1700000000000',
    'c{} +Inf',
    'd -Inf',
    'e NaN',
    'not a sample',
    '',
  ].join('\n');
  assert.deepEqual(parseMetrics(page), [
    { name: 'a', labels: {}, value: 4 },
    { name: 'b', labels: { x: '1', y: 'with "quotes", a } and a \\' }, value: 1_250_000 },
    { name: 'c', labels: {}, value: Number.POSITIVE_INFINITY },
    { name: 'd', labels: {}, value: Number.NEGATIVE_INFINITY },
    { name: 'e', labels: {}, value: Number.NaN },
  ]);
});

test('any label value is read back as it was written', () => {
  const written = (value: string) =>
    value.replace(/[\\"\n]/g, (char) => (char === '\n' ? '\\n' : `\\${char}`));
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme-ascii' }), fc.integer(), (value, count) => {
      const page = `a{first="${written(value)}",second="x"} ${count}\n`;
      assert.deepEqual(parseMetrics(page), [
        { name: 'a', labels: { first: value, second: 'x' }, value: count },
      ]);
    }),
  );
});

test('the counter of limited requests is found under both of its names, and no other', () => {
  const page = parseMetrics(
    [
      'envoy_http_local_rate_limit_rate_limited{envoy_local_http_ratelimit_prefix="http_local_rate_limiter"} 4',
      'envoy_http_local_rate_limiter_http_local_rate_limit_rate_limited 2',
      'envoy_http_local_rate_limit_enforced 8',
      'envoy_http_local_rate_limit_rate_limited_total 16',
    ].join('\n'),
  );
  assert.equal(total(samplesOf(SERIES.limited, page)), 6);
  assert.deepEqual(nearNames(SERIES.limited, parseMetrics('envoy_http_local_rate_limit_ok 1\nenvoy_up 1')), [
    'envoy_http_local_rate_limit_ok',
  ]);
});

test('tokens are found under the name of today and the one up to 0.4, without buckets and counts', () => {
  const names = ['_sum', '_token_sum', '_bucket', '_count'].map((end) => `gen_ai_client_token_usage${end} 1`);
  assert.equal(samplesOf(SERIES.tokens, parseMetrics(names.join('\n'))).length, 2);
});

test('a full name has its labels in order', () => {
  assert.equal(
    seriesName({ name: 'a', labels: { z: '1', b: 'say "x"' }, value: 1 }),
    'a{b="say \\"x\\"",z="1"}',
  );
  assert.equal(seriesName({ name: 'a', labels: {}, value: 1 }), 'a');
});
