import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Duration } from '../../config';
import {
  Namespace,
  type RouteBackend,
  TOKEN_METADATA,
  WorkloadRoute,
  WorkloadTraffic,
} from '../../constructs';
import {
  assertGolden,
  backendIn,
  chart,
  field,
  gatewayIn,
  manifests,
  mistakesOf,
  only,
  planIn,
  routeIn,
} from './support';

test('a route sends one identity to one model [route-shape]', () => {
  const scope = chart();
  routeIn(scope);
  assertGolden('route', [only(manifests(scope), 'AIGatewayRoute')]);
});

test('the time-out of a route is the longest answer, whatever one attempt may take', () => {
  const scope = chart();
  routeIn(scope, { requestTimeout: Duration.minutes(20) });
  assert.deepEqual(field(only(manifests(scope), 'AIGatewayRoute'), 'spec.rules.0.timeouts'), {
    request: '1200s',
  });
});

test('a route counts tokens of every kind', () => {
  const scope = chart();
  routeIn(scope);
  const costs = field(only(manifests(scope), 'AIGatewayRoute'), 'spec.llmRequestCosts') as {
    metadataKey: string;
  }[];
  assert.deepEqual(
    costs.map(({ metadataKey }) => metadataKey),
    Object.values(TOKEN_METADATA),
  );
});

test('a request is rewritten to the name that the model has at its backend', () => {
  const scope = chart();
  const gateway = gatewayIn(scope);
  const backend = backendIn(scope, gateway.namespace, { model: 'gemini-2.5-flash' });
  new WorkloadRoute(scope, 'batch', { gateway, plan: planIn(), backends: new Map([['gpt-oss', backend]]) });
  assert.deepEqual(field(only(manifests(scope), 'AIGatewayRoute'), 'spec.rules.0.backendRefs'), [
    { name: 'gpt-oss', modelNameOverride: 'gemini-2.5-flash' },
  ]);
});

test('refuses a backend of another namespace', () => {
  const scope = chart();
  const gateway = gatewayIn(scope);
  const backends = new Map([['gpt-oss', backendIn(scope, new Namespace(scope, 'elsewhere'))]]);
  const [mistake] = mistakesOf(
    () => new WorkloadRoute(scope, 'batch', { gateway, plan: planIn(), backends }),
  );
  assert.equal(mistake?.path, 'test/batch/backends');
  assert.match(mistake?.problem ?? '', /namespace elsewhere and the gateway in ai-gateway/);
});

const HYBRID = {
  arms: [
    { model: 'gpt-oss', weight: 95 },
    { model: 'gpt-oss-rc', weight: 5 },
  ],
  fallback: ['gemini'],
  session: { header: 'x-session-id' },
};

function backendsIn(scope: ReturnType<typeof chart>, gateway: ReturnType<typeof gatewayIn>) {
  const one = backendIn(scope, gateway.namespace);
  const named = (name: string): RouteBackend => ({ ...one, name, model: name, namespace: gateway.namespace });
  return new Map<string, RouteBackend>([
    ['gpt-oss', one],
    ['gpt-oss-rc', { ...named('gpt-oss-rc'), ready: one.ready }],
    ['gemini', { ...named('gemini'), ready: one.ready }],
    ['pool', { ...named('pool'), kind: 'InferencePool', ready: one.ready }],
  ]);
}

test('arms share priority 0 by weight, a fallback is a priority of its own, and one policy makes both work', () => {
  const scope = chart();
  const gateway = gatewayIn(scope);
  const plan = planIn({ routes: [{ requestedModel: 'chat', target: HYBRID }] });
  const route = new WorkloadRoute(scope, 'batch', { gateway, plan, backends: backendsIn(scope, gateway) });
  new WorkloadTraffic(scope, 'traffic', { route, plan });
  const objects = manifests(scope);
  assertGolden('route-hybrid', [only(objects, 'AIGatewayRoute'), only(objects, 'BackendTrafficPolicy')]);
});

test('a pool is named by group and kind, and its servers see the model under their own name', () => {
  const scope = chart();
  const gateway = gatewayIn(scope);
  const plan = planIn({ routes: [{ target: { arms: [{ model: 'pool', weight: 1 }], fallback: [] } }] });
  new WorkloadRoute(scope, 'batch', { gateway, plan, backends: backendsIn(scope, gateway) });
  assert.deepEqual(field(only(manifests(scope), 'AIGatewayRoute'), 'spec.rules.0.backendRefs'), [
    {
      group: 'inference.networking.k8s.io',
      kind: 'InferencePool',
      name: 'pool',
      modelNameOverride: 'pool',
    },
  ]);
});

test('refuses a pool beside another backend, and a model without a backend, at once', () => {
  const scope = chart();
  const gateway = gatewayIn(scope);
  const plan = planIn({
    routes: [{ target: { arms: [{ model: 'pool', weight: 1 }], fallback: ['unknown'] } }],
  });
  const mistakes = mistakesOf(
    () => new WorkloadRoute(scope, 'batch', { gateway, plan, backends: backendsIn(scope, gateway) }),
  );
  assert.deepEqual(
    mistakes.map(({ value }) => value),
    ['unknown', 'pool'],
  );
});
