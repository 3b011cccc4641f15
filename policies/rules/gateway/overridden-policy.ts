import { linksFrom, namedBy, thatName } from '../../links';
import { defineRule } from '../../rule';

/** What a policy of a Gateway may hold that nobody means to switch off for a route. */
const GUARDS = {
  BackendTrafficPolicy: ['rateLimit'],
  SecurityPolicy: ['apiKeyAuth', 'authorization', 'basicAuth', 'extAuth', 'jwt', 'oidc'],
} as const;

const gatewayPolicy = {
  'backendtrafficpolicy/ai/gateway': {
    apiVersion: 'gateway.envoyproxy.io/v1alpha1',
    kind: 'BackendTrafficPolicy',
    metadata: { namespace: 'ai', name: 'gateway' },
    spec: {
      targetRefs: [{ group: 'gateway.networking.k8s.io', kind: 'Gateway', name: 'chat' }],
      rateLimit: { local: { rules: [{ limit: { requests: 100, unit: 'Second' } }] } },
    },
  },
};

export const overriddenPolicy = defineRule({
  id: 'G14',
  title: 'a route policy keeps the protections of the gateway policy',
  effect: 'ineffective',
  why:
    'A policy of a route replaces the policy of its Gateway as a whole: a route with a policy for retries no ' +
    'longer has the rate limit of the Gateway, and a route with a policy for CORS no longer authenticates ' +
    'clients.',
  source: 'envoyproxy/gateway v1.8.3, internal/gatewayapi/{backendtrafficpolicy,securitypolicy}.go',
  fix: 'repeat the block in the policy of the route, or set mergeType: StrategicMerge in it',
  area: 'gateway',
  scope: 'graph',
  kinds: ['BackendTrafficPolicy', 'SecurityPolicy'],
  good: [
    {
      shows: 'both together',
      change: {
        ...gatewayPolicy,
        'backendtrafficpolicy/ai/chat': { spec: { mergeType: 'StrategicMerge' } },
      },
    },
  ],
  bad: [
    {
      shows: 'a circuit breaker instead of a rate limit',
      change: gatewayPolicy,
      finds: ['backendtrafficpolicy/ai/chat /spec/rateLimit'],
    },
  ],
  check(all, policy) {
    const { kind, spec } = policy;
    if (spec.mergeType !== undefined) return [];
    const routes = (['AIGatewayRoute', 'HTTPRoute'] as const).flatMap((route) =>
      linksFrom(all, policy, route).map(({ object }) => object),
    );
    const above = new Set(
      routes
        .flatMap((route) => namedBy(all, route, 'Gateway'))
        .flatMap((gateway) => thatName(all, gateway, kind)),
    );
    return [...above].flatMap((other) =>
      GUARDS[kind]
        .filter((block) => Reflect.get(other.spec, block) !== undefined)
        .filter((block) => Reflect.get(spec, block) === undefined)
        .map((block) => ({
          pointer: `/spec/${block}`,
          problem: `the ${block} of ${other.metadata.name}, the policy of the Gateway, does not apply here`,
        })),
    );
  },
});
