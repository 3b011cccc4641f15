import { groupOf, type Manifest } from '../base/manifest';
import { select } from './pointer';

/** That one object names another. */
export interface Reference {
  readonly from: Manifest;
  /** JSON pointer in `from`. */
  readonly pointer: string;
  readonly to: Target;
  /** The listener, rule or port of the target that is meant; default: the whole target. */
  readonly sectionName?: string;
}

/** The identity of an object. */
export interface Target {
  readonly group: string;
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
}

/** Where a kind refers to others. */
export interface Place {
  /** Where references stand, as a pattern for `select`. */
  readonly at: string;
  /** What is meant where a reference does not say, or cannot. */
  readonly kind?: string;
  readonly group?: string;
  /** Whether a `namespace` in the reference is ignored; the AI gateway does that for API keys. */
  readonly local?: boolean;
}

const AI = 'aigateway.envoyproxy.io';
/** The group of Gateway API. */
export const GATEWAY_API = 'gateway.networking.k8s.io';

const TARGETS: Place = { at: '/spec/targetRefs/*' };
const POLICY: readonly Place[] = [TARGETS, { at: '/spec/targetRef' }];

const secret = (at: string, local = false): Place => ({ at, kind: 'Secret', group: '', local });

const configMap = (at: string): Place => ({ at, kind: 'ConfigMap', group: '' });

/** What the gateway sends requests, calls or telemetry to: a Service, unless the reference says another kind. */
const service = (at: string): Place => ({ at, kind: 'Service', group: '' });

const SINKS = ['openTelemetry', 'als'].map((sink) =>
  service(`/spec/telemetry/accessLog/settings/*/sinks/*/${sink}/backendRefs/*`),
);

const PARENTS: Place = { at: '/spec/parentRefs/*', kind: 'Gateway', group: GATEWAY_API };

const STREAM_ROUTE: readonly Place[] = [PARENTS, service('/spec/rules/*/backendRefs/*')];
const PLAIN_ROUTE: readonly Place[] = [
  ...STREAM_ROUTE,
  { at: '/spec/rules/*/filters/*/extensionRef' },
  { at: '/spec/rules/*/backendRefs/*/filters/*/extensionRef' },
  service('/spec/rules/*/filters/*/requestMirror/backendRef'),
];

const BY_KIND: Readonly<Record<string, readonly Place[]>> = {
  AIGatewayRoute: [PARENTS, { at: '/spec/rules/*/backendRefs/*', kind: 'AIServiceBackend', group: AI }],
  AIServiceBackend: [{ at: '/spec/backendRef' }],
  Backend: [{ at: '/spec/tls/caCertificateRefs/*' }, secret('/spec/tls/clientCertificateRef')],
  BackendSecurityPolicy: [
    TARGETS,
    secret('/spec/apiKey/secretRef', true),
    secret('/spec/anthropicAPIKey/secretRef', true),
    secret('/spec/azureAPIKey/secretRef', true),
    secret('/spec/azureCredentials/clientSecretRef'),
    secret('/spec/awsCredentials/credentialsFile/secretRef'),
    secret('/spec/gcpCredentials/credentialsFile/secretRef'),
  ],
  BackendTLSPolicy: [TARGETS, { at: '/spec/validation/caCertificateRefs/*' }],
  BackendTrafficPolicy: [...POLICY, configMap('/spec/responseOverride/*/response/body/valueRef')],
  ClientTrafficPolicy: [...POLICY, secret('/spec/tls/clientValidation/caCertificateRefs/*')],
  EnvoyExtensionPolicy: [
    ...POLICY,
    service('/spec/extProc/*/backendRefs/*'),
    configMap('/spec/lua/*/valueRef'),
  ],
  EnvoyProxy: [
    ...SINKS,
    service('/spec/telemetry/tracing/provider/backendRefs/*'),
    service('/spec/telemetry/metrics/sinks/*/openTelemetry/backendRefs/*'),
  ],
  Gateway: [
    { at: '/spec/infrastructure/parametersRef' },
    { at: `/metadata/annotations/${AI}~1gateway-config`, kind: 'GatewayConfig', group: AI },
    secret('/spec/listeners/*/tls/certificateRefs/*'),
  ],
  GatewayClass: [{ at: '/spec/parametersRef' }],
  GRPCRoute: PLAIN_ROUTE,
  HTTPRoute: PLAIN_ROUTE,
  HTTPRouteFilter: [
    configMap('/spec/directResponse/body/valueRef'),
    secret('/spec/credentialInjection/credential/valueRef'),
  ],
  ListenerSet: [
    { at: '/spec/parentRef', kind: 'Gateway', group: GATEWAY_API },
    secret('/spec/listeners/*/tls/certificateRefs/*'),
  ],
  MCPRoute: [
    PARENTS,
    { at: '/spec/backendRefs/*', kind: 'Backend', group: 'gateway.envoyproxy.io' },
    secret('/spec/backendRefs/*/securityPolicy/apiKey/secretRef'),
  ],
  SecurityPolicy: [
    ...POLICY,
    secret('/spec/apiKeyAuth/credentialRefs/*'),
    secret('/spec/basicAuth/users'),
    secret('/spec/oidc/clientSecret'),
    secret('/spec/oidc/clientIDRef'),
    configMap('/spec/jwt/providers/*/localJWKS/valueRef'),
    service('/spec/extAuth/grpc/backendRefs/*'),
    service('/spec/extAuth/http/backendRefs/*'),
    service('/spec/jwt/providers/*/remoteJWKS/backendRefs/*'),
  ],
  TLSRoute: STREAM_ROUTE,
};

