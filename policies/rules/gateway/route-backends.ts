import { select } from '../../pointer';
import { defineRule } from '../../rule';
import { plainRoute, service } from './samples';

const AI = 'aigateway.envoyproxy.io';

const to = (backend: object) => ({
  ...service('ai', 'site'),
  ...plainRoute('site', { value: '/site' }, backend),
});

const MODEL = { group: AI, kind: 'AIServiceBackend', name: 'oss' };

export const routeBackends = defineRule({
  id: 'G40',
  title: 'a plain route has no backends that only AI routes have',
  effect: 'failing',
  why:
    'Envoy Gateway knows Services, ServiceImports, Backends and what its extensionManager names; an ' +
    'AIServiceBackend is known to the AI gateway only. The route has ResolvedRefs=False (InvalidKind), and its ' +
    'requests are answered with 500.',
  source:
    'envoyproxy/gateway v1.8.3, internal/gatewayapi/validate.go (validateBackendRefGroup, validateBackendRefKind)',
  fix: 'use an AIGatewayRoute, or name the Backend behind the AIServiceBackend: without translation, identity and limits of the AI gateway',
  area: 'gateway',
  scope: 'graph',
  kinds: ['GRPCRoute', 'HTTPRoute', 'TLSRoute'],
  good: [
    { shows: 'a Service', change: to({ name: 'site', port: 80 }) },
    { shows: 'a Backend', change: to({ group: 'gateway.envoyproxy.io', kind: 'Backend', name: 'spare' }) },
  ],
  bad: [
    {
      shows: 'a backend of the AI gateway',
      change: to(MODEL),
      finds: ['httproute/ai/site /spec/rules/0/backendRefs/0'],
    },
    {
      shows: 'one of two backends',
      change: {
        ...to({ name: 'site', port: 80 }),
        'httproute/ai/both': {
          apiVersion: 'gateway.networking.k8s.io/v1',
          kind: 'HTTPRoute',
          metadata: { namespace: 'ai', name: 'both' },
          spec: {
            parentRefs: [{ name: 'chat' }],
            rules: [
              { matches: [{ path: { value: '/both' } }], backendRefs: [{ name: 'site', port: 80 }, MODEL] },
            ],
          },
        },
      },
      finds: ['httproute/ai/both /spec/rules/0/backendRefs/1'],
    },
  ],
  check: (_, route) =>
    ['/spec/rules/*/backendRefs/*', '/spec/rules/*/filters/*/requestMirror/backendRef']
      .flatMap((place) => select(route, place))
      .filter(({ value }) => Object(value).group === AI)
      .map(({ pointer, value }) => ({
        pointer,
        value: Object(value).name,
        problem: `Envoy Gateway does not know the kind ${Object(value).kind} and answers 500`,
      })),
});
