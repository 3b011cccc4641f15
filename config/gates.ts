import type { Refusal } from '../base/finding';

/** Versions of the AI Gateway controller that the platform knows, oldest first. */
export const AI_GATEWAY_VERSIONS = ['1.0.0', '1.1.0'] as const;

export type AiGatewayVersion = (typeof AI_GATEWAY_VERSIONS)[number];

/** The oldest Kubernetes that Envoy AI Gateway 1.x supports, by its compatibility matrix. */
export const OLDEST_KUBERNETES = '1.32';

/** What only some versions have: since when, and what it is in words. From upstream's release notes. */
export const FEATURES = {
  ruleNames: { aiGateway: '1.1.0', what: 'a name on a rule of an AIGatewayRoute' },
  streamIdleTimeout: { aiGateway: '1.1.0', what: 'an idle timeout on a rule of an AIGatewayRoute' },
  credentialOverride: { aiGateway: '1.1.0', what: 'credentials of single requests' },
  forwardProxy: { aiGateway: '1.1.0', what: 'a forward proxy on the way to providers' },
  mcpHostnames: { aiGateway: '1.1.0', what: 'hostnames on an MCPRoute' },
  mcpBackendSelector: { aiGateway: '1.1.0', what: 'a selector of MCP servers by session' },
  /** Below, the external processor is an ordinary container, which may end before Envoy does. */
  nativeSidecars: { kubernetes: '1.33', what: 'a sidecar that outlives the main container' },
} as const satisfies Readonly<Record<string, Gate>>;

export type Feature = keyof typeof FEATURES;

type Gate = { readonly what: string } & (
  | { readonly aiGateway: AiGatewayVersion }
  | { readonly kubernetes: string }
);

/** The versions that decide. */
export interface Versions {
  /** `<major>.<minor>` of the API server. */
  readonly kubernetesVersion: string;
  readonly aiGatewayVersion: AiGatewayVersion;
}

/** Whether one `<major>.<minor>[.<patch>]` is the other or a later one. */
export function isAtLeast(version: string, oldest: string): boolean {
  const [a, b] = [version, oldest].map((text) => text.split('.').map(Number)) as [number[], number[]];
  const index = b.findIndex((part, i) => part !== (a[i] ?? 0));
  return index < 0 || (a[index] ?? 0) > (b[index] ?? 0);
}

/** Why these versions cannot do it; undefined when they can. */
export function refuseFeature(feature: Feature, versions: Versions): Refusal | undefined {
  const gate: Gate = FEATURES[feature];
  if ('aiGateway' in gate) {
    const { aiGatewayVersion } = versions;
    if (isAtLeast(aiGatewayVersion, gate.aiGateway)) return undefined;
    return {
      problem: `AI Gateway ${aiGatewayVersion} has no ${gate.what.replace(/^an? /, '')}`,
      fix: `set controllers.aiGatewayVersion to ${gate.aiGateway}`,
    };
  }
  const { kubernetesVersion } = versions;
  if (isAtLeast(kubernetesVersion, gate.kubernetes)) return undefined;
  return {
    problem: `Kubernetes ${kubernetesVersion} has no ${gate.what.replace(/^an? /, '')}`,
    fix: `it takes Kubernetes ${gate.kubernetes}`,
  };
}
