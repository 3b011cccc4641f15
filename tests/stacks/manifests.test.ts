import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import * as pulumi from '@pulumi/pulumi';
import { ApiObject, App, Chart } from 'cdk8s';
import { manifestsOf } from '../../constructs';
import { Diagnosis } from '../../stacks/diagnosis';
import { LateValues } from '../../stacks/late';
import { Manifests, tokenOf } from '../../stacks/manifests';

interface Registered {
  readonly type: string;
  readonly name: string;
  readonly inputs: Record<string, unknown>;
}

const registered: Registered[] = [];

before(async () => {
  await pulumi.runtime.setMocks({
    newResource: ({ type, name, inputs }) => {
      registered.push({ type, name, inputs });
      return { id: name, state: inputs };
    },
    call: () => ({}),
  });
});

test('a kind has the token of the typed SDK', () => {
  assert.equal(tokenOf({ apiVersion: 'apps/v1', kind: 'Deployment' }), 'kubernetes:apps/v1:Deployment');
  assert.equal(tokenOf({ apiVersion: 'v1', kind: 'Secret' }), 'kubernetes:core/v1:Secret');
  assert.equal(
    tokenOf({ apiVersion: 'aigateway.envoyproxy.io/v1beta1', kind: 'AIGatewayRoute' }),
    'kubernetes:aigateway.envoyproxy.io/v1beta1:AIGatewayRoute',
  );
});

test('a chart becomes one resource per object under stable names, in order, with secrets sealed', async () => {
  const chart = new Chart(new App(), 'layer', { disableResourceNameHashes: true });
  const late = new LateValues();
  const metadata = { name: 'key', namespace: 'ns' };
  const policy = new ApiObject(chart, 'policy', { apiVersion: 'x.io/v1', kind: 'Policy', metadata });
  const secret = new ApiObject(chart, 'secret', {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata,
    stringData: { apiKey: late.late(pulumi.output('plain text of a key')) },
  });
  policy.addDependency(secret);

  const { resources } = new Manifests(
    'layer',
    manifestsOf(chart),
    { late, diagnosis: new Diagnosis(pulumi.output({ context: 'none' })), protect: false },
    {},
  );
  late.assertAllPlaced();
  assert.deepEqual(Object.keys(resources), ['secret/ns/key', 'policy/ns/key']);

  const urns = await Promise.all(
    Object.values(resources).map((r) => new Promise<string>((resolve) => r.urn.apply(resolve))),
  );
  assert.match(
    urns[0] ?? '',
    /vcf-ai-platform:stacks:Manifests\$kubernetes:core\/v1:Secret::secret\/ns\/key$/,
  );
  assert.match(urns[1] ?? '', /Manifests\$kubernetes:x\.io\/v1:Policy::policy\/ns\/key$/);

  const sent = registered.find(({ name }) => name === 'secret/ns/key');
  const { stringData } = sent?.inputs ?? {};
  // The engine's mark of a secret, around the restored value.
  assert.equal(JSON.stringify(stringData).includes('plain text of a key'), true);
  assert.equal(
    (stringData as Record<string, unknown>)[pulumi.runtime.specialSigKey],
    pulumi.runtime.specialSecretSig,
  );
});

test('the Cluster and volumes with weights are protected, and nothing else [protect-cluster-and-weights]', async () => {
  const options: Record<string, boolean | undefined> = {};
  const note: pulumi.ResourceTransformation = ({ type, opts }) => {
    options[type] = opts.protect;
    return undefined;
  };
  for (const protect of [true, false]) {
    const chart = new Chart(new App(), 'layer', { disableResourceNameHashes: true });
    for (const [apiVersion, kind] of [
      ['cluster.x-k8s.io/v1beta2', 'Cluster'],
      ['v1', 'PersistentVolumeClaim'],
      ['v1', 'Secret'],
    ] as const) {
      new ApiObject(chart, kind, { apiVersion, kind, metadata: { name: 'one', namespace: 'ns' } });
    }
    const diagnosis = new Diagnosis(pulumi.output({ context: 'none' }));
    const props = { late: new LateValues(), diagnosis, protect };
    const { resources } = new Manifests(`protect-${protect}`, manifestsOf(chart), props, {
      transformations: [note],
    });
    await Promise.all(
      Object.values(resources).map((one) => new Promise<string>((resolve) => one.urn.apply(resolve))),
    );
    assert.deepEqual(
      [
        'kubernetes:cluster.x-k8s.io/v1beta2:Cluster',
        'kubernetes:core/v1:PersistentVolumeClaim',
        'kubernetes:core/v1:Secret',
      ].map((type) => options[type]),
      [protect, protect, false],
    );
  }
});
