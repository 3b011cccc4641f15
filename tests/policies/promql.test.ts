import assert from 'node:assert/strict';
import { test } from 'node:test';
import { query } from '../../policies/promql';
import { everTrue, rawCounter } from '../../policies/promql/raw';
import { comparisonOf, constantOf, type Expr } from '../../policies/promql/tree';
import { valuesOf } from '../../policies/promql/values';
import { hasVariables, withoutVariables } from '../../policies/promql/variables';

function treeOf(promql: string): Expr {
  const { tree } = query(promql);
  assert.ok(tree, promql);
  return tree;
}

test('brackets and the sign of a number are not part of a tree, an offset marks what it moves', () => {
  assert.deepEqual(treeOf('((-5))'), { kind: 'number', value: -5 });
  assert.deepEqual(treeOf('rate((up{job="a", env=~"b.*"})[5m] offset 1h)'), {
    kind: 'call',
    name: 'rate',
    args: [
      {
        kind: 'ranged',
        seconds: 300,
        of: {
          kind: 'selector',
          name: 'up',
          isShifted: true,
          matchers: [
            { label: 'job', op: '=', value: 'a' },
            { label: 'env', op: '=~', value: 'b.*' },
          ],
        },
      },
    ],
  });
});

test('the name of a series is read wherever it may stand', () => {
  for (const promql of ['my_name', '{__name__="my_name"}', '{"my_name"}', 'my_name @ end()']) {
    const tree = treeOf(promql);
    assert.equal(tree.kind === 'selector' && tree.name, 'my_name', promql);
  }
  assert.equal(Reflect.get(treeOf('{job="a"}'), 'name'), undefined);
});

test('labels of a grouping are read before and behind what is grouped', () => {
  for (const promql of ['sum by (a, b) (up)', 'sum(up) by (a, b)', 'SUM(up) BY (a, "b")']) {
    const tree = treeOf(promql);
    assert.ok(tree.kind === 'aggregate');
    assert.deepEqual([tree.op, tree.grouping], ['sum', { by: true, labels: ['a', 'b'] }], promql);
  }
  const without = treeOf('topk without (pod) (3, up)');
  assert.ok(without.kind === 'aggregate');
  assert.deepEqual(without.grouping, { by: false, labels: ['pod'] });
  assert.deepEqual(without.args[0], { kind: 'number', value: 3 });
});

test('a number is worked out, and stands on the right of a comparison', () => {
  assert.equal(constantOf(treeOf('14.4 * (1 - 0.999)')), 0.0144);
  assert.equal(constantOf(treeOf('1e3 + 5m')), 1300);
  assert.equal(constantOf(treeOf('-Inf')), Number.NEGATIVE_INFINITY);
  assert.equal(constantOf(treeOf('up * 2')), undefined);
  const { of, ...rest } = comparisonOf(treeOf('2 * 5 <= bool up')) ?? assert.fail();
  assert.deepEqual(rest, { op: '>=', limit: 10, isBool: true });
  assert.equal(Reflect.get(of, 'name'), 'up');
  assert.equal(comparisonOf(treeOf('up > up')), undefined);
});

test('what is not PromQL has no tree', () => {
  assert.equal(query('sum(up').tree, undefined);
  assert.equal(query('').tree, undefined);
});

test('what is deeper than anybody writes is read, and not judged', () => {
  const [open, shut] = ['('.repeat(1000), ')'.repeat(1000)];
  assert.deepEqual(query(`${open}up${shut}`), { metrics: [{ name: 'up', from: 1000 }], ranges: [] });
  assert.equal(query(`up${' + up'.repeat(5000)}`).tree, undefined);
  assert.ok(query(`${'('.repeat(50)}up${')'.repeat(50)}`).tree);
});

test('variables of dashboards become durations and names, those in strings stay', () => {
  assert.equal(
    withoutVariables('rate($metric{a="$b"}[$__rate_interval:$step] offset $back) > $limit'),
    'rate(chosen{a="$b"}[5m:5m] offset 5m) > chosen',
  );
  assert.equal(withoutVariables(`$${'{metric:raw}'}_total`), 'chosen_total');
  assert.equal(withoutVariables('topk([[number]], up[[[range]]])'), 'topk(chosen, up[5m])');
  assert.equal(hasVariables('up{a="b"}[5m]'), false);
});

const COUNTER = 'vllm:num_preemptions_total';

