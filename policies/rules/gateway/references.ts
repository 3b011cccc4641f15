import type { Manifest } from '../../../base/manifest';
import type { Bundle } from '../../bundle';
import type { RuleKinds } from '../../kinds';
import { select } from '../../pointer';
import { referencesOf } from '../../references';
import { defineRule, type Violation } from '../../rule';
import { mcpRoute, plainRoute, service } from './samples';

export const references = defineRule({
  id: 'R13',
  title: 'every referenced object exists in the expected namespace',
  effect: 'failing',
  why:
    'The API server does not check references. A route to a missing backend keeps serving its earlier ' +
    'version, a backend whose key is missing answers 500, a policy without its target has no effect, a ' +
    'Gateway whose EnvoyProxy is missing is not accepted, and a Gateway whose GatewayConfig is missing runs ' +
    'with defaults. A rule about tools of a backend that an MCPRoute does not have holds for no call, so that what it ' +
    'denies is allowed by the next one.',
  source:
    'envoyproxy/ai-gateway, internal/controller and internal/mcpproxy/authorization.go (toolMatches); envoyproxy/gateway, internal/gatewayapi',
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
    'HTTPRouteFilter',
    'ListenerSet',
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
      shows: 'an answer whose text is nowhere, and a filter that is nowhere',
      change: {
        'backendtrafficpolicy/ai/chat': {
          spec: {
            responseOverride: [
              {
                match: { statusCodes: [{ type: 'Value', value: 503 }] },
                response: {
                  body: { type: 'ValueRef', valueRef: { group: '', kind: 'ConfigMap', name: 'busy' } },
                },
              },
            ],
          },
        },
        ...service('ai', 'site'),
        ...plainRoute(
          'site',
          { value: '/site' },
          { name: 'site', port: 80 },
          {
            rules: [
              {
                matches: [{ path: { value: '/site' } }],
                backendRefs: [{ name: 'site', port: 80 }],
                filters: [
                  {
                    type: 'ExtensionRef',
                    extensionRef: {
                      group: 'gateway.envoyproxy.io',
                      kind: 'HTTPRouteFilter',
                      name: 'rewrite',
                    },
                  },
                ],
              },
            ],
          },
        ),
      },
      finds: [
        'backendtrafficpolicy/ai/chat /spec/responseOverride/0/response/body/valueRef',
        'httproute/ai/site /spec/rules/0/filters/0/extensionRef',
      ],
    },
    {
      shows: 'tools of a backend that the route does not have',
      change: mcpRoute('tools', 'chat', {
        securityPolicy: {
          authorization: {
            defaultAction: 'Deny',
            rules: [{ action: 'Allow', target: { tools: [{ backend: 'chats', tool: 'search' }] } }],
          },
        },
      }),
      finds: ['mcproute/ai/tools /spec/securityPolicy/authorization/rules/0/target/tools/0/backend'],
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
    ...(one.kind === 'MCPRoute' ? foreignTools(one) : []),
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

/** Tools of backends that an MCPRoute does not have: it knows its backends by their names. */
function foreignTools(route: Manifest): Violation[] {
  const backends = select(route, '/spec/backendRefs/*/name').map(({ value }) => value);
  return select(route, '/spec/securityPolicy/authorization/rules/*/target/tools/*/backend')
    .filter(({ value }) => !backends.includes(value))
    .map(({ pointer, value }) => ({
      pointer,
      value,
      problem: `the rule holds for no tool: the route has no backend ${value}`,
      fix: 'use the name of one of backendRefs',
    }));
}
