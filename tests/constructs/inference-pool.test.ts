import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ModelPool, Namespace, WorkloadRoute, WorkloadTraffic } from '../../constructs';
import versions from '../../versions.json';
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
} from './support';

const podLabels = { 'app.kubernetes.io/component': 'model-server', 'app.kubernetes.io/instance': 'gpt-oss' };

function render(apiKey?: string) {
  const scope = chart();
  const namespace = new Namespace(scope, 'serving', { name: 'ai-serving' });
  const pool = new ModelPool(scope, 'gpt-oss', { namespace, podLabels, ...(apiKey && { apiKey }) });
  return { scope, namespace, pool, objects: manifests(scope) };
}

test('a pool is an InferencePool and its endpoint picker with what that may do [pool-shape]', () => {
  assertGolden('inference-pool', render().objects);
});

test('the picker is the one that versions.json pins, and reads what vLLM exports', () => {
  const picker = only(render().objects, 'Deployment');
  const container = field(picker, 'spec.template.spec.containers.0') as { image: string; args: string[] };
  const { repository, tag } = versions.images['endpoint-picker'];
  assert.equal(container.image, `${repository}:${tag}`);
  assert.ok(container.args.includes('--kv-cache-usage-percentage-metric=vllm:kv_cache_usage_perc'));
  const configuration = container.args.find((arg) => arg.startsWith('--config-text='));
  assert.doesNotThrow(() => JSON.parse(configuration?.slice('--config-text='.length) ?? ''));
});

test('a key of the servers is presented to the pool', () => {
  const { objects } = render('k-1');
  assert.deepEqual(field(only(objects, 'BackendSecurityPolicy'), 'spec.targetRefs'), [
    { group: 'inference.networking.k8s.io', kind: 'InferencePool', name: 'gpt-oss' },
  ]);
  assert.equal(field(only(objects, 'Secret'), 'stringData.apiKey'), 'k-1');
});

test('a route to a pool and its policy are in the pool’s namespace, and the gateway lets them in', () => {
  const { scope, namespace, pool } = render();
  const gateway = gatewayIn(scope, { routeNamespaces: [namespace] });
  const plan = planIn({ limits: { shadow: false, requestsPerMinute: 2 } });
  const route = new WorkloadRoute(scope, 'route', { gateway, plan, backends: new Map([['gpt-oss', pool]]) });
  new WorkloadTraffic(scope, 'traffic', { plan, route });
  const objects = manifests(scope);
  const made = only(objects, 'AIGatewayRoute');
  assert.equal(made.metadata.namespace, 'ai-serving');
  assert.equal(only(objects, 'BackendTrafficPolicy').metadata.namespace, 'ai-serving');
  assert.equal(field(made, 'spec.parentRefs.0.namespace'), gateway.namespace.name);
  assert.deepEqual(field(made, 'spec.rules.0.backendRefs'), [
    {
      group: 'inference.networking.k8s.io',
      kind: 'InferencePool',
      name: 'gpt-oss',
      modelNameOverride: 'gpt-oss',
    },
  ]);
  const [expression] = field(
    only(objects, 'Gateway'),
    'spec.listeners.0.allowedRoutes.namespaces.selector.matchExpressions',
  ) as { values: string[] }[];
  assert.deepEqual(expression?.values, [gateway.namespace.name, 'ai-serving']);
});

test('refuses a pool and a model elsewhere on one route', () => {
  const { scope, namespace, pool } = render();
  const gateway = gatewayIn(scope, { routeNamespaces: [namespace] });
  const backend = backendIn(chart(), gateway.namespace, {
    name: 'cloud',
  });
  const plan = planIn({
    routes: [
      { requestedModel: 'gpt-oss', target: { arms: [{ model: 'gpt-oss', weight: 1 }], fallback: [] } },
      { requestedModel: 'cloud', target: { arms: [{ model: 'cloud', weight: 1 }], fallback: [] } },
    ],
  });
  const backends = new Map<string, ModelPool | typeof backend>([
    ['gpt-oss', pool],
    ['cloud', backend],
  ]);
  const [mistake] = mistakesOf(() => new WorkloadRoute(scope, 'route', { gateway, plan, backends }));
  assert.match(
    mistake?.problem ?? '',
    /cloud is in namespace .* and the route with an InferencePool in ai-serving/,
  );
});
