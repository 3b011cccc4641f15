import assert from 'node:assert/strict';
import { test } from 'node:test';
import { applyPatch } from 'fast-json-patch';
import { checkManifests, type Manifest, rules } from '../../policies';

const RULES = rules.filter(({ id }) => id.startsWith('O'));

function alerting(exprs: readonly string[]) {
  const alerts = exprs.map((expr, index) => ({ alert: `Alert${index}`, expr, for: '5m' }));
  return {
    apiVersion: 'monitoring.coreos.com/v1',
    kind: 'PrometheusRule',
    metadata: { namespace: 'monitoring', name: 'rules' },
    spec: { groups: [{ name: 'rules', rules: alerts }] },
  };
}

function found(exprs: readonly string[], more: readonly Manifest[] = []): string[] {
  return checkManifests([alerting(exprs), ...more], { rules: RULES }).map(
    ({ rule: id, pointer, fix }) => `${pointer.split('/')[5]} ${id}: ${fix}`,
  );
}

test('rules about other systems, and sound ones about known metrics, have no finding [promql-sound]', () => {
  const sound = [
    'node_filesystem_avail_bytes / node_filesystem_size_bytes < 0.1',
    'rate(node_network_receive_errs_total[2m]) / rate(node_network_receive_packets_total[2m]) > 0.01',
    'kube_pod_container_status_restarts_total > 5',
    'histogram_quantile(0.99, sum by (le, verb) (rate(apiserver_request_duration_seconds_bucket[5m]))) > 1',
    'node_namespace_pod_container:container_memory_working_set_bytes > 1e9',
    'count by (job) (up == 0) > 1',
    'absent(up{job="kubelet"} == 1)',
    '(time() - node_boot_time_seconds) / 86400 > 300',
    'predict_linear(node_filesystem_free_bytes[1h], 4 * 3600) < 0',
    'avg by (model_name) (vllm:kv_cache_usage_perc) >= 0.95',
    'sum by (model_name) (vllm:num_requests_waiting) > 100',
    'sum(rate(vllm:generation_tokens_total[5m])) < 100 and sum(vllm:num_requests_running) > 0',
    'increase(vllm:num_preemptions_total[10m]) > 100',
    'DCGM_FI_DEV_FB_USED / (DCGM_FI_DEV_FB_USED + DCGM_FI_DEV_FB_FREE) * 100 > 95',
    'DCGM_FI_DEV_GPU_TEMP > 85 or DCGM_FI_DEV_XID_ERRORS > 0',
    'avg_over_time(DCGM_FI_DEV_GPU_UTIL[2h]) < 5 and on () DCGM_FI_DEV_FB_USED > 1024',
    'rate(DCGM_FI_DEV_POWER_VIOLATION[5m]) > 1e8',
    'sum(rate(envoy_cluster_upstream_rq_xx{envoy_response_code_class="5"}[5m])) / sum(rate(envoy_cluster_upstream_rq_xx[5m])) * 100 > 5',
    'envoy_cluster_membership_healthy / envoy_cluster_membership_total < 0.5',
    'histogram_quantile(0.99, sum by (le) (rate(envoy_http_downstream_rq_time_bucket[5m]))) > 30000',
    'envoy_server_days_until_first_cert_expiring < 14',
  ];
  assert.deepEqual(found(sound), []);
});

test('what rules get wrong is found once each, with what to write instead [promql-faults]', () => {
  const faulty: Readonly<Record<string, string>> = {
    'rate(vllm:request_success[5m]) == 0': 'O06: use vllm:request_success_total',
    'avg(vllm:gpu_cache_usage_perc) > 0.9': 'O02: use vllm:kv_cache_usage_perc',
    'avg(vllm:kv_cache_usage_perc) * 100 > 900': 'O13: write the limit in the unit of the metric',
    'rate(vllm:inter_token_latency_seconds_sum[5m]) / rate(vllm:inter_token_latency_seconds_count[5m]) > 50':
      'O13: use 0.05',
    'histogram_quantile(0.9, sum by (pod) (rate(vllm:request_queue_time_seconds_bucket[5m]))) > 1':
      'O10: use sum by (pod, le)',
    'count(DCGM_FI_DEV_GPU_UTIL) == 0': 'O14: use absent(…), or append or vector(0)',
    'envoy_server_days_until_first_cert_expiring < 1209600': 'O13: use 14',
  };
  assert.deepEqual(
    found(Object.keys(faulty)).toSorted(),
    Object.values(faulty).map((finding, index) => `${index} ${finding}`),
  );
});

test('conditions that multiply are given up, not worked out', () => {
  const either = '(rate(a[1h]) > 1 - 0.9 or rate(b[1h]) > 1 - 0.9)';
  assert.deepEqual(found([Array.from({ length: 40 }, () => either).join(' and ')]), []);
});

const server = (image: string): Manifest =>
  Object.assign(
    { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { namespace: 'ai', name: 'old' } },
    {
      spec: {
        selector: { matchLabels: { app: 'old' } },
        template: {
          metadata: { labels: { app: 'old' } },
          spec: { containers: [{ name: 'vllm', image }] },
        },
      },
    },
  );

test('a name is right for model servers of a version that still has it [promql-versions]', () => {
  const old = ['avg(vllm:gpu_cache_usage_perc) > 0.9'];
  assert.deepEqual(found(old, [server('docker.io/vllm/vllm-openai:v0.9.2')]), []);
  assert.equal(found(old, [server('docker.io/vllm/vllm-openai:v0.12.0')]).length, 1);
});

test('nothing is known of a metric whose name a rule of the bundle records', () => {
  const recording = {
    apiVersion: 'monitoring.coreos.com/v1',
    kind: 'PrometheusRule',
    metadata: { namespace: 'monitoring', name: 'recordings' },
    spec: {
      groups: [
        { name: 'cache', rules: [{ record: 'vllm:kv_cache_usage_perc', expr: '100 * max(cache_usage)' }] },
      ],
    },
  };
  const expr = ['vllm:kv_cache_usage_perc > 90'];
  assert.deepEqual(found(expr, [recording]), []);
  assert.deepEqual(found(expr), ['0 O13: use 0.9']);
});

test('names of another version are renamed by the patch of a finding, all of an expression at once [promql-fixes]', () => {
  const rule = alerting([
    'sum(rate(vllm:gpu_prefix_cache_hits_total[5m])) / sum(rate(vllm:gpu_prefix_cache_queries_total{a="b"}[5m])) < 0.1',
    'rate(vllm:num_preemptions[5m]) > 1',
    'avg(vllm:num_requests_swapped) > 0',
  ]);
  const patches = checkManifests([rule], { rules: RULES }).map(({ patch }) => patch);
  assert.deepEqual(
    patches.map((patch) => patch?.length),
    [1, 1, 1, undefined],
  );
  const { newDocument } = applyPatch(
    rule,
    patches.flatMap((patch) => patch ?? []),
    true,
    false,
  );
  const [shares, preemptions] = newDocument.spec.groups[0]?.rules ?? [];
  assert.equal(
    shares?.expr,
    'sum(rate(vllm:prefix_cache_hits_total[5m])) / sum(rate(vllm:prefix_cache_queries_total{a="b"}[5m])) < 0.1',
  );
  assert.equal(preemptions?.expr, 'rate(vllm:num_preemptions_total[5m]) > 1');
});
