import { select } from '../../pointer';
import { defineRule } from '../../rule';

const POLICY = 'backendtrafficpolicy/ai/chat';
const ROUTE = 'aigatewayroute/ai/chat';
const GATEWAY = { group: 'gateway.networking.k8s.io', kind: 'Gateway', name: 'chat' };

export const targets = defineRule({
  id: 'G26',
  title: 'a policy has a target',
  effect: 'ineffective',
  why:
    'A policy with an empty list of targets is accepted and has no effect: Envoy Gateway writes no status, ' +
    'and an existing status describes an earlier version.',
  source: 'envoyproxy/gateway v1.8.3, seen on the running controller',
  fix: 'name the target in targetRefs, or remove the policy',
  area: 'gateway',
  scope: 'object',
  kinds: ['BackendTrafficPolicy', 'ClientTrafficPolicy', 'EnvoyExtensionPolicy', 'SecurityPolicy'],
  fields: ['securitypolicy/ai/chat /spec/targetRefs/0'],
  good: [
    {
      shows: 'every Gateway with a label',
      change: {
        'gateway/ai/internal': {
          apiVersion: 'gateway.networking.k8s.io/v1',
          kind: 'Gateway',
          metadata: { namespace: 'ai', name: 'internal', labels: { tier: 'internal' } },
          spec: { gatewayClassName: 'envoy', listeners: [{ name: 'http', protocol: 'HTTP', port: 80 }] },
        },
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
    },
  ],
  checks: [
    {
      expression:
        'object.spec.?targetRefs.orValue([]).size() > 0 || object.spec.?targetSelectors.orValue([]).size() > 0 || ' +
        'object.spec.?targetRef.hasValue()',
      pointer: '/spec/targetRefs',
      problem: 'the policy has no target',
    },
  ],
});

/** CEL: the parents of a route that are the same as one of them. */
const SAME = ['name', 'namespace', 'sectionName']
  .map((field) => `other.?${field}.orValue('') == parent.?${field}.orValue('')`)
  .join(' && ');

export const parents = defineRule({
  id: 'G27',
  title: 'a route has at least one parent, and each parent once',
  effect: 'ineffective',
  why:
    'A route without a parent is accepted and cannot be called; the configuration of an earlier version keeps ' +
    'serving. If a parent is named twice, the HTTPRoute that the AI gateway generates is rejected, so that ' +
    'every later change of the route has no effect.',
  source: 'envoyproxy/ai-gateway v1.0.0, seen on the running controller; CEL of HTTPRoute in Gateway API 1.5',
  fix: 'name the Gateway once in parentRefs',
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
      problem: 'the route has no parent Gateway',
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
  title: 'a listener uses a protocol that Envoy Gateway supports',
  effect: 'refused',
  why:
    'Gateway API allows implementation-specific protocols, so the API server accepts any value. Envoy Gateway ' +
    'configures no listener for an unsupported protocol, and none of its routes is served.',
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
      problem: { expression: "'Envoy Gateway does not support the protocol ' + listener.protocol" },
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
  title: 'a Lua script defines a function that Envoy calls',
  effect: 'refused',
  why:
    'Envoy calls envoy_on_request and envoy_on_response. Envoy Gateway rejects a policy whose script defines ' +
    'neither, and routes with a rejected policy answer 500.',
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
      problem: 'the script defines neither envoy_on_request nor envoy_on_response',
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
  '/spec/telemetry/tracing/provider/host': 'backendRefs',
  '/spec/telemetry/accessLog/settings/*/sinks/*/openTelemetry/host': 'backendRefs',
  '/spec/telemetry/metrics/sinks/*/openTelemetry/host': 'backendRefs',
};

export const deprecated = defineRule({
  id: 'G31',
  title: 'no field is deprecated by Envoy Gateway',
  effect: 'fragile',
  why:
    'The controller writes at most a Warning condition (DeprecatedField) into the status, for an EnvoyProxy not ' +
    'even that, and a later version removes the field.',
  source:
    'envoyproxy/gateway v1.8.3, internal/gatewayapi (deprecatedFieldsUsedIn…); Deprecated in the comments of api/v1alpha1',
  fix: 'use the replacement of the field',
  area: 'gateway',
  scope: 'graph',
  kinds: [
    'BackendTrafficPolicy',
    'ClientTrafficPolicy',
    'EnvoyExtensionPolicy',
    'EnvoyProxy',
    'SecurityPolicy',
  ],
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
    {
      shows: 'a collector of traces by host and port',
      change: {
        'envoyproxy/ai/chat': {
          spec: {
            telemetry: {
              tracing: {
                samplingRate: 5,
                provider: { type: 'OpenTelemetry', host: 'collector.monitoring.svc', port: 4317 },
              },
            },
          },
        },
      },
      finds: ['envoyproxy/ai/chat /spec/telemetry/tracing/provider/host'],
    },
  ],
  check: (_, one) =>
    Object.entries(DEPRECATED).flatMap(([field, instead]) =>
      select(one, field).map(({ pointer }) => ({
        pointer,
        problem: `the field is deprecated: use ${instead}`,
      })),
    ),
});
