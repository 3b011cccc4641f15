import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import * as pulumi from '@pulumi/pulumi';
import { parsePlatform, requiredSecrets } from '../../config';
import { renderPlatform } from '../../constructs';
import { acceptedKubeconfig, clusterLayer } from '../../stacks/cluster';
import { LateValues } from '../../stacks/late';
import type { Draft } from '../config/papers-document';
import { vksDocument } from '../config/vks-document';

interface Registered {
  readonly type: string;
  readonly name: string;
  readonly inputs: Record<string, unknown>;
  readonly id: string | undefined;
}

const KUBECONFIG = 'apiVersion: v1\nkind: Config\n';

let registered: Registered[];
/** Outputs of the stack that the layer is looked for in. */
let others: Record<string, unknown>;

beforeEach(async () => {
  registered = [];
  others = { kubeconfig: KUBECONFIG };
  await pulumi.runtime.setMocks(
    {
      newResource: ({ type, name, inputs, id }) => {
        registered.push({ type, name, inputs, id });
        if (type === 'pulumi:pulumi:StackReference')
          return { id: name, state: { ...inputs, outputs: others } };
        if (type !== 'kubernetes:core/v1:Secret') return { id: id || name, state: inputs };
        return { id: id ?? '', state: { data: { value: Buffer.from(KUBECONFIG).toString('base64') } } };
      },
      call: () => ({}),
    },
    'vcf-ai-platform',
    'prod',
    false,
    'team',
  );
});

function layerOf(edit: (vks: Draft, document: Draft) => void) {
  const platform = parsePlatform(
    vksDocument((vks, document) => {
      delete vks.vcenter;
      vks.supervisor = { context: 'supervisor-prod' };
      vks.namespace = { name: 'ai-prod', manage: false };
      vks.vmClasses = { 'gpu-4x-h100': { cpus: 48, memory: '768Gi', gpus: 4 } };
      vks.pools.gpu = { vmClass: 'gpu-4x-h100' };
      edit(vks, document);
    }),
  );
  const secrets = Object.fromEntries(requiredSecrets(platform).map(({ name }) => [name, 'x']));
  const objects = renderPlatform(platform, { secrets }).filter(({ layer }) => layer === 'cluster');
  const parts = { platform, objects, config: new pulumi.Config(), late: new LateValues() };
  assert.equal(platform.cluster.kind, 'vks');
  return clusterLayer(parts, platform.cluster);
}

const resolved = <T>(output: pulumi.Output<T>) => new Promise<T>((resolve) => output.apply(resolve));
const ofType = (type: string) => registered.filter((one) => one.type === type);

test('the Cluster goes to the Supervisor, and its kubeconfig, a secret, opens the cluster', async () => {
  const { reached, outputs } = layerOf(() => {});
  assert.ok(reached);
  const kubeconfig = outputs.kubeconfig as pulumi.Output<string>;
  assert.equal(await resolved(kubeconfig), KUBECONFIG);
  assert.equal(await pulumi.isSecret(kubeconfig), true);
  await resolved(reached.provider.urn);
  const [supervisor, cluster] = ofType('pulumi:providers:kubernetes');
  assert.deepEqual([supervisor?.name, supervisor?.inputs.context], ['supervisor', 'supervisor-prod']);
  assert.equal(cluster?.name, 'cluster');
  assert.equal(ofType('kubernetes:cluster.x-k8s.io/v1beta2:Cluster').length, 1);
  const [secret] = ofType('kubernetes:core/v1:Secret');
  assert.equal(secret?.id, 'ai-prod/ai-prod-kubeconfig');
});

test('a stack of the cluster alone has no provider for what it does not make', async () => {
  const { reached, outputs } = layerOf((_, document) => {
    document.layers = ['cluster'];
  });
  assert.equal(reached, undefined);
  await resolved(outputs.kubeconfig as pulumi.Output<string>);
  assert.deepEqual(
    ofType('pulumi:providers:kubernetes').map(({ name }) => name),
    ['supervisor'],
  );
});

test('a stack of the rest takes the kubeconfig of the stack that has the cluster [cluster-stack-kubeconfig]', async () => {
  for (const [written, name] of [
    ['prod-cluster', 'team/vcf-ai-platform/prod-cluster'],
    ['clusters/prod', 'team/clusters/prod'],
    ['infra/clusters/prod', 'infra/clusters/prod'],
  ]) {
    registered = [];
    const { reached, outputs } = layerOf((_, document) => {
      document.layers = ['serving', 'observability', 'gateway'];
      document.clusterStack = written;
    });
    assert.deepEqual(outputs, {});
    assert.ok(reached);
    await resolved(reached.provider.urn);
    assert.deepEqual(
      ofType('pulumi:pulumi:StackReference').map(({ inputs }) => inputs.name),
      [name],
    );
    assert.deepEqual(ofType('kubernetes:cluster.x-k8s.io/v1beta2:Cluster'), []);
  }
});

test('refuses a stack that has no cluster yet, and a layer that it has, too', () => {
  const name = 'team/vcf-ai-platform/prod-cluster';
  const layers = ['serving', 'gateway'] as const;
  assert.equal(acceptedKubeconfig(name, { kubeconfig: KUBECONFIG, layers: ['cluster'] }, layers), KUBECONFIG);
  assert.throws(
    () => acceptedKubeconfig(name, {}, layers),
    /clusterStack: stack team\/vcf-ai-platform\/prod-cluster has no cluster yet \(pulumi up --stack prod-cluster\)/,
  );
  assert.throws(
    () =>
      acceptedKubeconfig(name, { kubeconfig: KUBECONFIG, layers: ['cluster', 'crds', 'serving'] }, layers),
    /layers: stack team\/vcf-ai-platform\/prod-cluster also has serving/,
  );
});

test('the kubeconfig of a Supervisor may be a secret of the stack', async () => {
  pulumi.runtime.setAllConfig({ 'vcf-ai-platform:supervisor-kubeconfig': KUBECONFIG });
  const { reached } = layerOf((vks) => {
    vks.supervisor = { kubeconfigSecret: 'supervisor-kubeconfig' };
  });
  assert.ok(reached);
  await resolved(reached.provider.urn);
  const [supervisor] = ofType('pulumi:providers:kubernetes');
  assert.equal(supervisor?.inputs.context, undefined);
  assert.ok(supervisor?.inputs.kubeconfig);
});
