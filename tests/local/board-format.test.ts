import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatAge, formatAxis, formatValue, legendOf } from '../../local/dashboards/format';
import { fill } from '../../local/dashboards/promql';

test('a value has the unit in which people say it', () => {
  assert.equal(formatValue(0.103, 'seconds'), '103 ms');
  assert.equal(formatValue(0.002, 'seconds'), '2 ms');
  assert.equal(formatValue(14.293, 'seconds'), '14.3 s');
  assert.equal(formatValue(0.105, 'ratio'), '10.5 %');
  assert.equal(formatValue(261.87, 'gigabytes per second'), '262 GB/s');
  assert.equal(formatValue(1430, 'tokens per second'), '1.43k tok/s');
  assert.equal(formatValue(2_500_000, 'tokens'), '2.50M');
  assert.equal(formatValue(14.4, 'times'), '14.4 ×');
  assert.equal(formatValue(0.0234, 'money'), '0.02');
  assert.equal(formatValue(12_345.6, 'money'), '12.3k');
  assert.equal(formatValue(6.38, 'requests per second'), '6.38 /s');
});

test('nothing is 0 and never a tiny unit, and what is counted is whole', () => {
  assert.equal(formatValue(0, 'seconds'), '0 ms');
  assert.equal(formatValue(0, 'gigabytes per second'), '0 GB/s');
  assert.equal(formatValue(652.7, 'requests'), '653');
  assert.equal(formatValue(-0.000001, 'ratio'), '0 %');
});

test('the labels of an axis share a scale and can be told apart', () => {
  assert.deepEqual(formatAxis([0, 500, 1000, 1500], 'tokens per second', 1600), [
    ...['0', '0.5k tok/s', '1.0k tok/s', '1.5k tok/s'],
  ]);
  assert.deepEqual(formatAxis([0, 0.0025, 0.005], 'ratio', 0.006), ['0', '0.25 %', '0.50 %']);
  assert.deepEqual(formatAxis([0, 0.2, 0.4], 'seconds', 0.5), ['0', '200 ms', '400 ms']);
});

test('a line is called by its labels, and an absent label leaves no gap', () => {
  assert.equal(legendOf('{{model_name}} p99', { model_name: 'gpt-oss-120b' }), 'gpt-oss-120b p99');
  assert.equal(legendOf('{{Hostname}}{{hostname}}', { hostname: 'gpu-0' }), 'gpu-0');
});

test('an age is said in the unit that fits', () => {
  assert.deepEqual([40, 180, 7200].map(formatAge), ['40 s', '3 min', '2 h']);
});

test('what is chosen stands in a query as itself, and what is not chosen as anything', () => {
  const promql =
    'increase(gw:requests:sum{workload_app=~"$workload",gen_ai_request_model=~"$model"}[$__range])';
  assert.equal(
    fill(promql, { workload: 'a.b"c\\d', model: undefined }, 300),
    'increase(gw:requests:sum{workload_app=~"a\\\\.b\\"c\\\\\\\\d",gen_ai_request_model=~".*"}[300s])',
  );
});
