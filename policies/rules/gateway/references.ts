import type { Manifest } from '../../../base/manifest';
import type { Bundle } from '../../bundle';
import type { RuleKinds } from '../../kinds';
import { referencesOf } from '../../references';
import { defineRule, type Violation } from '../../rule';

export const references = defineRule({
  id: 'R13',
  title: 'every referenced object exists in the expected namespace',
  effect: 'failing',
  why:
    'The API server does not check references. A route to a missing backend keeps serving its earlier ' +
    'version, a backend whose key is missing answers 500, a policy without its target has no effect, a ' +
    'Gateway whose EnvoyProxy is missing is not accepted, and a Gateway whose GatewayConfig is missing runs ' +
    'with defaults.',
  source: 'envoyproxy/ai-gateway, internal/controller; envoyproxy/gateway, internal/gatewayapi',
  fix: 'correct the name, or add the object',
  area: 'gateway',
  scope: 'graph',
  kinds: [
    'AIGatewayRoute',
    'AIServiceBackend',
    'Backend',
    'BackendSecurityPolicy',
    'BackendTLSPolicy',
    'BackendTrafficPolicy',
    'ClientTrafficPolicy',
    'EnvoyExtensionPolicy',
    'EnvoyProxy',
    'Gateway',
    'GRPCRoute',
    'GatewayClass',
    'HTTPRoute',
    'MCPRoute',
    'SecurityPolicy',
    'TLSRoute',
  ],
  fields: ['backend/ai/oss /metadata/namespace'],
  good: [{ shows: 'a policy on the HTTPRoute that the AI gateway makes of an AIGatewayRoute', change: {} }],
  bad: [
    {
      shows: 'an AIServiceBackend without its Backend',
      change: { 'backend/ai/chat': null },
      finds: ['aiservicebackend/ai/chat /spec/backendRef'],
    },
    {
      shows: 'a key in the Secret of another namespace, where the AI gateway does not look',
      change: {
        'secret/ai/chat': { metadata: { namespace: 'vault' } },
        'backendsecuritypolicy/ai/chat': { spec: { apiKey: { secretRef: { namespace: 'vault' } } } },
      },
      finds: ['backendsecuritypolicy/ai/chat /spec/apiKey/secretRef'],
      also: ['R17 backendsecuritypolicy/ai/chat /spec/apiKey/secretRef/namespace'],
    },
    {
      shows: 'a Gateway of another class than the one that comes along',
      change: {
        'gatewayclass/other': {
          apiVersion: 'gateway.networking.k8s.io/v1',
          kind: 'GatewayClass',
          metadata: { name: 'other' },
          spec: { controllerName: 'gateway.envoyproxy.io/gatewayclass-controller' },
        },
      },
      finds: ['gateway/ai/chat /spec/gatewayClassName'],
    },
  ],
  check: (all, one) => [
    ...referencesOf(one)
      .filter(({ to }) => !all.has(to))
      .map(({ pointer, to }) => ({
        pointer,
        value: to.name,
        problem: `${to.kind} ${[to.namespace, to.name].filter(Boolean).join('/')} does not exist`,
        elsewhere: true,
      })),
    ...missingClass(all, one),
  ],
});

/** A GatewayClass is of the whole cluster, and may be there already: looked for only among classes that come along. */
function missingClass(all: Bundle, { kind, spec }: Manifest & { readonly spec?: object }): Violation[] {
  const classes = all.ofKind('GatewayClass').map(({ metadata }) => metadata?.name);
  if (kind !== 'Gateway' || classes.length === 0) return [];
  const { gatewayClassName: value } = spec as RuleKinds['Gateway']['spec'];
  if (classes.includes(value)) return [];
  const problem = `GatewayClass ${value} does not exist`;
  return [{ pointer: '/spec/gatewayClassName', value, problem, elsewhere: true }];
}
