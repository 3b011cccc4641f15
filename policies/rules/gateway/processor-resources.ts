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
  title: 'a gateway sets the resources of its external processor',
  effect: 'fragile',
  why:
    'Every body passes through the external processor, and by default its container has no resource requests ' +
    'or limits: it is among the first to be killed on a full node, and it takes memory without a limit, in ' +
    'the pods of Envoy. Only a GatewayConfig that the Gateway names in an annotation sets them.',
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
    const problem = 'the external processor has no resource settings: the gateway names no GatewayConfig';
    return [{ pointer: ANNOTATION, problem }];
  },
});

export const processorResources = defineRule({
  id: 'G04',
  title: 'a GatewayConfig sets memory and CPU of the external processor',
  effect: 'fragile',
  why:
    'The external processor keeps a copy of every body that Envoy keeps. Without a limit it takes memory from ' +
    'Envoy, and without a request the scheduler counts it as zero. A change applies to new pods only.',
  source: 'envoyproxy/ai-gateway v1.0.0, internal/controller/gateway_mutator.go, and issue 2395',
  fix: 'set CPU and memory requests, and a memory limit',
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
