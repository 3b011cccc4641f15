import { defineRule } from '../../rule';

const POLICY = 'backendtrafficpolicy/ai/chat';

const breaker = (circuitBreaker: object) => ({ [POLICY]: { spec: { circuitBreaker } } });

/** Limits at which Envoy lets nothing through, and why. */
const LIMITS = {
  maxParallelRequests: 'a limit of 0 admits nothing: every request is answered with 503',
  maxPendingRequests:
    'no request may wait for its connection: those that meet none that is ready are answered with 503',
};

export const circuitBreakers = defineRule({
  id: 'R51',
  title: 'a circuit breaker lets requests through',
  effect: 'fragile',
  why:
    '0 is not "no limit". Envoy opens a connection only for a request that waits for one: with maxPendingRequests 0 all ' +
    'requests to an endpoint without a ready connection are answered with 503, after a start or an idle hour all of ' +
    'them. Where it seems to work, connections are left from before.',
  source:
    'Envoy, source/common/conn_pool/conn_pool_base.cc (newStream, attachStreamToClient); the example of envoyproxy/gateway v1.8.3, site/content/en/latest/tasks/traffic/circuit-breaker.md, has its connections from an earlier test',
  fix: 'use 1 or more, and as many pending requests as new connections may be needed at once',
  area: 'gateway',
  scope: 'object',
  kinds: ['BackendTrafficPolicy'],
  good: [
    { shows: 'few that wait', change: breaker({ maxPendingRequests: 1 }) },
    { shows: 'connections without a number of requests', change: breaker({ maxRequestsPerConnection: 0 }) },
  ],
  bad: [
    {
      shows: 'nothing that waits for its connection',
      change: breaker({ maxPendingRequests: 0 }),
      finds: [`${POLICY} /spec/circuitBreaker/maxPendingRequests`],
    },
    {
      shows: 'nothing at all',
      change: breaker({ maxParallelRequests: 0 }),
      finds: [`${POLICY} /spec/circuitBreaker/maxParallelRequests`],
    },
  ],
  checks: Object.entries(LIMITS).map(([field, problem]) => ({
    expression: `object.spec.?circuitBreaker.${field}.orValue(1) > 0`,
    pointer: `/spec/circuitBreaker/${field}`,
    problem,
  })),
});
