import type { Refusal } from '../base/finding';
import { isAtLeast } from '../base/version';

/** Supported versions of the AI Gateway controller, oldest first. */
export const AI_GATEWAY_VERSIONS = ['1.0.0', '1.1.0'] as const;

export type AiGatewayVersion = (typeof AI_GATEWAY_VERSIONS)[number];

/** The oldest Kubernetes that Envoy AI Gateway 1.x supports, by its compatibility matrix. */
export const OLDEST_KUBERNETES = '1.32';

/** What only some versions have: since when, and what it is in words. From upstream's release notes. */
export const FEATURES = {
  ruleNames: { aiGateway: '1.1.0', what: 'a name on a rule of an AIGatewayRoute' },
  streamIdleTimeout: { aiGateway: '1.1.0', what: 'an idle timeout on a rule of an AIGatewayRoute' },
  credentialOverride: { aiGateway: '1.1.0', what: 'per-request credentials' },
  forwardProxy: { aiGateway: '1.1.0', what: 'a forward proxy for requests to providers' },
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

/** The versions on which features depend. */
export interface Versions {
  /** `<major>.<minor>` of the API server. */
  readonly kubernetesVersion: string;
  readonly aiGatewayVersion: AiGatewayVersion;
}

/** Why these versions do not support a feature; undefined if they do. */
export function refuseFeature(feature: Feature, versions: Versions): Refusal | undefined {
  const gate: Gate = FEATURES[feature];
  if ('aiGateway' in gate) {
    const { aiGatewayVersion } = versions;
    if (isAtLeast(aiGatewayVersion, gate.aiGateway)) return undefined;
    return {
      problem: `AI Gateway ${aiGatewayVersion} does not support ${gate.what}`,
      fix: `set controllers.aiGatewayVersion to ${gate.aiGateway}`,
    };
  }
  const { kubernetesVersion } = versions;
  if (isAtLeast(kubernetesVersion, gate.kubernetes)) return undefined;
  return {
    problem: `Kubernetes ${kubernetesVersion} does not support ${gate.what}`,
    fix: `use Kubernetes ${gate.kubernetes} or later`,
  };
}
