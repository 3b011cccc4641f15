import type { Bundle } from '../../bundle';
import type { RuleKinds } from '../../kinds';
import { defineRule, type Violation } from '../../rule';

const AI = 'aigateway.envoyproxy.io';

const grant = (to: object) => ({
  'referencegrant/models/routes': {
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'ReferenceGrant',
    metadata: { namespace: 'models', name: 'routes' },
    spec: { from: [{ group: AI, kind: 'AIGatewayRoute', namespace: 'ai' }], to: [to] },
  },
});

const moved = {
  'aiservicebackend/models/far': {
    apiVersion: `${AI}/v1beta1`,
    kind: 'AIServiceBackend',
    metadata: { namespace: 'models', name: 'far' },
    spec: {
      schema: { name: 'OpenAI' },
      backendRef: { group: 'gateway.envoyproxy.io', kind: 'Backend', name: 'far' },
      headerMutation: { remove: ['authorization', 'x-api-key', 'api-key', 'cookie', 'x-client-id'] },
    },
  },
  'backend/models/far': {
    apiVersion: 'gateway.envoyproxy.io/v1alpha1',
    kind: 'Backend',
    metadata: { namespace: 'models', name: 'far' },
    spec: { endpoints: [{ fqdn: { hostname: 'far.models.svc.cluster.local', port: 8000 } }] },
  },
  'aigatewayroute/ai/oss': {
    spec: {
      rules: [
        {
          matches: [{ headers: [{ name: 'x-ai-eg-model', value: 'oss' }] }],
          backendRefs: [{ name: 'far', namespace: 'models', modelNameOverride: 'far' }],
          timeouts: { request: '600s' },
        },
      ],
    },
  },
};

export const grants = defineRule({
  id: 'R47',
  title: 'a route to another namespace is allowed there, and whoever allows it knows how much',
  severity: 'error',
  why:
    'Without a ReferenceGrant the route is not accepted, and its old state goes on serving. The AI gateway does ' +
    'not read the name in a grant: one that names a backend opens every backend of the namespace, with its key.',
  source: 'AI Gateway 1.0, internal/controller/referencegrant.go',
  fix: 'add a ReferenceGrant from AIGatewayRoute to AIServiceBackend, without a name; or keep backends with their routes',
  area: 'gateway',
  scope: 'graph',
  kinds: ['AIGatewayRoute', 'ReferenceGrant'],
  good: [
    {
      shows: 'a route of another namespace, with a grant',
      change: { ...moved, ...grant({ group: AI, kind: 'AIServiceBackend' }) },
    },
  ],
  bad: [
    {
      shows: 'no grant',
      change: moved,
      finds: ['aigatewayroute/ai/oss /spec/rules/0/backendRefs/0'],
    },
    {
      shows: 'a grant that seems to be for one backend',
      change: { ...moved, ...grant({ group: AI, kind: 'AIServiceBackend', name: 'far' }) },
      finds: ['referencegrant/models/routes /spec/to/0/name'],
    },
  ],
  check: (all, one) => (one.kind === 'ReferenceGrant' ? names(one) : refused(all, one)),
});

function names({ spec }: RuleKinds['ReferenceGrant']): Violation[] {
  return [...(spec?.to ?? []).entries()]
    .filter(([, { kind, name }]) => kind === 'AIServiceBackend' && name !== undefined)
    .map(([index, { name }]) => ({
      pointer: `/spec/to/${index}/name`,
      value: name,
      problem: 'the name is not read: every AIServiceBackend of the namespace is open',
      fix: 'leave the name out, and put backends that are to stay closed into another namespace',
    }));
}

function refused(all: Bundle, route: RuleKinds['AIGatewayRoute']): Violation[] {
  const own = route.metadata.namespace ?? '';
  return all
    .referencesFrom(route)
    .filter(
      ({ to }) =>
        to.kind === 'AIServiceBackend' && to.namespace !== own && !isGranted(all, own, to.namespace),
    )
    .map(({ pointer, to }) => ({
      pointer,
      value: to.name,
      problem: `no ReferenceGrant in ${to.namespace} lets AIGatewayRoutes of ${own} in`,
    }));
}

function isGranted(all: Bundle, from: string, namespace: string): boolean {
  return all
    .ofKind('ReferenceGrant', namespace)
    .some(
      ({ spec }) =>
        (spec?.from ?? []).some(
          ({ group, kind, namespace: own }) => group === AI && kind === 'AIGatewayRoute' && own === from,
        ) && (spec?.to ?? []).some(({ group, kind }) => group === AI && kind === 'AIServiceBackend'),
    );
}
