import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ApiObject, type ApiObjectMetadata, Chart, JsonPatch, Testing } from 'cdk8s';
import { ConfigMap } from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import {
  creationFrames,
  type Kinds,
  kubeObject,
  manifestsOf,
  Namespace,
  Redis,
  STANDARD_LABELS,
} from '../../constructs';
import { chart, field, gatewayIn, manifests, mistakesOf, only } from './support';

function namespaceObject(name: string) {
  return { apiVersion: 'v1', kind: 'Namespace', metadata: { name } } as const;
}

test('every object carries the standard labels beside its own', () => {
  const scope = chart();
  kubeObject(scope, 'a', { ...namespaceObject('a'), metadata: { name: 'a', labels: { team: 'ml' } } });
  assert.deepEqual(only(manifests(scope), 'Namespace').metadata.labels, { ...STANDARD_LABELS, team: 'ml' });
});

test('a name of 63 characters is taken as it is', () => {
  const scope = chart();
  kubeObject(scope, 'a', namespaceObject('n'.repeat(63)));
  assert.equal(only(manifests(scope), 'Namespace').metadata.name, 'n'.repeat(63));
});

test('refuses a name of 64 characters and says by how much to shorten it', () => {
  assert.deepEqual(
    mistakesOf(() => kubeObject(chart(), 'a', namespaceObject('n'.repeat(64)))),
    [
      {
        path: 'test/a/metadata.name',
        value: 'n'.repeat(64),
        problem: 'a Namespace name of 64 characters is too long: at most 63 are allowed',
        fix: 'shorten it by 1',
      },
    ],
  );
});

for (const name of ['', 'Team', '-a', 'a-', 'a_b', 'a b']) {
  test(`refuses the name ${JSON.stringify(name)}`, () => {
    const [mistake] = mistakesOf(() => kubeObject(chart(), 'a', namespaceObject(name)));
    assert.match(mistake?.problem ?? '', /^not a Namespace name: lower-case/);
  });
}

test('a transform edits every object of its kind below the component, after JSON patches [transform-after-patches]', () => {
  const scope = chart();
  const gateway = gatewayIn(scope);
  const proxy = gateway.node.findChild('proxy') as ApiObject;
  proxy.addJsonPatch(JsonPatch.replace('/spec/concurrency', 3));
  gateway.transform('EnvoyProxy', ({ spec }) => {
    spec.concurrency = (spec.concurrency ?? 0) * 10;
  });
  assert.deepEqual((only(manifests(scope), 'EnvoyProxy').spec as { concurrency: number }).concurrency, 30);
});

test('a transform leaves objects of other components alone', () => {
  const scope = chart();
  new Namespace(scope, 'one').transform('Namespace', (object) => {
    object.metadata.annotations = { edited: 'yes' };
  });
  new Namespace(scope, 'two');
  assert.deepEqual(
    manifests(scope).map(({ metadata }) => metadata.annotations),
    [{ edited: 'yes' }, undefined],
  );
});

test('refuses a transform that meets no object', () => {
  const scope = chart();
  new Namespace(scope, 'one').transform('Secret', () => {});
  assert.deepEqual(
    mistakesOf(() => manifests(scope)),
    [{ path: 'test/one', problem: "transform of 'Secret' matches no object; existing kinds are Namespace" }],
  );
});

/** Objects that are made without `kubeObject`: what makes one below a component, and its path there. */
const FOREIGN: Record<string, [(scope: Construct, metadata: ApiObjectMetadata) => ApiObject, string]> = {
  'by hand': [
    (scope, metadata) => new ApiObject(scope, 'settings', { apiVersion: 'v1', kind: 'ConfigMap', metadata }),
    'test/one/settings',
  ],
  'by cdk8s-plus': [
    (scope, metadata) => ApiObject.of(new ConfigMap(scope, 'settings', { metadata })),
    'test/one/settings/Resource',
  ],
};

function foreign([make]: (typeof FOREIGN)[string], name: string) {
  const scope = chart();
  const component = new Namespace(scope, 'one');
  const object = make(component, { name, labels: { team: 'ml' } });
  return { scope, component, object };
}

for (const [how, maker] of Object.entries(FOREIGN)) {
  test(`an object that is made ${how} below a component has its labels, transforms and line`, () => {
    const { scope, component, object } = foreign(maker, 'settings');
    component.transform('ConfigMap', (settings) => {
      settings.data = { colour: 'blue' };
    });
    const config = only(manifests(scope), 'ConfigMap');
    assert.deepEqual(config.metadata.labels, { ...STANDARD_LABELS, team: 'ml' });
    assert.deepEqual(config.data, { colour: 'blue' });
    assert.match(creationFrames(object)[0]?.file ?? '', /component\.test\.ts$/);
  });

  test(`refuses the name of an object that is made ${how} below a component`, () => {
    const [mistake] = mistakesOf(() => manifestsOf(foreign(maker, 'My_Settings').scope));
    assert.equal(mistake?.path, `${maker[1]}/metadata.name`);
    assert.match(mistake?.problem ?? '', /^not a ConfigMap name/);
  });
}

test('a JSON patch adds what cdk8s-plus does not know', () => {
  const scope = chart();
  new Redis(scope, 'redis', { namespace: new Namespace(scope, 'one'), clients: { app: 'limits' } });
  const sleep = { preStop: { sleep: { seconds: 5 } } };
  const deployment = scope.node
    .findAll()
    .find((node) => ApiObject.isApiObject(node) && node.kind === 'Deployment');
  (deployment as ApiObject).addJsonPatch(JsonPatch.add('/spec/template/spec/containers/0/lifecycle', sleep));
  const container = field(only(manifests(scope), 'Deployment'), 'spec.template.spec.containers.0');
  assert.deepEqual(field(container, 'lifecycle'), sleep);
});

test('a construct that moves keeps the labels of its pods', () => {
  const podsOf = (...path: string[]) => {
    const scope = path.reduce((parent: Construct, id) => new Construct(parent, id), chart());
    new Redis(scope, 'redis', { namespace: new Namespace(scope, 'one'), clients: { app: 'limits' } });
    const { spec } = only(manifests(Chart.of(scope)), 'Deployment');
    return (spec as Kinds['Deployment']['spec'])?.template;
  };
  assert.deepEqual(podsOf('elsewhere', 'deeper'), podsOf());
  assert.deepEqual(podsOf()?.metadata?.labels, { 'app.kubernetes.io/name': 'redis' });
});

test('an object beside all components stays as it was made', () => {
  const scope = chart();
  new ApiObject(scope, 'a', { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a' } });
  assert.equal(only(manifests(scope), 'ConfigMap').metadata.labels, undefined);
});

test('cdk8s itself renders objects of this library with labels and transforms', () => {
  const scope = chart();
  new Namespace(scope, 'one').transform('Namespace', ({ metadata }) => {
    metadata.annotations = { seen: 'yes' };
  });
  const [namespace] = Testing.synth(scope);
  assert.equal(namespace.metadata.labels['app.kubernetes.io/part-of'], 'vcf-ai-platform');
  assert.deepEqual(namespace.metadata.annotations, { seen: 'yes' });
});
