import { thatName } from '../../links';
import { defineRule } from '../../rule';

const CONFIG = 'aigateway.envoyproxy.io/gateway-config';
const ANNOTATION = `/metadata/annotations/${CONFIG.replace('/', '~1')}`;

const RESOURCES = '/spec/extProc/kubernetes/resources';

const resources = (change: object) => ({
  'gatewayconfig/ai/chat': { spec: { extProc: { kubernetes: { resources: change } } } },
});

export const processorConfig = defineRule({
  id: 'G03',
  title: 'a gateway says how its external processor runs',
  severity: 'error',
  why:
    'Every body goes through the external processor, and by default its container has no resources at all: it ' +
    'is the first to be killed on a full node and takes memory without bound, in the pods of Envoy. Only a ' +
    'GatewayConfig that the Gateway names in an annotation gives it some.',
  source: 'envoyproxy/ai-gateway v1.0.0, internal/controller/gateway_mutator.go',
  fix: `name a GatewayConfig with spec.extProc.kubernetes.resources in the annotation ${CONFIG}`,
  area: 'gateway',
  scope: 'graph',
  kinds: ['Gateway'],
  fields: [`gateway/ai/chat ${ANNOTATION}`],
  good: [
    {
      shows: 'a gateway without AI routes',
      change: {
        'gateway/ai/other': {
          apiVersion: 'gateway.networking.k8s.io/v1',
          kind: 'Gateway',
          metadata: { namespace: 'ai', name: 'other' },
          spec: { gatewayClassName: 'envoy', listeners: [{ name: 'http', protocol: 'HTTP', port: 80 }] },
        },
      },
    },
  ],
  bad: [
    {
      shows: 'no annotation',
      change: { 'gateway/ai/chat': { metadata: { annotations: { [CONFIG]: null } } } },
      finds: [`gateway/ai/chat ${ANNOTATION}`],
    },
  ],
  check(all, gateway) {
    const needless = thatName(all, gateway, 'AIGatewayRoute').length === 0;
    // A name that is wrong is found as one (R13).
    if (needless || gateway.metadata.annotations?.[CONFIG] !== undefined) return [];
    const problem = 'the external processor runs without resources: the gateway names no GatewayConfig';
    return [{ pointer: ANNOTATION, problem }];
  },
});

export const processorResources = defineRule({
  id: 'G04',
  title: 'a GatewayConfig gives the external processor memory and CPU',
  severity: 'error',
  why:
    'The external processor keeps a copy of every body that Envoy keeps. Without a limit it takes memory from ' +
    'Envoy, and without a request the node counts it as nothing. A change is seen by new pods only.',
  source: 'envoyproxy/ai-gateway v1.0.0, internal/controller/gateway_mutator.go, and issue 2395',
  fix: 'set requests of CPU and memory, and a limit of memory',
  area: 'gateway',
  scope: 'object',
  kinds: ['GatewayConfig'],
  fields: [
    `gatewayconfig/ai/chat ${RESOURCES}/requests/cpu`,
    `gatewayconfig/ai/chat ${RESOURCES}/requests/memory`,
    `gatewayconfig/ai/chat ${RESOURCES}/limits/memory`,
  ],
  good: [{ shows: 'no limit of CPUs', change: resources({ limits: { cpu: null } }) }],
  bad: [
    {
      shows: 'memory without a limit',
      change: resources({ limits: null }),
      finds: [`gatewayconfig/ai/chat ${RESOURCES}/limits/memory`],
    },
  ],
  checks: [
    ['requests', 'cpu', 'CPU request'],
    ['requests', 'memory', 'memory request'],
    ['limits', 'memory', 'memory limit'],
  ].map(([of, what, called]) => ({
    expression: `object.?spec.?extProc.?kubernetes.?resources.?${of}.?${what}.hasValue()`,
    pointer: `${RESOURCES}/${of}/${what}`,
    problem: `the external processor has no ${called}`,
  })),
});
