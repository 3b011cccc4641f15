import assert from 'node:assert/strict';
import { test } from 'node:test';
import { METRICS, RENAMED_METRICS } from '../../base/metrics';
import { ServedEngine } from '../../local/stand-ins/served-engine';
import { exposed, misnamed } from '../../policies/metrics/known';
import { patienceFor } from '../../policies/metrics/limits';
import { RETIRED } from '../../policies/metrics/retired';
import { MORE_METRICS } from '../../policies/metrics/table';

test('each metric is named once, by the platform or by the policies', () => {
  const names = [...Object.values(METRICS), ...MORE_METRICS].map(({ name }) => name);
  assert.deepEqual(
    names.filter((name, index) => names.indexOf(name) !== index),
    [],
  );
  for (const name of names) assert.match(name, /^[a-zA-Z_:][a-zA-Z0-9_:]*$/);
});

test('every metric of a model server is known with the type of its page [metrics-known]', async () => {
  const pace = { firstTokenMs: 0, tokenMs: 0 };
  const page = await new ServedEngine({ model: 'chat', answerTokens: 1, pace }).metrics.text();
  const types = [...page.matchAll(/^# TYPE (\S+) (\w+)$/gm)].map(
    ([, name = '', type]) => [name, type] as const,
  );
  assert.ok(types.length > 15, page);
  for (const [name, type] of types) {
    const series = exposed(type === 'histogram' ? `${name}_bucket` : name);
    assert.equal(series?.metric.type, type, name);
  }
});

test('a metric is known by every name that it had, with the name of today', () => {
  assert.equal(exposed('vllm:gpu_cache_usage_perc')?.now, 'vllm:kv_cache_usage_perc');
  assert.equal(
    exposed('vllm:time_per_output_token_seconds_sum')?.now,
    'vllm:inter_token_latency_seconds_sum',
  );
  assert.equal(exposed('node_load1'), undefined);
  assert.equal(exposed(undefined), undefined);
});

test('a wrong name has the right ones beside it', () => {
  assert.deepEqual(misnamed('vllm:gpu_prefix_cache_hits')?.instead, ['vllm:prefix_cache_hits_total']);
  assert.deepEqual(misnamed('vllm:request_queue_time_seconds_total')?.instead, [
    'vllm:request_queue_time_seconds_count',
    'vllm:request_queue_time_seconds_sum',
  ]);
  assert.deepEqual(misnamed('DCGM_FI_DEV_GPU_UTIL_sum')?.instead, ['DCGM_FI_DEV_GPU_UTIL']);
  // The name that a collector of OpenTelemetry gives it.
  assert.equal(misnamed('envoy_cluster_upstream_rq_xx_total'), undefined);
  assert.equal(misnamed('app_requests'), undefined);
});

test('every name that was given up has a successor, or words about what to ask instead', () => {
  for (const [name, { instead }] of Object.entries(RETIRED)) {
    const renamed = RENAMED_METRICS[name] ?? RENAMED_METRICS[`${name}_sum`];
    assert.notEqual(renamed === undefined, instead === undefined, name);
  }
});

test('nobody waits as long for a token as for a whole call, and no quantile is above the last bucket', () => {
  assert.equal(patienceFor('vllm:inter_token_latency_seconds', 'mean'), 10);
  assert.equal(patienceFor('vllm:time_to_first_token_seconds', 'quantile'), 500);
  assert.equal(patienceFor('vllm:e2e_request_latency_seconds', 'mean'), 5000);
  assert.equal(patienceFor('gen_ai_server_request_duration_seconds', 'quantile'), 81.92);
  assert.equal(patienceFor('gen_ai_server_request_duration_seconds', 'mean'), 5000);
});
