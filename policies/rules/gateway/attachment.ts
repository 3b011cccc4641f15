import { select } from '../../pointer';
import { defineRule } from '../../rule';

const POLICY = 'backendtrafficpolicy/ai/chat';
const ROUTE = 'aigatewayroute/ai/chat';
const GATEWAY = { group: 'gateway.networking.k8s.io', kind: 'Gateway', name: 'chat' };

export const targets = defineRule({
  id: 'G26',
  title: 'a policy has a target',
  severity: 'error',
  why:
    'A policy with an empty list of targets is accepted and does nothing: Envoy Gateway does not even write a ' +
    'status, and the one that is there speaks of an earlier version.',
  source: 'envoyproxy/gateway v1.8.3, seen on the running controller',
  fix: 'name what the policy is for in targetRefs, or remove it',
  area: 'gateway',
  scope: 'object',
  kinds: ['BackendTrafficPolicy', 'ClientTrafficPolicy', 'EnvoyExtensionPolicy', 'SecurityPolicy'],
  good: [
    {
      shows: 'every Gateway with a label',
      change: {
        'clienttrafficpolicy/ai/all': {
          apiVersion: 'gateway.envoyproxy.io/v1alpha1',
          kind: 'ClientTrafficPolicy',
          metadata: { namespace: 'ai', name: 'all' },
          spec: { targetSelectors: [{ kind: 'Gateway', matchLabels: { tier: 'internal' } }] },
        },
      },
    },
  ],
  bad: [
    {
      shows: 'limits for nothing',
      change: { [POLICY]: { spec: { targetRefs: [] } } },
      finds: [`${POLICY} /spec/targetRefs`],
      also: [
        'R04 envoyproxy/ai/chat /spec/provider/kubernetes/envoyDeployment/container/resources/limits/memory',
      ],
    },
  ],
  checks: [
    {
      expression:
        'object.spec.?targetRefs.orValue([]).size() > 0 || object.spec.?targetSelectors.orValue([]).size() > 0 || ' +
        'object.spec.?targetRef.hasValue()',
      pointer: '/spec/targetRefs',
      problem: 'the policy is for nothing',
    },
  ],
});

/** CEL: the parents of a route that are the same as one of them. */
const SAME = ['name', 'namespace', 'sectionName']
  .map((field) => `other.?${field}.orValue('') == parent.?${field}.orValue('')`)
  .join(' && ');

export const parents = defineRule({
  id: 'G27',
  title: 'a route has parents, each once',
  severity: 'error',
  why:
    'A route without a parent is accepted, and nobody can call it; what was made of an earlier version goes on ' +
    'serving. The same parent twice is refused in the HTTPRoute that the AI gateway makes of the route, so that ' +
    'every later change of the route is without effect.',
  source: 'envoyproxy/ai-gateway v1.0.0, seen on the running controller; CEL of HTTPRoute in Gateway API 1.5',
  fix: 'name the Gateway in parentRefs, once',
  area: 'gateway',
  scope: 'object',
  kinds: ['AIGatewayRoute', 'MCPRoute'],
  fields: [`${ROUTE} /spec/parentRefs`],
  good: [
    {
      shows: 'two listeners of one Gateway',
      change: {
        'gateway/ai/chat': {
          spec: {
            listeners: [
              { name: 'http', port: 8080, protocol: 'HTTP' },
              { name: 'other', port: 8081, protocol: 'HTTP' },
            ],
          },
        },
        [ROUTE]: {
          spec: { parentRefs: ['http', 'other'].map((sectionName) => ({ ...GATEWAY, sectionName })) },
        },
      },
    },
  ],
  bad: [
    {
      shows: 'a route of nobody',
      change: { [ROUTE]: { spec: { parentRefs: [] } } },
      finds: [`${ROUTE} /spec/parentRefs`],
    },
    {
      shows: 'one Gateway twice',
      change: { [ROUTE]: { spec: { parentRefs: [GATEWAY, GATEWAY] } } },
      finds: [`${ROUTE} /spec/parentRefs`],
    },
  ],
  checks: [
    {
      expression: 'object.spec.?parentRefs.orValue([]).size() > 0',
      pointer: '/spec/parentRefs',
      problem: 'the route belongs to no Gateway',
    },
    {
      expression:
        `object.spec.?parentRefs.orValue([]).all(parent, ` +
        `object.spec.parentRefs.filter(other, ${SAME}).size() == 1)`,
      pointer: '/spec/parentRefs',
      problem: 'the same parent is named twice',
    },
  ],
});

