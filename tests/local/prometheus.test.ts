import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { LiveObject } from '../../local/kube';
import { ruleGroups, scrapeJobs } from '../../local/prometheus';

const pod = (name: string, namespace: string, labels: Record<string, string>, port: string): LiveObject => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, namespace, labels },
  spec: { containers: [{ name: 'c', ports: [{ name: port }] }] },
  status: { podIP: '10.0.0.9' },
});

const monitor = (spec: object): LiveObject => ({
  apiVersion: 'monitoring.coreos.com/v1',
  kind: 'PodMonitor',
  metadata: { name: 'vllm', namespace: 'obs' },
  spec,
});

const targets = (jobs: object[]) =>
  jobs.map((job) =>
    (job as { static_configs: { targets: string[]; labels: Record<string, string> }[] }).static_configs.map(
      (config) => [config.labels.pod, ...config.targets],
    ),
  );

const PODS = [
  pod('a', 'ai-serving', { app: 'vllm' }, 'http'),
  pod('b', 'ai-serving', { app: 'other' }, 'http'),
  pod('c', 'elsewhere', { app: 'vllm' }, 'http'),
  pod('d', 'ai-serving', { app: 'vllm' }, 'grpc'),
];

test('a monitor scrapes the pods that it selects, in its namespaces, with its port, where the host serves them', () => {
  const selector = { matchLabels: { app: 'vllm' } };
  const endpoint = { port: 'http', path: '/metrics', interval: '5s', scrapeTimeout: '4s', honorLabels: true };
  const spec = {
    selector,
    namespaceSelector: { matchNames: ['ai-serving'] },
    podMetricsEndpoints: [endpoint],
  };
  const jobs = scrapeJobs([monitor(spec)], PODS, (p, port) => `127.1.0.1:${p.metadata.name}-${port}`);

  assert.deepEqual(targets(jobs), [[['a', '127.1.0.1:a-http']]]);
  const [job] = jobs as Record<string, unknown>[];
  assert.equal(job?.job_name, 'podMonitor/obs/vllm/0');
  assert.equal(job?.scrape_interval, '5s');
  assert.equal(job?.scrape_timeout, '4s');
  assert.equal(job?.honor_labels, true);
});

test('any namespace, several endpoints, and the monitor’s own namespace by default', () => {
  const selector = { matchLabels: { app: 'vllm' } };
  const podMetricsEndpoints = [{ port: 'http' }, { port: 'grpc' }];
  const everywhere = monitor({ selector, namespaceSelector: { any: true }, podMetricsEndpoints });
  const names = targets(scrapeJobs([everywhere], PODS, () => 'x')).map((job) => job.map(([name]) => name));
  assert.deepEqual(names, [['a', 'c'], ['d']]);
  const own = monitor({ selector, podMetricsEndpoints });
  assert.deepEqual(targets(scrapeJobs([own], PODS, () => 'x')), [[], []]);
});

test('a pod that this host does not run keeps an address, and so shows as down', () => {
  const spec = {
    selector: { matchLabels: { app: 'vllm' } },
    namespaceSelector: { any: true },
    podMetricsEndpoints: [{ port: 'grpc' }],
  };
  assert.deepEqual(targets(scrapeJobs([monitor(spec)], PODS, () => undefined)), [[['d', '10.0.0.9:1']]]);
});

test('rule groups of several objects keep apart', () => {
  const rule = (namespace: string): LiveObject => ({
    apiVersion: 'monitoring.coreos.com/v1',
    kind: 'PrometheusRule',
    metadata: { name: 'rules', namespace },
    spec: { groups: [{ name: 'gateway', rules: [{ record: 'a', expr: 'b' }] }] },
  });
  assert.deepEqual(ruleGroups([rule('x'), rule('y')]), [
    { name: 'x/rules/gateway', rules: [{ record: 'a', expr: 'b' }] },
    { name: 'y/rules/gateway', rules: [{ record: 'a', expr: 'b' }] },
  ]);
});

test('a port without a name is found by its number, and relabellings are written as Prometheus reads them', () => {
  const numbered = pod('e', 'obs', { app: 'controller' }, 'none');
  numbered.spec.containers[0].ports = [{ containerPort: 8080 }];
  const metricRelabelings = [{ sourceLabels: ['__name__'], regex: 'x', action: 'drop' }];
  const spec = {
    selector: { matchLabels: { app: 'controller' } },
    podMetricsEndpoints: [{ portNumber: 8080, metricRelabelings }],
  };
  const jobs = scrapeJobs([monitor(spec)], [numbered, ...PODS], () => '127.0.0.1:8080');
  assert.deepEqual(targets(jobs), [[['e', '127.0.0.1:8080']]]);
  const [job] = jobs as Record<string, unknown>[];
  assert.deepEqual(job?.metric_relabel_configs, [
    { source_labels: ['__name__'], regex: 'x', action: 'drop' },
  ]);
});
