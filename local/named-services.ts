import type { LiveObject } from './kube';
import type { DialectName } from './stand-ins/cloud';
import type { ExtAuthProps } from './stand-ins/ext-auth';
import type { StandInKind } from './stand-ins/http';

/** A service of somebody else's that a stand-in imitates, once an object of the platform names it. */
export interface NamedService {
  /** First label of its host name: `<name>.stand-in.internal`. */
  readonly name: string;
  readonly kind: StandInKind;
  readonly port: number;
  /** Whether it speaks TLS, with the certificate of {@link STAND_IN_NAMES}. Default: false. */
  readonly tls?: boolean;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

/** Host names of stand-ins end here; the rest of a name in a stack file says which one is meant. */
const DOMAIN = 'stand-in.internal';

/** What the stand-ins' one certificate is for. */
export const STAND_IN_NAMES = [`*.${DOMAIN}`];

/** Where it is in the state folder; `ca.crt` beside it is what a `caCertificate` says. */
export const STAND_IN_CERTIFICATE = 'stand-ins';

/** The kinds whose objects may name a service outside of the cluster. */
export const NAMING_KINDS = [
  ['gateway.envoyproxy.io/v1alpha1', 'Backend'],
  ['gateway.envoyproxy.io/v1alpha1', 'EnvoyProxy'],
  ['gateway.envoyproxy.io/v1alpha1', 'SecurityPolicy'],
  ['aigateway.envoyproxy.io/v1beta1', 'BackendSecurityPolicy'],
  ['aigateway.envoyproxy.io/v1beta1', 'GatewayConfig'],
] as const;

/** Stand-ins for clouds: the name that a stack's `baseUrl` gives, and the one key that they accept. */
export const providers = [
  {
    name: 'gemini',
    port: 8090,
    prefix: '/v1beta/openai',
    models: ['gemini-2.5-flash'],
    /** Of no worth anywhere else. The local stack's encrypted secret holds the same text. */
    apiKey: 'stand-in-gemini-key-not-a-secret',
  },
] as const;

/** Stand-ins for MCP servers, at `http://<name>.stand-in.internal:8093/mcp`. */
export const mcpServers = [
  {
    name: 'issues-mcp',
    port: 8093,
    tools: ['search_issues', 'read_issue', 'delete_issue'],
    apiKey: 'stand-in-issues-key-not-a-secret',
  },
  {
    name: 'docs-mcp',
    port: 8093,
    tools: ['search_pages', 'read_page'],
    apiKey: 'stand-in-docs-key-not-a-secret',
  },
] as const;

/** Who presents which key to the authorization service. Of no worth anywhere else. */
export const extAuthClients: ExtAuthProps['clients'] = {
  'stand-in-ide-key-not-a-secret': { workload: 'swe-rebench-ide' },
  'stand-in-acme-key-not-a-secret': { workload: 'toolbench-agent', tenant: 'acme' },
};

/**
 * Stand-ins for clouds in their own dialects, with the one credential that each accepts, of no worth anywhere else:
 * a key, AWS's secret access key, the access token that Google's token endpoint gives out.
 */
export const clouds: readonly {
  readonly name: string;
  readonly dialect: DialectName;
  readonly tls?: true;
  readonly key: string;
}[] = [
  { name: 'anthropic', dialect: 'anthropic', key: 'stand-in-anthropic-key-not-a-secret' },
  { name: 'azure', dialect: 'azure', key: 'stand-in-azure-key-not-a-secret' },
  { name: 'bedrock', dialect: 'bedrock', key: 'stand-in-aws-secret-key-not-a-secret' },
  { name: 'cohere', dialect: 'cohere', key: 'stand-in-cohere-key-not-a-secret' },
  { name: 'openai', dialect: 'openai', key: 'stand-in-openai-key-not-a-secret' },
  { name: 'openai-tls', dialect: 'openai', tls: true, key: 'stand-in-openai-key-not-a-secret' },
  { name: 'vertex', dialect: 'vertex', key: 'stand-in-vertex-token-not-a-secret' },
];

/** Everything that can be imitated. */
export const namedServices: readonly NamedService[] = [
  ...providers.map(({ name, port, prefix, models, apiKey }) => ({
    name,
    kind: 'provider' as const,
    port,
    args: ['--prefix', prefix, '--model', ...models],
    env: { STAND_IN_API_KEY: apiKey },
  })),
  ...clouds.map(({ name, dialect, tls = false, key }) => ({
    name,
    kind: 'cloud' as const,
    port: tls ? 8443 : 8090,
    tls,
    args: ['--dialect', dialect],
    env: { STAND_IN_API_KEY: key },
  })),
  { name: 'idp', kind: 'identity-provider', port: 8091, args: [] },
  { name: 'otel', kind: 'collector', port: 4317, args: [] },
  {
    name: 'ext-auth',
    kind: 'ext-auth',
    port: 8092,
    args: [],
    env: { STAND_IN_CLIENTS: JSON.stringify(extAuthClients) },
  },
  ...mcpServers.map(
    ({ name, port, tools, apiKey }): NamedService => ({
      name,
      kind: 'mcp-server',
      port,
      args: ['--tool', ...tools],
      env: { STAND_IN_API_KEY: apiKey },
    }),
  ),
];

export const hostnameOf = ({ name }: Pick<NamedService, 'name'>): string => `${name}.${DOMAIN}`;

/** The services that the objects name, wherever in them. */
export function servicesNamedIn(objects: readonly LiveObject[]): NamedService[] {
  const text = JSON.stringify(objects.map(({ spec }) => spec));
  const named = new Set([...text.matchAll(/([a-z0-9-]+)\.stand-in\.internal/g)].map(([, name]) => name));
  return namedServices.filter(({ name }) => named.has(name));
}