export const protocols = defineRule({
  id: 'G28',
  title: 'a listener speaks a protocol that Envoy Gateway knows',
  severity: 'error',
  why:
    'Gateway API lets implementations have protocols of their own, and so the API server takes any. Envoy Gateway ' +
    'programs no listener for one that it does not know, and every route of it is gone.',
  source: 'envoyproxy/gateway v1.8.3, internal/gatewayapi/listener.go',
  fix: 'use HTTP, HTTPS, TLS, TCP or UDP',
  area: 'gateway',
  scope: 'object',
  kinds: ['Gateway'],
  good: [{ shows: 'HTTP', change: {} }],
  bad: [
    {
      shows: 'a protocol in lower case',
      change: {
        'gateway/ai/chat': { spec: { listeners: [{ name: 'http', port: 8080, protocol: 'http' }] } },
      },
      finds: ['gateway/ai/chat /spec/listeners/0/protocol'],
    },
  ],
  checks: [
    {
      each: ['spec.listeners'],
      as: ['listener'],
      expression: "listener.protocol in ['HTTP', 'HTTPS', 'TLS', 'TCP', 'UDP']",
      pointer: '/spec/listeners/*/protocol',
      problem: { expression: "'no Envoy speaks ' + listener.protocol" },
    },
  ],
});

const script = (inline: string) => ({
  'envoyextensionpolicy/ai/script': {
    apiVersion: 'gateway.envoyproxy.io/v1alpha1',
    kind: 'EnvoyExtensionPolicy',
    metadata: { namespace: 'ai', name: 'script' },
    spec: { targetRefs: [GATEWAY], lua: [{ type: 'Inline', inline }] },
  },
});

export const scripts = defineRule({
  id: 'G29',
  title: 'a Lua script defines what Envoy calls',
  severity: 'error',
  why:
    'Envoy calls envoy_on_request and envoy_on_response. Envoy Gateway refuses a policy whose script has neither, ' +
    'and routes under a refused policy answer 500.',
  source: 'envoyproxy/gateway v1.8.3, internal/gatewayapi/luavalidator',
  fix: 'define envoy_on_request(request_handle) or envoy_on_response(response_handle)',
  area: 'gateway',
  scope: 'object',
  kinds: ['EnvoyExtensionPolicy'],
  good: [{ shows: 'a function for requests', change: script('function envoy_on_request(request) end') }],
  bad: [
    {
      shows: 'another function',
      change: script('function on_request(request) end'),
      finds: ['envoyextensionpolicy/ai/script /spec/lua/0/inline'],
    },
  ],
  checks: [
    {
      each: ['spec.lua'],
      as: ['lua'],
      expression:
        "!lua.?inline.hasValue() || lua.inline.contains('envoy_on_request') || lua.inline.contains('envoy_on_response')",
      pointer: '/spec/lua/*/inline',
      problem: 'the script has neither envoy_on_request nor envoy_on_response',
    },
  ],
});

/** What Envoy Gateway calls deprecated, and what to use. Each kind has some of them, which CEL would not compile. */
const DEPRECATED: Readonly<Record<string, string>> = {
  '/spec/targetRef': 'targetRefs',
  '/spec/compression': 'compressor',
  '/spec/enableProxyProtocol': 'proxyProtocol',
  '/spec/headers/preserveXRequestID': 'requestID',
  '/spec/tls/clientValidation/optional': 'mode',
  '/spec/extAuth/grpc/backendRef': 'backendRefs',
  '/spec/extAuth/http/backendRef': 'backendRefs',
};

export const deprecated = defineRule({
  id: 'G31',
  title: 'no field is one that Envoy Gateway wants to be rid of',
  severity: 'warning',
  why:
    'The controller writes a condition Warning (DeprecatedField) into the status of the policy, where nobody ' +
    'looks, and a later version takes the field away.',
  source: 'envoyproxy/gateway v1.8.3, internal/gatewayapi (deprecatedFieldsUsedIn…)',
  fix: 'use the field that took its place',
  area: 'gateway',
  scope: 'graph',
  kinds: ['BackendTrafficPolicy', 'ClientTrafficPolicy', 'EnvoyExtensionPolicy', 'SecurityPolicy'],
  good: [{ shows: 'a list of targets', change: {} }],
  bad: [
    {
      shows: 'one target',
      change: {
        [POLICY]: {
          spec: {
            targetRefs: null,
            targetRef: { group: 'gateway.networking.k8s.io', kind: 'HTTPRoute', name: 'chat' },
          },
        },
      },
      finds: [`${POLICY} /spec/targetRef`],
    },
  ],
  check: (_, one) =>
    Object.entries(DEPRECATED)
      .filter(([field]) => select(one, field).length > 0)
      .map(([pointer, instead]) => ({ pointer, problem: `the field is deprecated: use ${instead}` })),
});
