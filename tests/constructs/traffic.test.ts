import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Limits, Memory, WORKLOAD_HEADER } from '../../config';
import { type AiGatewayProps, WorkloadTraffic } from '../../constructs';
import { assertGolden, chart, field, manifests, mistakesOf, only, planIn, routeIn } from './support';

function render(limits: Partial<Limits> = {}, gateway: Partial<AiGatewayProps> = {}) {
  const scope = chart();
  const plan = planIn({ limits: { shadow: false, ...limits } }, gateway.replicas);
  new WorkloadTraffic(scope, 'traffic', { route: routeIn(scope, gateway, plan), plan });
  return only(manifests(scope), 'BackendTrafficPolicy');
}

test('a workload with both limits has them in one policy', () => {
  assertGolden('traffic', [render({ requestsPerMinute: 2, tokensPerHour: 2_000_000 })]);
});

test('a workload without limits still has a circuit breaker and the buffer limit', () => {
  const policy = render();
  assert.equal(field(policy, 'spec.rateLimit'), undefined);
  assert.equal(field(policy, 'spec.connection.bufferLimit'), '50Mi');
  assert.deepEqual(field(policy, 'spec.circuitBreaker'), {
    maxConnections: 1954,
    maxParallelRequests: 1954,
    maxPendingRequests: 1954,
  });
});

test('as many requests run at once as fit into the memory of an Envoy', () => {
  const sizes = { bufferLimit: Memory.mebibytes(1), expectedRequestSize: Memory.mebibytes(1) };
  const policy = render({}, { memory: Memory.mebibytes(512 + 82), ...sizes });
  // 82Mi / (128Ki + 5 × 1Mi).
  assert.equal(field(policy, 'spec.circuitBreaker.maxParallelRequests'), 16);
});

test('requests a minute are limited in each Envoy by its share', () => {
  const rules = field(render({ requestsPerMinute: 60 }, { replicas: 3 }), 'spec.rateLimit.local.rules');
  assert.deepEqual(rules, [
    {
      clientSelectors: [{ headers: [{ type: 'Exact', name: WORKLOAD_HEADER, value: 'batch' }] }],
      limit: { requests: 20, unit: 'Minute' },
    },
  ]);
});

test('a token budget charges nothing on the way in and the total on the way out', () => {
  const rule = field(render({ tokensPerHour: 1000 }, { replicas: 3 }), 'spec.rateLimit.global.rules.0');
  assert.deepEqual(field(rule, 'limit'), { requests: 1000, unit: 'Hour' });
  assert.deepEqual(field(rule, 'cost'), {
    request: { from: 'Number', number: 0 },
    response: { from: 'Metadata', metadata: { namespace: 'io.envoy.ai_gateway', key: 'llm_total_token' } },
  });
  assert.equal(field(rule, 'shared'), true);
});

test('the policy attaches to the HTTPRoute that the AI gateway makes of the route', () => {
  assert.deepEqual(field(render(), 'spec.targetRefs'), [
    { group: 'gateway.networking.k8s.io', kind: 'HTTPRoute', name: 'batch' },
  ]);
});

test('refuses requests a minute that cannot be split over the replicas', () => {
  const [mistake] = mistakesOf(() => render({ requestsPerMinute: 2 }, { replicas: 3 }));
  assert.equal(mistake?.path, 'limits.requestsPerMinute');
});
