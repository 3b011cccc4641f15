import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Namespace, RecordingRules } from '../../constructs';
import { assertGolden, chart, field, manifests, only } from './support';

function render() {
  const scope = chart();
  new RecordingRules(scope, 'ai-platform', { namespace: new Namespace(scope, 'ai-observability') });
  return only(manifests(scope), 'PrometheusRule');
}

function expression(record: string): string {
  const rules = field(render(), 'spec.groups.0.rules') as { record: string; expr: string }[];
  const rule = rules.find((candidate) => candidate.record === record);
  assert.ok(rule, record);
  return rule.expr;
}

test('the recorded series are one PrometheusRule [recorded-series]', () => {
  assertGolden('rules', [render()]);
});

test('tokens are kept apart by workload, model and kind', () => {
  assert.match(
    expression('gw:tokens:sum'),
    /^sum by \(workload_app, gen_ai_request_model, gen_ai_token_type\)/,
  );
});

test('overhead is divided by the calls that reached a model, and an idle gateway records nothing', () => {
  assert.match(
    expression('gw:overhead_seconds:mean1m'),
    /\/ \(sum\(rate\(\w+_count\{[^}]+\}\[1m\]\)\) > 0\)/,
  );
});
