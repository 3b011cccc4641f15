import type { EnvoyPlan, TimingPlan, Tracing } from '../config';
import type { Kinds } from './component';
import { LEDGER_LOG, type LedgerPod } from './ledger-collector';
import { RESPONSE_MODEL, TOKEN_METADATA, TOKEN_METADATA_NAMESPACE } from './token-metadata';
import { envoyTracing } from './tracing';

/** How the gateway is reached; what Envoy Gateway makes of it is a Service in its own namespace. */
export type GatewayServiceType = 'LoadBalancer' | 'ClusterIP' | 'NodePort';

/** Nodes for proxies alone. */
export interface GatewayNodes {
  readonly nodeSelector: Readonly<Record<string, string>>;
  /** What keeps other pods away. */
  readonly taint: { readonly key: string; readonly value: string; readonly effect: 'NoSchedule' };
}

export interface EnvoyProxyPlan {
  readonly envoy: EnvoyPlan;
  readonly timing: TimingPlan;
  readonly replicas: number;
  readonly serviceType: GatewayServiceType;
  /** Nodes that are there for proxies. Default: any. */
  readonly nodes?: GatewayNodes;
  /** Of the Gateway; Envoy Gateway labels the pods with it. */
  readonly gatewayName: string;
  /** Whether Envoy writes its access log to standard output. */
  readonly accessLog: boolean;
  /** What writes calls into the ledger, from a file beside it. */
  readonly ledger?: LedgerPod;
  readonly podAnnotations: Readonly<Record<string, string>>;
  /** Where spans go: name of the Backend. */
  readonly collector?: { readonly name: string; readonly tracing: Tracing };
}

type Spec = Kinds['EnvoyProxy']['spec'];
type KubernetesProvider = NonNullable<NonNullable<Spec['provider']>['kubernetes']>;

/**
 * How Envoy Gateway runs the proxies of one Gateway. Workers, CPU request and CPU limit are one number,
 * memory request and limit another; a proxy that leaves drains for as long as the longest answer.
 */
export function envoyProxySpec(plan: EnvoyProxyPlan): Spec {
  const { envoy, timing, replicas, serviceType, gatewayName, accessLog, ledger, collector, nodes } = plan;
  const size = { cpu: `${envoy.cpu}`, memory: `${envoy.memory}` };
  return {
    concurrency: envoy.workers,
    extraArgs: ACCESS_LOG_FLUSH,
    provider: {
      type: 'Kubernetes',
      kubernetes: {
        envoyDeployment: {
          replicas,
          container: {
            resources: { requests: size, limits: size },
            ...(ledger && { volumeMounts: ledger.volumeMounts }),
          },
          ...(ledger && { initContainers: [ledger.sidecar] }),
          pod: {
            annotations: plan.podAnnotations,
            topologySpreadConstraints: [spreadOver(gatewayName)],
            ...placement(nodes),
            ...(ledger && { volumes: ledger.volumes }),
            ...(ledger &&
              ledger.imagePullSecrets.length > 0 && { imagePullSecrets: ledger.imagePullSecrets }),
          },
        },
        envoyService: { type: serviceType },
        ...disruption(replicas),
      },
    },
    shutdown: {
      drainTimeout: `${timing.drainTimeout}`,
      minDrainDuration: `${timing.minDrainDuration}`,
    },
    logging: { level: { default: 'warn' } },
    telemetry: {
      metrics: { prometheus: {} },
      accessLog: loggedTo([...(accessLog ? ['/dev/stdout'] : []), ...(ledger ? [LEDGER_LOG] : [])]),
      ...(collector && { tracing: envoyTracing(collector.name, gatewayName, collector.tracing) }),
    },
  };
}

/**
 * Lines of the access log that an Envoy holds back are lost when it is killed: of some 900 calls a SIGKILL took 55 with the
 * default of ten seconds, and one with a tenth of a second.
 */
const ACCESS_LOG_FLUSH = ['--file-flush-interval-msec', '100'];

/** Envoy dynamic metadata in which a filter of ours notes who calls. */
export const IDENTITY_METADATA_NAMESPACE = 'vcf-ai-platform';

/**
 * Where the AI gateway notes, for each endpoint, which backend of which route it belongs to: `namespace/name/route/…`
 * (ai-gateway 1.0.0, internal/internalapi: InternalEndpointMetadataNamespace and InternalMetadataBackendNameKey).
 */
