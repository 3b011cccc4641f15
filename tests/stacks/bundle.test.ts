import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import * as pulumi from '@pulumi/pulumi';
import { specialOutputValueSig, specialSecretSig, specialSigKey } from '@pulumi/pulumi/runtime/rpc';
import { ApiObject, App, Chart } from 'cdk8s';
import { manifestsOf } from '../../constructs';
import { type BundledObject, type BundleState, bundleKey, pack, unpack } from '../../stacks/bundle-state';
import { Diagnosis } from '../../stacks/diagnosis';
import { LateValues } from '../../stacks/late';
import { Manifests } from '../../stacks/manifests';
import { bundleProvider } from '../../stacks/provider/bundle-provider';

const definition = (name: string, scope = 'Namespaced') =>
  ({
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name },
    spec: { scope },
  }) as BundledObject;

const stateOf = (objects: readonly BundledObject[], more: Partial<BundleState> = {}): BundleState => ({
  ...pack(objects),
  context: 'one',
  ...more,
});

const changes = async (olds: BundleState, news: BundleState) =>
  (await bundleProvider.diff('id', 'urn', olds, news)).changes;

const secret = (value: string) => ({ [specialSigKey]: specialSecretSig, value }) as unknown as string;

/** As the engine hands over a secret that another resource gave. */
const given = (value: string) =>
  ({
    [specialSigKey]: specialOutputValueSig,
    secret: true,
    value,
    dependencies: ['urn'],
  }) as unknown as string;

before(async () => {
  await pulumi.runtime.setMocks({
    newResource: ({ name, inputs }) => ({ id: name, state: inputs }),
    call: () => ({}),
  });
});

test('what is packed comes out as it was', () => {
  const objects = [definition('as.x.io'), definition('bs.x.io', 'Cluster')];
  assert.deepEqual(unpack(pack(objects)), objects);
  assert.deepEqual(Object.keys(pack(objects).hashes), objects.map(bundleKey));
});

test('an object that changes, comes or goes is a change, and so is another way to the cluster', async () => {
  const olds = stateOf([definition('as.x.io'), definition('bs.x.io')]);
  assert.equal(await changes(olds, stateOf([definition('as.x.io'), definition('bs.x.io')])), false);
  assert.equal(await changes(olds, stateOf([definition('as.x.io'), definition('bs.x.io', 'Cluster')])), true);
  assert.equal(await changes(olds, stateOf([definition('as.x.io')])), true);
  assert.equal(await changes(stateOf([definition('as.x.io')]), olds), true);
  assert.equal(await changes(olds, { ...olds, context: 'another' }), true);
  assert.equal(
    await changes({ ...olds, kubeconfig: secret('one') }, { ...olds, kubeconfig: secret('one') }),
    false,
  );
  assert.equal(
    await changes({ ...olds, kubeconfig: secret('one') }, { ...olds, kubeconfig: given('one') }),
    false,
  );
  assert.equal(await changes(olds, { ...olds, kubeconfig: null as unknown as string }), false);
  for (const two of [secret('two'), given('two')]) {
    assert.equal(await changes({ ...olds, kubeconfig: secret('one') }, { ...olds, kubeconfig: two }), true);
  }
});

test('another compression of the same objects is no change', async () => {
  const olds = stateOf([definition('as.x.io')]);
  assert.equal(await changes(olds, { ...olds, packed: 'of another version of zlib' }), false);
});

test('bundled kinds of a chart are one resource, in the place of the last of them', async () => {
  const chart = new Chart(new App(), 'layer', { disableResourceNameHashes: true });
  const [first, second] = ['as.x.io', 'bs.x.io'].map((name) => new ApiObject(chart, name, definition(name)));
  const policy = new ApiObject(chart, 'policy', {
    apiVersion: 'x.io/v1',
    kind: 'A',
    metadata: { name: 'one', namespace: 'ns' },
  });
  assert.ok(first && second);
  policy.addDependency(first);
  const diagnosis = new Diagnosis(pulumi.output({ context: 'none' }));
  const { resources } = new Manifests(
    'layer',
    manifestsOf(chart),
    { late: new LateValues(), diagnosis, protect: false },
    {},
  );
  const [bundle, same, own] = Object.values(resources);
  assert.equal(bundle, same);
  assert.notEqual(bundle, own);
  const urn = await new Promise<string>((resolve) => bundle?.urn.apply(resolve));
  assert.match(urn, /Manifests\$vcf-ai:index:Bundle::layer\/definitions$/);
});

test('a chart whose objects stand between those of a bundle is refused', () => {
  const chart = new Chart(new App(), 'layer', { disableResourceNameHashes: true });
  const first = new ApiObject(chart, 'first', definition('as.x.io'));
  const metadata = { name: 'one', namespace: 'ns' };
  const between = new ApiObject(chart, 'between', { apiVersion: 'x.io/v1', kind: 'A', metadata });
  const last = new ApiObject(chart, 'last', definition('bs.x.io'));
  between.addDependency(first);
  last.addDependency(between);
  const diagnosis = new Diagnosis(pulumi.output({ context: 'none' }));
  const props = { late: new LateValues(), diagnosis, protect: false };
  assert.throws(() => new Manifests('layer', manifestsOf(chart), props, {}), {
    message: /^a\/ns\/one comes after customresourcedefinition\/as\.x\.io, whose bundle comes later$/,
  });
});
