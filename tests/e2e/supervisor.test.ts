import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { waitForDataPlane } from '../../cli/start';
import { supervised } from './shared-supervisor';

describe('from an empty Supervisor to an answering gateway', () => {
  const project = supervised;

  before(() => project.boot());

  test('status names the Supervisor and its stand-in, and without a Cluster there is no node', async () => {
    const { components, supervisor: told } = await project.status();
    const names = components.map(({ name }) => name);
    for (const name of ['supervisor-etcd', 'supervisor-kube-apiserver', 'stand-in:cluster-api']) {
      assert.ok(names.includes(name), name);
    }
    assert.equal(told?.namespace, 'ai-platform');
    assert.deepEqual(await project.nodes(), []);
  });

  test('one update makes the cluster and all that runs in it, and the functional suite passes [supervisor-one-update]', async () => {
    const text = await project.update();
    assert.match(
      text,
      /\+ {2}kubernetes:cluster\.x-k8s\.io\/v1beta2:Cluster cluster\/ai-platform\/ai-local created/,
    );
    project.whole = await project.resources();
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

  test('refuses a second stack with layers that the first has [layers-owned-twice]', async () => {
    await project.addStack('second', (platform) => {
      platform.layers = ['observability', 'gateway'];
      platform.clusterStack = 'supervisor';
    });
    const text = await project.refusesUpdate({ stack: 'second' });
    assert.match(text, /layers: stack \S+\/supervisor also has observability, gateway/);
    assert.doesNotMatch(text, /kubernetes:\S+ \S+ created/);
  });
});