test('a counter is found raw behind what keeps it rising', () => {
  for (const promql of [
    `${COUNTER}{a="b"}`,
    `sum by (pod) (${COUNTER}) * 100`,
    `round(label_replace(${COUNTER}, "a", "b", "c", "d"))`,
    `max_over_time(${COUNTER}[5m])`,
    `up + ${COUNTER}`,
    `${COUNTER} or vector(0)`,
  ]) {
    assert.equal(rawCounter(treeOf(promql))?.name, COUNTER, promql);
  }
});

test('a counter is not raw where it is rated, subtracted, counted or only asked for', () => {
  for (const promql of [
    `rate(${COUNTER}[5m])`,
    `${COUNTER} - ${COUNTER} offset 5m`,
    `count(${COUNTER})`,
    `up and ${COUNTER}`,
    `0 * ${COUNTER}`,
    `100 - ${COUNTER}`,
    `${COUNTER} / up`,
    `${COUNTER} > bool 0`,
    `changes(${COUNTER}[5m])`,
    `${COUNTER} offset 1d`,
    'my_own_requests_total',
    'DCGM_FI_DEV_ECC_DBE_VOL_TOTAL',
  ]) {
    assert.equal(rawCounter(treeOf(promql)), undefined, promql);
  }
});

test('a condition stays true where each part of it does', () => {
  for (const [promql, isEver] of [
    [`${COUNTER} > 0`, true],
    [`0 < sum(${COUNTER})`, true],
    [`count(${COUNTER} > 5)`, true],
    [`${COUNTER} > 0 or up == 0`, true],
    [`${COUNTER} > 0 and ${COUNTER} > 5`, true],
    [`${COUNTER} > 0 and up == 1`, false],
    [`up == 1 and ${COUNTER} > 0`, false],
    [`${COUNTER} == 0`, false],
    [`${COUNTER} < 10`, false],
    [`${COUNTER} > -1 unless up`, false],
    [`absent(${COUNTER})`, false],
  ] as const) {
    assert.equal(everTrue(treeOf(promql)) !== undefined, isEver, promql);
  }
});

const SHARE = 'sum(rate(x_total{code="500"}[5m])) / sum(rate(x_total[5m]))';

/** Largest value and unit, as `1 ratio`; nothing where nothing is known. */
function rangeOf(promql: string, recorded: Readonly<Record<string, string>> = {}): string | undefined {
  const rules = (name: string) => (recorded[name] === undefined ? undefined : treeOf(recorded[name]));
  const values = valuesOf(treeOf(promql), rules);
  return values && `${values.most} ${values.unit}`;
}

test('units follow a metric through what is done with it', () => {
  for (const [promql, range] of [
    ['vllm:kv_cache_usage_perc', '1 ratio'],
    ['1 - avg(vllm:kv_cache_usage_perc)', '1 ratio'],
    ['100 * max_over_time(vllm:gpu_cache_usage_perc[5m])', '100 percent'],
    ['sum(vllm:kv_cache_usage_perc)', undefined],
    ['DCGM_FI_DEV_GPU_UTIL * 0.01', '1 ratio'],
    ['DCGM_FI_PROF_SM_ACTIVE < 1e15', '1 ratio'],
    [SHARE, '1 ratio'],
    [`${SHARE} * 100`, '100 percent'],
    ['sum(rate(x_total[5m])) / sum(rate(x_total{code="500"}[5m]))', undefined],
    ['sum(rate(x_total{code="500"}[1m])) / sum(rate(x_total[5m]))', undefined],
    ['sum by (a) (rate(x_total{b="c"}[5m])) / sum(rate(x_total[5m]))', undefined],
    ['a / (a + b)', '1 ratio'],
    [
      'rate(vllm:inter_token_latency_seconds_sum[5m]) / rate(vllm:inter_token_latency_seconds_count[5m])',
      '10 seconds',
    ],
    [
      'histogram_quantile(0.9, rate(gen_ai_server_time_to_first_token_seconds_bucket[5m])) * 1000',
      '60000 milliseconds',
    ],
    ['rate(envoy_http_downstream_rq_time_sum[5m])', undefined],
    ['node_load1', undefined],
    ['llm:kv_cache_usage:max', '1 ratio'],
    ['slo:error_budget_left:ratio', undefined],
  ] as const) {
    assert.equal(rangeOf(promql), range, promql);
  }
});

test('recorded series have the unit of what they record, and circles of them have none', () => {
  assert.equal(
    rangeOf('my:cache:avg', {
      'my:cache:avg': 'avg(my:cache:one)',
      'my:cache:one': 'vllm:kv_cache_usage_perc * 100',
    }),
    '100 percent',
  );
  assert.equal(rangeOf('my:a', { 'my:a': 'my:b', 'my:b': 'my:a' }), undefined);
});
