import type { Manifest } from '../../../base/manifest';
import { type KindName, type Kinds, kinds } from '../../../constructs/crds';

function object<K extends KindName>(kind: K, name: string, spec: Kinds[K]['spec'] & object): Manifest {
  const metadata = { namespace: 'ai', name };
  return Object.assign({ apiVersion: kinds[kind].apiVersion, kind, metadata }, { spec });
}

/** What is scraped of the proxies and of the model server, and what is asked of it. */
export const OBSERVABILITY: readonly Manifest[] = [
  object('PodMonitor', 'envoy-proxy', {
    namespaceSelector: { matchNames: ['envoy-gateway-system'] },
    selector: {
      matchLabels: { 'app.kubernetes.io/name': 'envoy', 'app.kubernetes.io/component': 'proxy' },
    },
    podMetricsEndpoints: [
      { port: 'metrics', path: '/stats/prometheus' },
      { port: 'aigw-admin', path: '/metrics' },
    ],
  }),
  object('PodMonitor', 'oss', {
    selector: { matchLabels: { app: 'oss' } },
    podMetricsEndpoints: [{ port: 'http', path: '/metrics' }],
  }),
  object('PrometheusRule', 'oss', {
    groups: [
      { name: 'oss', rules: [{ record: 'llm:requests:sum', expr: 'sum(vllm:num_requests_running)' }] },
    ],
  }),
];
