import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkSchemas } from '../../policies';
import { places, widgetDefinition } from './support';

test('an unknown kind of a known group is told with the nearest', () => {
  const found = checkSchemas([
    {
      apiVersion: 'gateway.envoyproxy.io/v1alpha1',
      kind: 'BackendTrafficPolcy',
      metadata: { name: 'chat', namespace: 'ai' },
    },
  ]);
  assert.deepEqual(found, [
    {
      rule: 'schema',
      severity: 'error',
      object: 'backendtrafficpolcy/ai/chat',
      pointer: '/kind',
      value: 'BackendTrafficPolcy',
      problem: 'gateway.envoyproxy.io has no kind BackendTrafficPolcy',
      fix: 'use BackendTrafficPolicy',
    },
  ]);
});

test('a version that is unknown, or defined and not served, is told with one that is', () => {
  const version = (apiVersion: string, kind: string) =>
    checkSchemas([{ apiVersion, kind, metadata: { name: 'chat' } }]);
  const [unknown] = version('gateway.envoyproxy.io/v1', 'Backend');
  assert.equal(unknown?.pointer, '/apiVersion');
  assert.equal(unknown?.fix, 'use gateway.envoyproxy.io/v1alpha1');
  const [unserved] = version('gateway.networking.k8s.io/v1alpha3', 'BackendTLSPolicy');
  assert.equal(unserved?.pointer, '/apiVersion');
  assert.equal(unserved?.fix, 'use gateway.networking.k8s.io/v1');
});

test('an older version that is served is held against its own schema', () => {
  const route = {
    apiVersion: 'aigateway.envoyproxy.io/v1alpha1',
    kind: 'AIGatewayRoute',
    metadata: { name: 'chat', namespace: 'ai' },
    spec: { parentRefs: [{ name: 'chat' }], rules: [{ backendRefs: [{ name: 'chat' }] }] },
  };
  assert.deepEqual(checkSchemas([route]), []);
  const wrong = { ...route, spec: { ...route.spec, rule: [] } };
  assert.deepEqual(places(checkSchemas([wrong])), ['schema aigatewayroute/ai/chat /spec/rule']);
});

test('objects of groups that nothing is known of are passed over', () => {
  const foreign = { apiVersion: 'example.com/v1', kind: 'Gateway', metadata: { name: 'x' }, anything: true };
  assert.deepEqual(checkSchemas([foreign]), []);
});

test('built-in kinds are held against the schemas of Kubernetes', () => {
  const container = { name: 'c', image: 'i', resources: { limits: { cpu: 0.5, memory: '1 GiB' } } };
  const template = {
    metadata: { labels: { app: 'a' } },
    spec: { containers: [container], hostNetwrk: true },
  };
  const deployment = {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'a', namespace: 'ai' },
    spec: { replicas: '2', template },
  };
  assert.deepEqual(places(checkSchemas([deployment])), [
    'schema deployment/ai/a /spec/replicas',
    'schema deployment/ai/a /spec/selector',
    'schema deployment/ai/a /spec/template/spec/containers/0/resources/limits/memory',
    'schema deployment/ai/a /spec/template/spec/hostNetwrk',
  ]);
});

test('a built-in kind or version that there is not is told with the one that is probably meant', () => {
  const metadata = { name: 'a', namespace: 'ai' };
  const found = checkSchemas([
    { apiVersion: 'v1', kind: 'Pods', metadata },
    { apiVersion: 'policy/v1beta1', kind: 'PodDisruptionBudget', metadata },
  ]);
  assert.deepEqual(
    found.map(({ pointer, fix }) => [pointer, fix]),
    [
      ['/apiVersion', 'known are policy/v1'],
      ['/kind', 'use Pod'],
    ],
  );
});

test('objects are held against the definitions that come with them', () => {
  const definition = widgetDefinition({
    type: 'object',
    properties: { min: { type: 'integer' }, max: { type: 'integer' } },
    'x-kubernetes-validations': [
      { rule: 'self.min <= self.max', messageExpression: "'%d is above %d'.format([self.min, self.max])" },
      { rule: 'self.max >= oldSelf.max', message: 'max only grows' },
    ],
  });
  const widget = (spec: object) => ({
    apiVersion: 'example.com/v1',
    kind: 'Widget',
    metadata: { name: 'w', namespace: 'ai' },
    spec,
  });
  assert.deepEqual(checkSchemas([definition, widget({ min: 1, max: 2 })]), []);
  const [found, ...others] = checkSchemas([definition, widget({ min: 3, max: 2 })]);
  assert.deepEqual([found?.pointer, found?.problem, others], ['/spec', '3 is above 2', []]);
});
