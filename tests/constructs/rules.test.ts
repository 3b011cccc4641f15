import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  exposedNames,
  METRICS,
  type Metric,
  namesOf,
  RECORDED_NAMES,
  RECORDED_SERIES,
} from '../../base/metrics';
import { Namespace, RecordingRules } from '../../constructs';
import { query } from '../../policies/promql';
import { ALERTS } from './alerts/rendered';
import { assertGolden, chart, field, manifests, only } from './support';

interface Group {
  readonly name: string;
  readonly rules: readonly { readonly record: string; readonly expr: string }[];
}

function render(props: { readonly engines?: boolean } = {}) {
  const scope = chart();
  const namespace = new Namespace(scope, 'ai-observability');
  new RecordingRules(scope, 'ai-platform', { namespace, ...props });
  return only(manifests(scope), 'PrometheusRule');
}

const groupsOf = (rule: ReturnType<typeof render>) => field(rule, 'spec.groups') as readonly Group[];
const rules = () => groupsOf(render()).flatMap((group) => group.rules);

const expression = (name: string): string => {
  const rule = rules().find(({ record }) => record === name);
  assert.ok(rule, name);
  return rule.expr;
};

/** What is recorded whether or not there are objectives and budgets. */
const platformNames = RECORDED_NAMES.filter(
  (name) => !['objectives', 'budgets'].includes(RECORDED_SERIES[name].of),
);

const allNames = (metric: Metric) => namesOf(metric).flatMap((name) => exposedNames(metric, name));

test('the recorded series are one PrometheusRule [recorded-series]', () => {
  assertGolden('rules', [render()]);
});

test('every recorded series has a rule, and reads the metrics of the table under every name that they had [recorded-names]', () => {
  assert.deepEqual(
    rules()
      .map(({ record }) => record)
      .sort(),
    platformNames.toSorted(),
  );
  const read = new Set<string>();
  for (const { record, expr } of rules()) {
    const { metrics, error } = query(expr);
    assert.equal(error, undefined, record);
    for (const { name } of metrics) read.add(name);
  }
  const known = Object.values(METRICS);
  const strangers = [...read]
    .filter((name) => !known.some((metric) => allNames(metric).includes(name)))
    .filter((name) => !(platformNames as readonly string[]).includes(name));
  assert.deepEqual(strangers, []);
  const asked = new Set(ALERTS.flatMap(({ expr }) => query(expr).metrics.map(({ name }) => name)));
  for (const metric of known) {
    for (const name of namesOf(metric)) {
      assert.ok(
        exposedNames(metric, name).some((exposed) => read.has(exposed) || asked.has(exposed)),
        `no rule reads ${name}`,
      );
    }
  }
});

test('a rate is taken of counters and histograms, never of a gauge', () => {
  const gauges = Object.values(METRICS).filter(({ type }) => type === 'gauge');
  for (const { record, expr } of rules()) {
    const rated = [...expr.matchAll(/(?:rate|increase)\(([\w:]+)/g)].map(([, name = '']) => name);
    const wrong = rated.filter((name) => gauges.some((gauge) => allNames(gauge).includes(name)));
    assert.deepEqual(wrong, [], record);
    const counted = Object.values(METRICS).filter(({ type }) => type !== 'gauge');
    const named = query(expr).metrics.map(({ name }) => name);
    const isSum = record.endsWith(':sum');
    for (const name of named.filter((one) => counted.some((metric) => allNames(metric).includes(one)))) {
      assert.ok(isSum || rated.includes(name), `${record} reads the counter ${name} without a rate`);
    }
  }
});

test('tokens are kept apart by workload, tenant, model and kind', () => {
  assert.match(
    expression('gw:tokens:sum'),
    /^sum by \(workload_app, tenant, gen_ai_request_model, gen_ai_token_type\)/,
  );
});

test('overhead is divided by the calls that reached a model, and an idle gateway records nothing', () => {
  assert.match(
    expression('gw:overhead_seconds:mean1m'),
    /\/ \(sum\(rate\(\w+_count\{[^}]+\}\[1m\]\)\) > 0\)/,
  );
});

test('without model servers there are rules about the gateway alone', () => {
  assert.deepEqual(
    groupsOf(render({ engines: false })).map(({ name }) => name),
    ['gateway'],
  );
});
