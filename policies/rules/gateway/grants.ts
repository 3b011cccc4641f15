import { groupOf, type Manifest } from '../../../base/manifest';
import type { Bundle } from '../../bundle';
import type { RuleKinds } from '../../kinds';
import { isGranted } from '../../reference-grants';
import { defineRule, type Violation } from '../../rule';
import { certificate, plainRoute, service } from './samples';

const AI = 'aigateway.envoyproxy.io';
const GATEWAY_API = 'gateway.networking.k8s.io';

/** Lets routes of a kind in namespace ai use something in namespace models. */
const grant = (from: { readonly group: string; readonly kind: string }, to: object) => ({
  'referencegrant/models/routes': {
    apiVersion: `${GATEWAY_API}/v1`,
    kind: 'ReferenceGrant',
    metadata: { namespace: 'models', name: 'routes' },
    spec: { from: [{ ...from, namespace: 'ai' }], to: [to] },
  },
});

const AI_ROUTES = { group: AI, kind: 'AIGatewayRoute' };
const PLAIN_ROUTES = { group: GATEWAY_API, kind: 'HTTPRoute' };

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

const far = {
  ...service('models', 'far'),
  ...plainRoute('far', { type: 'PathPrefix', value: '/far' }, { name: 'far', namespace: 'models', port: 80 }),
};

export const grants = defineRule({
  id: 'R47',
  title: 'cross-namespace references have a ReferenceGrant with the intended scope',
  effect: 'refused',
  why:
    'Without a ReferenceGrant an AIGatewayRoute is not accepted, and its earlier version keeps serving; a ' +
    'plain route answers 500; a listener has no certificate. The AI gateway ignores the name in a grant: a ' +
    'grant that names one backend grants every backend of the namespace, with its key.',
  source: 'AI Gateway 1.0, internal/controller/referencegrant.go; Gateway API 1.5, ReferenceGrant',
  fix:
    'add a ReferenceGrant in that namespace, without a name for AIServiceBackends; or keep both objects in ' +
    'one namespace',
  area: 'gateway',
  scope: 'graph',
  kinds: ['AIGatewayRoute', 'GRPCRoute', 'Gateway', 'HTTPRoute', 'ReferenceGrant', 'TLSRoute'],
  good: [
    {
      shows: 'a route of another namespace, with a grant',
      change: { ...moved, ...grant(AI_ROUTES, { group: AI, kind: 'AIServiceBackend' }) },
    },
    {
      shows: 'a plain route to the one Service that is granted',
      change: { ...far, ...grant(PLAIN_ROUTES, { group: '', kind: 'Service', name: 'far' }) },
    },
  ],
  bad: [
    {
      shows: 'no grant',
      change: moved,
      finds: ['aigatewayroute/ai/oss /spec/rules/0/backendRefs/0'],
    },
    {
      shows: 'a plain route to another Service than the one that is granted',
      change: { ...far, ...grant(PLAIN_ROUTES, { group: '', kind: 'Service', name: 'near' }) },
      finds: ['httproute/ai/far /spec/rules/0/backendRefs/0'],
    },
    {
      shows: 'a certificate of another namespace',
      change: {
        ...certificate('certificates', 'chat'),
        'gateway/ai/chat': {
          spec: {
            listeners: [
              {
                name: 'https',
                port: 443,
                protocol: 'HTTPS',
                tls: { certificateRefs: [{ name: 'chat', namespace: 'certificates' }] },
              },
            ],
          },
        },
      },
      finds: ['gateway/ai/chat /spec/listeners/0/tls/certificateRefs/0'],
    },
    {
      shows: 'a grant that seems to be for one backend',
      change: { ...moved, ...grant(AI_ROUTES, { group: AI, kind: 'AIServiceBackend', name: 'far' }) },
      finds: ['referencegrant/models/routes /spec/to/0/name'],
    },
  ],
  check: (all, one) => (one.kind === 'ReferenceGrant' ? names(one) : refused(all, one as Manifest)),
});

function names({ spec }: RuleKinds['ReferenceGrant']): Violation[] {
  return [...(spec?.to ?? []).entries()]
    .filter(([, { kind, name }]) => kind === 'AIServiceBackend' && name !== undefined)
    .map(([index, { name }]) => ({
      pointer: `/spec/to/${index}/name`,
      value: name,
      problem: 'the name is ignored: every AIServiceBackend of the namespace is granted',
      fix: 'remove the name, and move backends without a grant to another namespace',
    }));
}

/** What a kind names by itself needs no grant: a route its Gateway, a Gateway its EnvoyProxy and GatewayConfig. */
const GRANTED = ['AIServiceBackend', 'Backend', 'InferencePool', 'Secret', 'Service', 'ServiceImport'];

function refused(all: Bundle, one: Manifest): Violation[] {
  const from = { group: groupOf(one), kind: one.kind, namespace: one.metadata?.namespace ?? '' };
  return all
    .referencesFrom(one)
    .filter(
      ({ to }) =>
        GRANTED.includes(to.kind) &&
        to.namespace !== from.namespace &&
        !isGranted(all.ofKind('ReferenceGrant', to.namespace), from, to),
    )
    .map(({ pointer, to }) => ({
      pointer,
      value: to.name,
      problem: `no ReferenceGrant in ${to.namespace} admits ${from.kind} objects of ${from.namespace}`,
      elsewhere: true,
    }));
}
