import { listenersOf } from '../../attachment';
import { linksFrom } from '../../links';
import type { Reference } from '../../references';
import { defineRule, type Violation } from '../../rule';
import { suggest } from '../../suggest';
import { service } from './samples';
import { unknownListener } from './unknown-listener';

const GATEWAY = { group: 'gateway.networking.k8s.io', kind: 'Gateway', name: 'chat' };
const ROUTE = { group: 'gateway.networking.k8s.io', kind: 'HTTPRoute' };

const limits = (targetRef: object) => ({
  'backendtrafficpolicy/ai/limits': {
    apiVersion: 'gateway.envoyproxy.io/v1alpha1',
    kind: 'BackendTrafficPolicy',
    metadata: { namespace: 'ai', name: 'limits' },
    spec: { targetRefs: [targetRef], circuitBreaker: { maxParallelRequests: 64 } },
  },
});

const site = (name: string) => ({
  ...service('ai', 'site'),
  'httproute/ai/site': {
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'HTTPRoute',
    metadata: { namespace: 'ai', name: 'site' },
    spec: {
      parentRefs: [{ name: 'chat' }],
      rules: [{ name, matches: [{ path: { value: '/site' } }], backendRefs: [{ name: 'site', port: 80 }] }],
    },
  },
});

const AT = 'backendtrafficpolicy/ai/limits /spec/targetRefs/0/sectionName';

export const policySections = defineRule({
  id: 'G45',
  title: 'the section that a policy targets exists',
  effect: 'refused',
  why:
    'Envoy Gateway refuses a policy for a listener or a rule that is not there (TargetNotFound), and nothing in ' +
    'it is in force. The rules of an AIGatewayRoute have no names in the HTTPRoute that is made of it, so no ' +
    'policy can be for one of them alone.',
  source:
    'envoyproxy/gateway v1.8.3, internal/gatewayapi/validate.go (validateGatewayListenerSectionName, ' +
    'validateRouteRuleSectionName); envoyproxy/ai-gateway v1.0.0, internal/controller/ai_gateway_route.go',
  fix: 'use the name of a listener or of a rule, or remove sectionName',
  area: 'gateway',
  scope: 'graph',
  kinds: ['BackendTrafficPolicy', 'ClientTrafficPolicy', 'EnvoyExtensionPolicy', 'SecurityPolicy'],
  good: [
    { shows: 'a listener', change: limits({ ...GATEWAY, sectionName: 'http' }) },
    {
      shows: 'a rule of a plain route',
      change: { ...site('all'), ...limits({ ...ROUTE, name: 'site', sectionName: 'all' }) },
    },
  ],
  bad: [
    {
      shows: 'a listener of another name',
      change: limits({ ...GATEWAY, sectionName: 'https' }),
      finds: [AT],
    },
    {
      shows: 'a rule of another name',
      change: { ...site('all'), ...limits({ ...ROUTE, name: 'site', sectionName: 'some' }) },
      finds: [AT],
    },
    {
      shows: 'a rule of an AI route',
      change: limits({ ...ROUTE, name: 'chat', sectionName: 'rule-0' }),
      finds: [AT],
    },
  ],
  check: (all, policy) => [
    ...linksFrom(all, policy, 'Gateway').flatMap(({ reference: { pointer, sectionName }, object }) => {
      const names = listenersOf(object).map(({ name }) => name);
      if (sectionName === undefined || names.includes(sectionName)) return [];
      const of = `Gateway ${object.metadata.name}`;
      return [unknownListener(`${pointer}/sectionName`, sectionName, of, names)];
    }),
    ...linksFrom(all, policy, 'AIGatewayRoute').flatMap(({ reference, object }) =>
      missingRule(reference, [NOT_FOUND], `AIGatewayRoute ${object.metadata.name}`),
    ),
    ...(['HTTPRoute', 'GRPCRoute'] as const).flatMap((kind) =>
      linksFrom(all, policy, kind).flatMap(({ reference, object: { metadata, spec } }) =>
        missingRule(
          reference,
          (spec?.rules ?? []).flatMap(({ name }) => name ?? []),
          `${kind} ${metadata.name}`,
        ),
      ),
    ),
  ],
});

/** The only rule that the AI gateway gives a name: the answer to requests that match no other. */
const NOT_FOUND = 'route-not-found';

function missingRule({ pointer, sectionName }: Reference, names: readonly string[], of: string): Violation[] {
  if (sectionName === undefined || names.includes(sectionName)) return [];
  const fix = of.startsWith('AIGatewayRoute') ? undefined : suggest(sectionName, names);
  return [
    {
      pointer: `${pointer}/sectionName`,
      value: sectionName,
      problem: `the policy is refused: ${of} has no rule of this name`,
      ...(fix && { fix }),
    },
  ];
}