const BACKEND_OF_ENDPOINT = 'aigateway.envoy.io:per_route_rule_backend_name';

/**
 * One JSON object a call. Token counts are there for every stream as far as it went and for other successful calls, the
 * model for what ended; workload and tenant for calls that were let in. The ledger reads it: ledger/access-log.ts.
 */
const ACCESS_LOG = {
  // Envoy draws it when it writes the line (source/common/formatter/stream_info_formatter.cc): it names the line, and
  // no client can choose it.
  unique_id: '%UNIQUE_ID%',
  start_time: '%START_TIME%',
  request_id: '%REQ(X-REQUEST-ID)%',
  trace_id: '%TRACE_ID%',
  method: '%REQ(:METHOD)%',
  // Without the query: that is where Gemini's clients put their key.
  path: '%REQ(X-AI-EG-ORIGINAL-PATH)%',
  upstream_path: '%PATH(NQ:PATH)%',
  workload: identityMetadata('workload'),
  tenant: identityMetadata('tenant'),
  route: '%ROUTE_NAME%',
  status: '%RESPONSE_CODE%',
  response_flags: '%RESPONSE_FLAGS%',
  response_code_details: '%RESPONSE_CODE_DETAILS%',
  // 0 where the call did not come to the router, which asks the models (source/common/router/router.cc).
  attempts: '%UPSTREAM_REQUEST_ATTEMPT_COUNT%',
  duration_ms: '%DURATION%',
  upstream_ms: '%RESP(X-ENVOY-UPSTREAM-SERVICE-TIME)%',
  bytes_received: '%BYTES_RECEIVED%',
  bytes_sent: '%BYTES_SENT%',
  upstream_cluster: '%UPSTREAM_CLUSTER%',
  requested_model: '%REQ(X-AI-EG-MODEL)%',
  response_model: aiMetadata(RESPONSE_MODEL),
  backend: aiMetadata('ai_service_backend_name'),
  // The one above is there at the end of an answer only; this one also when the client left or the model failed.
  attempted_backend: `%UPSTREAM_METADATA(${BACKEND_OF_ENDPOINT})%`,
  input_tokens: aiMetadata(TOKEN_METADATA.input),
  cached_input_tokens: aiMetadata(TOKEN_METADATA.cachedInput),
  cache_write_input_tokens: aiMetadata(TOKEN_METADATA.cacheWriteInput),
  output_tokens: aiMetadata(TOKEN_METADATA.output),
  reasoning_tokens: aiMetadata(TOKEN_METADATA.reasoning),
  total_tokens: aiMetadata(TOKEN_METADATA.total),
};

/** A line of its own for each file, with a `unique_id` of its own. */
function loggedTo(files: readonly string[]): NonNullable<NonNullable<Spec['telemetry']>['accessLog']> {
  if (files.length === 0) return { disable: true };
  const sinks = files.map((path) => ({ type: 'File' as const, file: { path } }));
  return { settings: [{ format: { type: 'JSON', json: ACCESS_LOG }, sinks }] };
}

function identityMetadata(field: string): string {
  return `%DYNAMIC_METADATA(${IDENTITY_METADATA_NAMESPACE}:${field})%`;
}

function aiMetadata(key: string): string {
  return `%DYNAMIC_METADATA(${TOKEN_METADATA_NAMESPACE}:${key})%`;
}

function placement(nodes: GatewayNodes | undefined) {
  if (nodes === undefined) return {};
  const { nodeSelector, taint } = nodes;
  return { nodeSelector, tolerations: [{ ...taint, operator: 'Equal' }] };
}

function spreadOver(gatewayName: string) {
  return {
    maxSkew: 1,
    topologyKey: 'kubernetes.io/hostname',
    whenUnsatisfiable: 'ScheduleAnyway',
    labelSelector: { matchLabels: { 'gateway.envoyproxy.io/owning-gateway-name': gatewayName } },
  };
}

/** With one replica a budget of one would block the drain of its node for ever. */
function disruption(replicas: number): Pick<KubernetesProvider, 'envoyPDB'> {
  return replicas > 1 ? { envoyPDB: { minAvailable: 1 } } : {};
}
