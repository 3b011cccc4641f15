import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { waitForDataPlane } from '../../cli/start';
import { type Exported, Supervised } from './supervised';

const LAYERS = ['crds', 'controllers', 'serving', 'observability', 'gateway'];

const BUNDLE = 'vcf-ai:index:Bundle';

/** Of every object: its type with those of its parents, its name, and what was asked for. */
function objectsOf(resources: readonly Exported[]): [identity: string, inputs: unknown][] {
  return resources
    .filter(({ type }) => type.startsWith('kubernetes:') || type.endsWith(':Manifests') || type === BUNDLE)
    .flatMap(({ urn, type, inputs = {} }): [string, unknown][] => {
      // The name of the stack is no part of it.
      const identity = urn.split('::').slice(2).join('::');
      if (type === BUNDLE)
        return Object.entries(inputs.hashes).map(([key, hash]) => [`${identity} ${key}`, hash]);
      // Who applies the object is chosen by chance.
      const { __fieldManager: _, ...asked } = inputs;
      return [[identity, asked]];
    })
    .sort(([a], [b]) => a.localeCompare(b));
}

describe('from an empty Supervisor to an answering gateway', () => {
  const project = new Supervised();
  let whole: Exported[] = [];

  before(() => project.boot());
  after(() => project.close());

  test('status names the Supervisor and its stand-in, and without a Cluster there is no node', async () => {
    const { components, supervisor: told } = await project.status();
    const names = components.map(({ name }) => name);
    for (const name of ['supervisor-etcd', 'supervisor-kube-apiserver', 'stand-in:cluster-api']) {
      assert.ok(names.includes(name), name);
    }
    assert.equal(told?.namespace, 'ai-platform');
    assert.deepEqual(await project.nodes(), []);
  });

  test('one update makes the cluster and all that runs in it, and the functional suite passes', async () => {
    const text = await project.update();
    assert.match(
      text,
      /\+ {2}kubernetes:cluster\.x-k8s\.io\/v1beta2:Cluster cluster\/ai-platform\/ai-local created/,
    );
    whole = await project.resources();
    await waitForDataPlane(project.state);
    const suite = await project.cli(['validate', '--stack', 'supervisor']);
    assert.equal(suite.code, 0, suite.text);
  });

  test('nodes are those of the pools: labels, taints, GPUs and the release', async () => {
    const [gpu, ...others] = await project.nodesOf('gpu');
    assert.deepEqual(others, []);
    assert.equal(gpu.status.allocatable['nvidia.com/gpu'], '4');
    assert.ok(gpu.spec.taints.some(({ key }: { key: string }) => key === 'nvidia.com/gpu'));
    assert.equal(gpu.status.nodeInfo.kubeletVersion, 'v1.34.2+vmware.2');
    assert.equal((await project.nodesOf('system')).length, 2);
  });

  test('the stand-in says that it is one, and what it did', async () => {
    const url = (await project.status()).supervisor?.standIn;
    const response = await fetch(`${url}/deeds`);
    assert.equal(response.headers.get('x-stand-in'), 'cluster-api');
    const { deeds } = (await response.json()) as { deeds: { what: string; text: string }[] };
    const told = deeds.map(({ text }) => text);
    const order = ['InfrastructureReady=True', 'ControlPlaneInitialized=True', 'Available=True'];
    const places = order.map((text) => told.indexOf(text));
    assert.ok(
      places.every((place) => place >= 0),
      told.join('\n'),
    );
    assert.deepEqual(
      [...places].sort((a, b) => a - b),
      places,
    );
  });

  test('a second update changes nothing', async () => {
    await project.unchanged();
  });

  test('neither the state nor an output has a kubeconfig in clear', async () => {
    const { data } = await project.supervisor.get(
      '/api/v1/namespaces/ai-platform/secrets/ai-local-kubeconfig',
    );
    const kubeconfig = Buffer.from(data.value, 'base64').toString();
    const token = /token: (\S+)/.exec(kubeconfig)?.[1] ?? '';
    assert.ok(token.length > 20);
    for (const args of [
      ['stack', 'export'],
      ['stack', 'output'],
      ['stack', 'output', '--json'],
    ]) {
      const text = await project.succeeds(args);
      assert.ok(!text.includes(token) && !text.includes(data.value), args.join(' '));
    }
    assert.match(await project.succeeds(['stack', 'output']), /kubeconfig\s+\[secret\]/);
  });

  test('refuses a second stack with layers that the first has', async () => {
    await project.addStack('rest', (platform) => {
      platform.layers = ['observability', 'gateway'];
      platform.clusterStack = 'supervisor';
    });
    const text = await project.refusesUpdate({ stack: 'rest' });
    assert.match(text, /layers: stack \S+\/supervisor has observability, gateway too/);
    assert.doesNotMatch(text, /kubernetes:\S+ \S+ created/);
  });

  test('destroy goes from the gateway to the cluster, and leaves nothing', async () => {
    const text = await project.destroy();
    const last = (pattern: RegExp) => text.split('\n').findLastIndex((line) => pattern.test(line));
    const order = [
      last(/:Gateway \S+ deleted/),
      last(/:PodMonitor \S+ deleted/),
      last(/:Deployment \S+ deleted/),
      last(/vcf-ai:index:Bundle crds\/definitions deleted/),
      last(/:Cluster \S+ deleted/),
    ];
    assert.ok(!order.includes(-1), text);
    assert.deepEqual(
      [...order].sort((a, b) => a - b),
      order,
    );
    await project.isEmpty('supervisor');
  });

  test('a stack with the cluster and one with the rest are together what one stack was', async () => {
    await project.addStack('base', (platform) => {
      platform.layers = ['cluster'];
    });
    project.edit(
      (platform) => {
        platform.layers = LAYERS;
        platform.clusterStack = 'base';
      },
      { stack: 'rest' },
    );
    assert.match(
      await project.refusesUpdate({ stack: 'rest' }),
      /clusterStack: stack \S+\/base has no cluster/,
    );
    await project.update({ stack: 'base' });
    await project.update({ stack: 'rest' });
    await project.answers();
    await project.unchanged({ stack: 'base' });
    await project.unchanged({ stack: 'rest' });
    const [base, rest] = [
      await project.resources({ stack: 'base' }),
      await project.resources({ stack: 'rest' }),
    ];
    assert.ok(objectsOf(rest).length > 100, `${objectsOf(rest).length} objects`);
    assert.deepEqual(objectsOf([...base, ...rest]), objectsOf(whole));
  });

  test('the two go in the other order, and leave nothing', async () => {
    await project.destroy({ stack: 'rest' });
    await project.destroy({ stack: 'base' });
    await project.isEmpty('base', 'rest');
  });
});
