import { Duration } from '../../base/duration';
import type { Memory } from '../../base/quantity';
import versions from '../../versions.json';
import { TENANT_HEADER, WORKLOAD_HEADER } from '../identity';
import type { Platform } from '../platform';
import { headerLabels } from './header-labels';
import { usesLimiter } from './limit-rules';
import { planMessageSize } from './message-size';
import { POD_SIZES, type PodSize } from './pod-sizes';
import { planRoutes } from './routes';

/** Where Envoy Gateway runs and makes its proxies; its default, and the AI Gateway controller's. */
export const GATEWAY_SYSTEM = 'envoy-gateway-system';
export const AI_GATEWAY_SYSTEM = 'envoy-ai-gateway-system';

/** The ConfigMap that Envoy Gateway's chart writes, and its key. */
export const GATEWAY_CONFIG = { name: 'envoy-gateway-config', key: 'envoy-gateway.yaml' } as const;

/**
 * The ConfigMap with the same settings for the embedded datacenter, where no chart is installed: Envoy Gateway's
 * configuration, and the AI Gateway controller's flags, one a line.
 */
export const EMBEDDED_CONFIG = {
  name: 'embedded-controllers',
  gatewayKey: GATEWAY_CONFIG.key,
  flagsKey: 'ai-gateway-controller.flags',
} as const;

/** The AI Gateway controller's Service and Deployment, named by its chart. */
export const AI_GATEWAY_CONTROLLER = 'ai-gateway-controller';

/** The Secret with the seed of MCP sessions, its key, and the variable that hands it to the controller. */
export const MCP_SEED = { secret: 'mcp-session-seed', key: 'seed', variable: 'MCP_SESSION_SEED' } as const;

/** The Redis of the platform, and the Secret with the password of an external Redis. */
export const LIMITER_REDIS = { name: 'limiter-redis', port: 6379, passwordKey: 'password' } as const;

/**
 * How long Envoy waits for the rate-limit service. With the default of 20ms one pause of Redis lets requests
 * pass unnoticed, or with failClosed refuses them; more than this nobody should wait for a counter.
 */
const LIMITER_TIMEOUT = Duration.milliseconds(100);

type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };
type Values = { readonly [key: string]: Json };

/** A chart of a registry. */
export interface ChartSource {
  /** `oci://<registry>/<repository>`, whose last part is the chart's name, or the name alone in `repository`. */
  readonly reference: string;
  /** `https://…` */
  readonly repository?: string;
  readonly version: string;
}

/** What the charts of the controllers are given, from one document. */
export interface ControllersPlan {
  readonly gatewayChart: ChartSource;
  readonly aiGatewayChart: ChartSource;
  /** Envoy Gateway's configuration, an EnvoyGateway without apiVersion and kind. */
  readonly gatewayConfig: Values;
  /** Values of Envoy Gateway's chart; gatewayConfig is in them. */
  readonly gatewayValues: Values;
  /** Values of the AI Gateway controller's chart. */
  readonly aiGatewayValues: Values;
  /** What these values make the AI Gateway controller's flags, beyond its defaults. */
  readonly aiGatewayFlags: Readonly<Record<string, string>>;
  /** Whether a Redis of our own is needed. */
  readonly redis: boolean;
}

/** Whether some workload is counted for all Envoys, which takes the rate-limit service and a Redis. */
export function needsLimiter({ workloads }: Pick<Platform, 'workloads'>): boolean {
  return workloads.some(usesLimiter);
}

/**
 * The values of both charts. Everything else of them is the charts' own default; every image is named, so that
 * a chart from its source folder and the published one give the same objects.
 */
export function planControllers(platform: Platform): ControllersPlan {
  const messageSize = planMessageSize(planRoutes(platform));
  const gatewayConfig = envoyGateway(platform, messageSize);
  const flags = aiGatewayFlags(platform, messageSize);
  const { 'envoy-gateway': gatewayChart, 'ai-gateway': aiGatewayChart } = versions.charts;
  return {
    gatewayChart,
    aiGatewayChart: { ...aiGatewayChart, version: `v${platform.controllers.aiGatewayVersion}` },
    gatewayConfig,
    gatewayValues: gatewayValues(platform, gatewayConfig),
    aiGatewayValues: aiGatewayValues(platform, flags),
    aiGatewayFlags: flags,
    redis: needsLimiter(platform) && platform.controllers.redisUrl === undefined,
  };
}

function envoyGateway(platform: Platform, messageSize: Memory): Values {
  const all = { includeAll: true };
  const picked = platform.models.some((model) => model.kind === 'vllm' && model.endpointPicker);
  return {
    gateway: { controllerName: 'gateway.envoyproxy.io/gatewayclass-controller' },
    provider: {
      type: 'Kubernetes',
      kubernetes: {
        // Its webhook is a Helm hook of the chart, and only Helm itself runs these. Zone-aware routing would
        // need it; it makes one cluster per backend, which AI Gateway 1.0 leaves without its filters.
        proxyTopologyInjector: { disabled: true },
        ...(needsLimiter(platform) && rateLimitService(platform)),
      },
    },
    logging: { level: { default: 'info' } },
    // Every model is a Backend; without this every one of them is refused. What one Envoy answers at once is set by an
    // EnvoyPatchPolicy (constructs/capacity.ts): there is no other way to it.
    extensionApis: { enableBackend: true, enableEnvoyPatchPolicy: true },
    extensionManager: {
      ...(picked && {
        backendResources: [{ group: 'inference.networking.k8s.io', kind: 'InferencePool', version: 'v1' }],
      }),
      hooks: {
        xdsTranslator: {
          translation: { listener: all, route: all, cluster: all, secret: all },
          post: ['Translation', 'Cluster', 'Route'],
        },
      },
      service: {
        fqdn: { hostname: `${AI_GATEWAY_CONTROLLER}.${AI_GATEWAY_SYSTEM}.svc.cluster.local`, port: 1063 },
      },
      // Published without the AI filters, a route would send requests on untranslated and without a key.
      failOpen: false,
      maxMessageSize: `${messageSize}`,
    },
    ...(needsLimiter(platform) && { rateLimit: rateLimit(platform) }),
  };
}

