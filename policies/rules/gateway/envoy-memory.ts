import { amount, mebibytes } from '../../../base/quantity';
import { trafficOf } from '../../ai-routes';
import type { Bundle } from '../../bundle';
import type { RuleKinds } from '../../kinds';
import { thatName } from '../../links';
import { defineRule } from '../../rule';
import { ELSEWHERE, isSame, resource, resourcesOf, WORKLOADS } from './proxies';

const RESOURCES = resourcesOf('envoyDeployment');

const resources = (change: object) => ({
  'envoyproxy/ai/chat': {
    spec: { provider: { kubernetes: { envoyDeployment: { container: { resources: change } } } } },
  },
});

export const envoyMemory = defineRule({
  id: 'R03',
  title: 'Envoy has a memory limit, and its memory request equals the limit',
  effect: 'fragile',
  why:
    'Without a limit Envoy Gateway does not configure the overload manager: Envoy accepts requests until the ' +
    'node runs out of memory, and is killed with all requests in it. With a request below the limit, the node ' +
    'gives the memory to other pods. The defaults are a request of 512Mi and no limit.',
  source: 'envoyproxy/gateway v1.8.3, internal/xds/bootstrap and api/v1alpha1/shared_types.go',
  fix: 'set the memory request and the memory limit of the proxy to the same value',
  area: 'gateway',
  scope: 'object',
  kinds: ['EnvoyProxy'],
  fields: [
    `envoyproxy/ai/chat ${RESOURCES}/limits/memory`,
    `envoyproxy/ai/chat ${RESOURCES}/requests/memory`,
  ],
  good: [
    {
      shows: 'a DaemonSet',
      change: {
        'envoyproxy/ai/chat': {
          spec: {
            provider: {
              kubernetes: {
                envoyDeployment: null,
                envoyDaemonSet: {
                  container: {
                    resources: {
                      requests: { cpu: '2', memory: '4Gi' },
                      limits: { cpu: '2', memory: '4Gi' },
                    },
                  },
                },
              },
            },
          },
        },
      },
    },
  ],
  bad: [
    {
      shows: 'no limit',
      change: resources({ limits: { memory: null } }),
      finds: [`envoyproxy/ai/chat ${RESOURCES}/limits/memory`],
    },
    {
      shows: 'a smaller request',
      change: resources({ requests: { memory: '1Gi' } }),
      finds: [`envoyproxy/ai/chat ${RESOURCES}/requests/memory`],
    },
  ],
  checks: WORKLOADS.flatMap((workload) => {
    const at = resourcesOf(workload);
    const limit = resource(workload, 'limits', 'memory');
    const request = resource(workload, 'requests', 'memory');
    return [
      {
        expression: `${ELSEWHERE[workload]} || ${limit}.hasValue()`,
        pointer: `${at}/limits/memory`,
        problem: 'Envoy has no memory limit and therefore no overload manager',
      },
      {
        expression: `${ELSEWHERE[workload]} || !${limit}.hasValue() || ${isSame(request, limit)}`,
        pointer: `${at}/requests/memory`,
        problem: {
          expression: `'the memory request is not equal to the limit ' + string(${limit}.orValue(''))`,
        },
      },
    ];
  }),
});

/** What Envoy, its configuration and its idle connections use. */
const IDLE = 512 * 2 ** 20;

/** What a call takes besides its body, and how many times the external processor holds that: config/plan/capacity.ts. */
const CALL = 128 * 2 ** 10;
const COPIES = 5;

/** Where an EnvoyProxy says of what size a usual request is; 256Ki where it says nothing. */
const EXPECTED_ANNOTATION = 'vcf-ai-platform/expected-request-size';
const EXPECTED = '256Ki';

/** `circuitBreaker.maxParallelRequests` where nothing is said. */
const PARALLEL_REQUESTS = 1024;

export const bufferedMemory = defineRule({
  id: 'R04',
  title: 'the memory of Envoy is sufficient for its parallel requests',
  effect: 'fragile',
  why:
    'The AI gateway buffers whole bodies, in Envoy and five times in the external processor. The memory must be ' +
    'sufficient for what the circuit breaker of a route admits, 128Ki and five times a usual request for each, and ' +
    'for one request of the buffer limit: 512Mi for Envoy itself, and the larger of the two. A usual request has ' +
    '256Ki, or what the annotation vcf-ai-platform/expected-request-size of the EnvoyProxy says.',
  source: 'envoyproxy/ai-gateway#827, and the measurements of this project (config/plan/capacity.ts)',
  fix: 'increase the memory, or lower circuitBreaker.maxParallelRequests or connection.bufferLimit',
  area: 'gateway',
  scope: 'graph',
  kinds: ['EnvoyProxy'],
  good: [
    {
      shows: 'more memory for more requests',
      change: {
        ...resources({ requests: { memory: '16Gi' }, limits: { memory: '16Gi' } }),
        'backendtrafficpolicy/ai/chat': { spec: { circuitBreaker: { maxParallelRequests: 8192 } } },
      },
    },
    {
      shows: 'smaller requests',
      change: {
        'envoyproxy/ai/chat': { metadata: { annotations: { [EXPECTED_ANNOTATION]: '64Ki' } } },
        'backendtrafficpolicy/ai/chat': { spec: { circuitBreaker: { maxParallelRequests: 8192 } } },
      },
    },
  ],
  bad: [
    {
      shows: 'the circuit breaker of 1024 requests that Envoy Gateway sets by itself',
      change: {
        ...resources({ requests: { memory: '1Gi' }, limits: { memory: '1Gi' } }),
        'backendtrafficpolicy/ai/chat': { spec: { circuitBreaker: null } },
      },
      finds: [`envoyproxy/ai/chat ${RESOURCES}/limits/memory`],
    },
    {
      shows: 'less than one request of the buffer limit takes',
      change: resources({ requests: { memory: '700Mi' }, limits: { memory: '700Mi' } }),
      finds: [`envoyproxy/ai/chat ${RESOURCES}/limits/memory`],
    },
  ],
  check(all, proxy) {
    const { limits } = proxy.spec?.provider?.kubernetes?.envoyDeployment?.container?.resources ?? {};
    const written = amount(proxy.metadata?.annotations?.[EXPECTED_ANNOTATION]);
    const expected = Number.isNaN(written) ? amount(EXPECTED) : written;
    return thatName(all, proxy, 'Gateway')
      .map((gateway) => ({ gateway, needed: needed(all, gateway, expected) }))
      .filter(({ needed }) => needed > amount(limits?.memory))
      .map(({ gateway, needed }) => ({
        pointer: `${RESOURCES}/limits/memory`,
        value: limits?.memory,
        problem: `the buffer limit and the circuit breakers of gateway ${gateway.metadata.name} allow requests that need ${mebibytes(needed)}`,
      }));
  },
});

/** Bytes that one Envoy of a gateway may need for the route that may hold most of them; 0 without AI routes. */
function needed(all: Bundle, gateway: RuleKinds['Gateway'], expected: number): number {
  const limits = thatName(all, gateway, 'ClientTrafficPolicy').map(({ spec }) =>
    amount(spec.connection?.bufferLimit),
  );
  const buffer = Math.max(0, ...limits.filter((limit) => !Number.isNaN(limit)));
  const parallel = thatName(all, gateway, 'AIGatewayRoute').map((route) => {
    return trafficOf(all, route).circuitBreaker?.maxParallelRequests ?? PARALLEL_REQUESTS;
  });
  if (parallel.length === 0) return 0;
  return IDLE + Math.max((CALL + COPIES * expected) * Math.max(...parallel), COPIES * buffer);
}
