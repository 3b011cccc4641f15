import { type Manifest, objectId } from '../../base/manifest';
import { type KindName, type Kinds, kinds } from '../../constructs/crds';
import { policyParameters } from '../parameters';
import type { Sample } from '../rule';
import { CLUSTER } from './baseline/cluster';
import { OBSERVABILITY } from './baseline/observability';
import { SERVING } from './baseline/serving';

const METADATA = { namespace: 'ai', name: 'chat' };
const HEADERS = { remove: ['authorization', 'x-api-key', 'api-key', 'x-client-id', 'cookie'] };
const FORGED = { remove: ['x-envoy-original-path', 'x-gateway-destination-endpoint'] };
const RESERVED = { removeOnMatch: [{ type: 'Prefix', value: 'x-ai-eg-' } as const] };

function object<K extends KindName>(kind: K, spec: Kinds[K]['spec'] & object): Manifest {
  return Object.assign({ apiVersion: kinds[kind].apiVersion, kind, metadata: METADATA }, { spec });
}

function secret(name: string, stringData: Readonly<Record<string, string>>): Manifest {
  const metadata = { ...METADATA, name };
  return Object.assign({ apiVersion: 'v1', kind: 'Secret', metadata }, { stringData });
}

function annotated(manifest: Manifest, annotations: Readonly<Record<string, string>>): Manifest {
  return Object.assign({}, manifest, { metadata: { ...manifest.metadata, annotations } });
}

/** A provider and a model server behind one gateway, without a finding: what samples change. */
const BASELINE: readonly Manifest[] = [
  object('EnvoyProxy', {
    concurrency: 2,
    shutdown: { drainTimeout: '615s' },
    provider: {
      type: 'Kubernetes',
      kubernetes: {
        envoyDeployment: {
          replicas: 2,
          container: {
            resources: { requests: { cpu: '2', memory: '4Gi' }, limits: { cpu: '2', memory: '4Gi' } },
          },
          pod: {
            topologySpreadConstraints: [
              { maxSkew: 1, topologyKey: 'kubernetes.io/hostname', whenUnsatisfiable: 'ScheduleAnyway' },
            ],
          },
        },
        envoyPDB: { minAvailable: 1 },
      },
    },
  }),
  object('GatewayConfig', {
    extProc: {
      kubernetes: {
        resources: { requests: { cpu: '1', memory: '256Mi' }, limits: { cpu: '2', memory: '4Gi' } },
      },
    },
  }),
  annotated(
    object('Gateway', {
      gatewayClassName: 'envoy',
      infrastructure: { parametersRef: { group: 'gateway.envoyproxy.io', kind: 'EnvoyProxy', name: 'chat' } },
      listeners: [{ name: 'http', protocol: 'HTTP', port: 80 }],
    }),
    { 'aigateway.envoyproxy.io/gateway-config': 'chat' },
  ),
  object('SecurityPolicy', {
    targetRefs: [{ group: 'gateway.networking.k8s.io', kind: 'Gateway', name: 'chat' }],
    apiKeyAuth: {
      credentialRefs: [{ name: 'clients' }],
      extractFrom: [{ headers: ['authorization'] }],
      forwardClientIDHeader: 'x-client-id',
      sanitize: true,
    },
  }),
  secret('clients', { batch: 'the key of batch'.repeat(2), search: 'the key of search'.repeat(2) }),
  object('ClientTrafficPolicy', {
    targetRefs: [{ group: 'gateway.networking.k8s.io', kind: 'Gateway', name: 'chat' }],
    connection: { bufferLimit: '50Mi' },
    headers: { earlyRequestHeaders: { ...FORGED, ...RESERVED } },
  }),
  object('Backend', {
    endpoints: [{ fqdn: { hostname: 'api.example.com', port: 443 } }],
    tls: { wellKnownCACertificates: 'System', sni: 'api.example.com' },
  }),
  object('AIServiceBackend', {
    schema: { name: 'OpenAI' },
    backendRef: { group: 'gateway.envoyproxy.io', kind: 'Backend', name: 'chat' },
    headerMutation: HEADERS,
  }),
  object('BackendSecurityPolicy', {
    targetRefs: [{ group: 'aigateway.envoyproxy.io', kind: 'AIServiceBackend', name: 'chat' }],
    type: 'APIKey',
    apiKey: { secretRef: { name: 'chat' } },
  }),
  secret('chat', { apiKey: 'the key of the gateway' }),
  object('AIGatewayRoute', {
    parentRefs: [{ name: 'chat' }],
    rules: [
      {
        matches: [{ headers: [{ name: 'x-ai-eg-model', value: 'chat' }] }],
        backendRefs: [{ name: 'chat' }],
        timeouts: { request: '600s' },
      },
    ],
    llmRequestCosts: [{ metadataKey: 'llm_total_token', type: 'TotalToken' }],
  }),
  object('BackendTrafficPolicy', {
    targetRefs: [{ group: 'gateway.networking.k8s.io', kind: 'HTTPRoute', name: 'chat' }],
    circuitBreaker: { maxParallelRequests: 128 },
    healthCheck: { passive: { maxEjectionPercent: 100 } },
  }),
  policyParameters('ai', { allowedRegistries: ['docker.io', 'registry.internal:5000'] }),
  ...SERVING,
  ...OBSERVABILITY,
  ...CLUSTER,
];

/** The whole bundle that a sample stands for. */
export function sampleBundle({ change }: Pick<Sample, 'change'>): Manifest[] {
  const objects = new Map<string, unknown>(BASELINE.map((manifest) => [objectId(manifest), manifest]));
  for (const [id, patch] of Object.entries(change)) {
    if (patch === null) objects.delete(id);
    else objects.set(id, merged(objects.get(id), patch));
  }
  return [...objects.values()] as Manifest[];
}

/** RFC 7396: null removes a key, an object is merged, anything else replaces. */
function merged(target: unknown, patch: unknown): unknown {
  if (patch === null || typeof patch !== 'object' || Array.isArray(patch)) return patch;
  const result: Record<string, unknown> = { ...Object(target) };
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete result[key];
    else result[key] = merged(result[key], value);
  }
  return result;
}