function rateLimit({ controllers: { redisUrl }, gateway: { limiter } }: Platform): Values {
  const own = `${LIMITER_REDIS.name}.${GATEWAY_SYSTEM}.svc.cluster.local:${LIMITER_REDIS.port}`;
  const tls = redisUrl?.startsWith('rediss://') === true;
  return {
    backend: {
      type: 'Redis',
      // The rate-limit service dials host:port; whether with TLS is said beside it.
      redis: { url: redisUrl?.replace(/^rediss?:\/\//, '') ?? own, ...(tls && { tls: {} }) },
    },
    timeout: `${LIMITER_TIMEOUT}`,
    failClosed: limiter.failClosed,
  };
}

function rateLimitService({ controllers: { replicas, redisPasswordSecret } }: Platform): Values {
  const { name, passwordKey } = LIMITER_REDIS;
  const password = { name: 'REDIS_AUTH', valueFrom: { secretKeyRef: { name, key: passwordKey } } };
  return {
    rateLimitDeployment: {
      replicas,
      container: {
        resources: resources(POD_SIZES.rateLimit),
        ...(redisPasswordSecret !== undefined && { env: [password] }),
      },
    },
    ...(replicas > 1 && { rateLimitPDB: { minAvailable: 1 } }),
  };
}

function gatewayValues({ controllers: { replicas } }: Platform, config: Values): Values {
  return {
    global: { images: { envoyGateway: { image: imageOf('envoy-gateway'), pullPolicy: 'IfNotPresent' } } },
    // They are in a layer of their own, before everything else.
    crds: { enabled: false },
    podDisruptionBudget: { minAvailable: replicas > 1 ? 1 : 0 },
    deployment: {
      replicas,
      envoyGateway: { resources: resources(POD_SIZES.envoyGateway) },
      pod: { topologySpreadConstraints: spread('gateway-helm') },
    },
    topologyInjector: { enabled: false },
    config: { envoyGateway: config },
  };
}

function aiGatewayValues(platform: Platform, flags: Values): Values {
  const { controllers } = platform;
  const tag = `v${controllers.aiGatewayVersion}`;
  const { variable, secret, key } = MCP_SEED;
  const image = (name: 'ai-gateway-controller' | 'ai-gateway-extproc') => ({
    repository: versions.images[name].repository,
    tag,
  });
  return {
    envoyGateway: { namespace: GATEWAY_SYSTEM },
    // The prompts and the providers' keys are in the external processor's debug log (ai-gateway #2436).
    extProc: { image: image('ai-gateway-extproc'), logLevel: 'info' },
    controller: {
      image: image('ai-gateway-controller'),
      logLevel: 'info',
      replicaCount: controllers.replicas,
      resources: resources(POD_SIZES.aiGatewayController),
      // What version 1.1 has as its default; 1.0 sets nothing.
      podSecurityContext: {
        runAsNonRoot: true,
        runAsGroup: 65532,
        runAsUser: 65532,
        seccompProfile: { type: 'RuntimeDefault' },
      },
      securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
      affinity: apart('ai-gateway-helm'),
      ...flags,
      ...(controllers.mcpSeedSecret !== undefined && {
        // The chart writes the seed into the arguments; there the kubelet puts the variable's value in place.
        mcp: { sessionEncryption: { seed: `$(${variable})` } },
        extraEnvVars: [{ name: variable, valueFrom: { secretKeyRef: { name: secret, key } } }],
      }),
    },
  };
}

/** What spans and access log say of who asked; the session is the controller's own default. */
const ATTRIBUTES = [
  `${WORKLOAD_HEADER}:workload.app`,
  `${TENANT_HEADER}:tenant.id`,
  'agent-session-id:session.id',
].join(',');

/** Named in the chart's values as they are on the command line. */
function aiGatewayFlags({ gateway }: Platform, messageSize: Memory): Record<string, string> {
  return {
    maxRecvMsgSize: `${messageSize.bytes}`,
    metricsRequestHeaderAttributes: headerLabels(gateway.metricLabels),
    spanRequestHeaderAttributes: ATTRIBUTES,
    logRequestHeaderAttributes: ATTRIBUTES,
  };
}

/** Memory as request and limit: a controller that dies of memory is noticed, a node that does hurts others. */
const resources = ({ cpu, memory }: PodSize) => ({
  requests: { cpu: `${cpu}`, memory: `${memory}` },
  limits: { memory: `${memory}` },
});

/** One replica a node, where there are nodes enough. */
const spread = (name: string) => [
  {
    maxSkew: 1,
    topologyKey: 'kubernetes.io/hostname',
    whenUnsatisfiable: 'ScheduleAnyway',
    labelSelector: { matchLabels: { 'app.kubernetes.io/name': name } },
  },
];

/** The same, for a chart that knows no spread before 1.1. */
const apart = (name: string) => ({
  podAntiAffinity: {
    preferredDuringSchedulingIgnoredDuringExecution: [
      {
        weight: 100,
        podAffinityTerm: {
          topologyKey: 'kubernetes.io/hostname',
          labelSelector: { matchLabels: { 'app.kubernetes.io/name': name } },
        },
      },
    ],
  },
});

function imageOf(name: 'envoy-gateway'): string {
  const { repository, tag } = versions.images[name];
  return `${repository}:${tag}`;
}
