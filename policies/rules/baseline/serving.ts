import type { Manifest } from '../../../base/manifest';
import { type KindName, type Kinds, kinds } from '../../../constructs/crds';
import { VLLM } from './model-server';

const METADATA = { namespace: 'ai', name: 'oss' };
const LABELS = { app: 'oss' };
const CREDENTIALS = ['authorization', 'x-api-key', 'api-key', 'cookie', 'x-client-id'];

function object<K extends KindName>(
  kind: K,
  spec: Kinds[K]['spec'] & object,
  name = METADATA.name,
): Manifest {
  const metadata = { ...METADATA, name };
  return Object.assign({ apiVersion: kinds[kind].apiVersion, kind, metadata }, { spec });
}

function core(apiVersion: string, kind: string, spec: object, name = METADATA.name): Manifest {
  return Object.assign({ apiVersion, kind, metadata: { ...METADATA, name } }, { spec });
}

/** A model server on four GPUs, its weights, who may reach it, and its route with a spare behind it. */
export const SERVING: readonly Manifest[] = [
  core('v1', 'PersistentVolumeClaim', {
    accessModes: ['ReadWriteOnce'],
    resources: { requests: { storage: '80Gi' } },
  }),
  core('apps/v1', 'Deployment', {
    replicas: 1,
    strategy: { rollingUpdate: { maxSurge: 0, maxUnavailable: 1 } },
    progressDeadlineSeconds: 2000,
    selector: { matchLabels: LABELS },
    template: {
      metadata: { labels: LABELS },
      spec: {
        automountServiceAccountToken: false,
        enableServiceLinks: false,
        terminationGracePeriodSeconds: 150,
        securityContext: {
          runAsNonRoot: true,
          runAsUser: 2000,
          fsGroup: 2000,
          seccompProfile: { type: 'RuntimeDefault' },
        },
        containers: [VLLM],
        volumes: [
          { name: 'shm', emptyDir: { medium: 'Memory', sizeLimit: '16Gi' } },
          { name: 'cache', emptyDir: {} },
          { name: 'models', persistentVolumeClaim: { claimName: 'oss', readOnly: true } },
        ],
      },
    },
  }),
  core('v1', 'Service', {
    clusterIP: 'None',
    selector: LABELS,
    ports: [{ name: 'http', port: 8000, targetPort: 'http' }],
  }),
  core('networking.k8s.io/v1', 'NetworkPolicy', {
    podSelector: { matchLabels: LABELS },
    policyTypes: ['Ingress'],
    ingress: [
      {
        from: [
          {
            namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'envoy-gateway-system' } },
            podSelector: { matchLabels: { 'app.kubernetes.io/component': 'proxy' } },
          },
        ],
        ports: [{ protocol: 'TCP', port: 'http' }],
      },
    ],
  }),
  object('Backend', {
    endpoints: [{ fqdn: { hostname: 'oss.ai.svc.cluster.local', port: 8000 } }],
  }),
  object('AIServiceBackend', {
    schema: { name: 'OpenAI' },
    backendRef: { group: 'gateway.envoyproxy.io', kind: 'Backend', name: 'oss' },
    headerMutation: { remove: CREDENTIALS },
  }),
  object('Backend', { endpoints: [{ fqdn: { hostname: 'models.internal', port: 8000 } }] }, 'spare'),
  object(
    'AIServiceBackend',
    {
      schema: { name: 'OpenAI' },
      backendRef: { group: 'gateway.envoyproxy.io', kind: 'Backend', name: 'spare' },
      headerMutation: { remove: CREDENTIALS },
    },
    'spare',
  ),
  object('AIGatewayRoute', {
    parentRefs: [{ name: 'chat' }],
    rules: [
      {
        matches: [{ headers: [{ name: 'x-ai-eg-model', value: 'oss' }] }],
        backendRefs: [
          { name: 'oss', priority: 0, modelNameOverride: 'oss' },
          { name: 'spare', priority: 1, modelNameOverride: 'oss-small' },
        ],
        timeouts: { request: '600s' },
      },
    ],
    llmRequestCosts: [{ metadataKey: 'llm_total_token', type: 'TotalToken' }],
  }),
  object('BackendTrafficPolicy', {
    targetRefs: [{ group: 'gateway.networking.k8s.io', kind: 'HTTPRoute', name: 'oss' }],
    retry: {
      numRetries: 2,
      numAttemptsPerPriority: 1,
      retryOn: {
        triggers: ['connect-failure', 'reset', 'retriable-status-codes'],
        httpStatusCodes: [429, 500, 502, 503, 504],
      },
      perRetry: { timeout: '600s' },
    },
    circuitBreaker: { maxParallelRequests: 128 },
    timeout: { http: { connectionIdleTimeout: '300s' } },
    rateLimit: {
      global: {
        rules: [
          {
            limit: { requests: 1000000, unit: 'Hour' },
            shared: true,
            cost: {
              request: { from: 'Number', number: 0 },
              response: {
                from: 'Metadata',
                metadata: { namespace: 'io.envoy.ai_gateway', key: 'llm_total_token' },
              },
            },
          },
        ],
      },
    },
  }),
];