/** Where the kinds of the gateway name each other. The class of a Gateway belongs to the cluster and is left out. */
export const PLACES: ReadonlyMap<string, readonly Place[]> = new Map(Object.entries(BY_KIND));

/**
 * Every reference of an object to another, in the order of {@link PLACES}; selectors are not followed. Bundles of
 * certificates of the whole cluster come from its signers and are left out.
 */
export function referencesOf(from: Manifest): Reference[] {
  return (PLACES.get(from.kind) ?? [])
    .flatMap((place) =>
      select(from, place.at).map(({ pointer, value }) => reference(from, pointer, value, place)),
    )
    .filter(({ to }) => to.kind !== 'ClusterTrustBundle');
}

function reference(from: Manifest, pointer: string, value: unknown, place: Place): Reference {
  const written = typeof value === 'string' ? { name: value } : Object(value);
  const own = from.metadata?.namespace ?? '';
  const { group = place.group ?? '', kind = place.kind, name, sectionName } = written;
  const namespace = place.local ? own : (written.namespace ?? own);
  return { from, pointer, to: { group, kind, namespace, name }, ...(sectionName && { sectionName }) };
}

/** What the AI gateway begins the names of the HTTPRoutes with that it makes of an MCPRoute. */
const MCP_MAIN = 'ai-eg-mcp-main-';
const MCP_BACKEND = 'ai-eg-mcp-br-';

/** The names of the HTTPRoutes that the AI gateway makes of an object, in its namespace. */
export function generatedRoutes(manifest: Manifest): string[] {
  const { name = '' } = manifest.metadata ?? {};
  if (groupOf(manifest) !== AI) return [];
  if (manifest.kind === 'AIGatewayRoute') return [name];
  if (manifest.kind !== 'MCPRoute') return [];
  const backends = select(manifest, '/spec/backendRefs/*/name').map(({ value }) => `${value}`);
  return [`${MCP_MAIN}${name}`, ...backends.map((backend) => `${MCP_BACKEND}${name}-${backend}`)];
}

/** A text that is the same for the same object. */
export function keyOf({ group, kind, namespace, name }: Target): string {
  return `${group}/${kind}/${namespace}/${name}`;
}

/** What an object is named as: itself, and the HTTPRoutes that the AI gateway makes of it. */
export function identitiesOf(manifest: Manifest): Target[] {
  const { namespace = '', name = '' } = manifest.metadata ?? {};
  const own = { group: groupOf(manifest), kind: manifest.kind, namespace, name };
  const generated = generatedRoutes(manifest).map((route) => ({
    group: GATEWAY_API,
    kind: 'HTTPRoute',
    namespace,
    name: route,
  }));
  return [own, ...generated];
}
