import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import execa from 'execa';
import { crdManifests } from '../../constructs/crds';
import { holderOf } from '../../local/ports';
import { until } from '../../local/until';
import { type BundledObject, bundleKey } from '../../stacks/bundle-state';
import { BundleInCluster, FIELD_MANAGER } from '../../stacks/provider/bundle-in-cluster';
import { Cluster } from './cluster';
import { processesOf } from './processes';
import { Project } from './project';

interface Condition {
  readonly type: string;
  readonly status: string;
}

const COMPONENTS = ['etcd', 'kube-apiserver', 'kube-controller-manager', 'kube-scheduler', 'kwok'];

const gpuPod = (name: string, tolerations: object[] = [{ key: 'nvidia.com/gpu', operator: 'Exists' }]) => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, namespace: 'default' },
  spec: {
    tolerations,
    containers: [{ name: 'c', image: 'none', resources: { limits: { 'nvidia.com/gpu': '4' } } }],
  },
});

describe('the control plane', () => {
  const project = new Project();
  let cluster: Cluster;

  before(async () => {
    const { code, text } = await project.up('--control-plane-only');
    assert.equal(code, 0, text);
    cluster = new Cluster(project.state);
  });
  after(() => project.close());

  test('has a GPU node with four H100 behind a taint, and system nodes, all ready', async () => {
    // The controller manager takes the taint of a node that is not ready away a moment after it is.
    const isTaintedYet = ({ spec }: { spec: { taints?: readonly { key: string }[] } }) =>
      spec.taints?.some(({ key }) => key === 'node.kubernetes.io/not-ready') ?? false;
    const settled = async () =>
      (await cluster.list('/api/v1/nodes')).every((node) => isReady(node) && !isTaintedYet(node));
    await until(settled, 30);
    const nodes = await cluster.list('/api/v1/nodes');
    assert.deepEqual(nodes.map(({ metadata }) => metadata.name).sort(), [
      'gpu-h100-0',
      'system-0',
      'system-1',
    ]);
    const gpu = nodes.find(({ metadata }) => metadata.name === 'gpu-h100-0');
    assert.equal(gpu?.status.allocatable['nvidia.com/gpu'], '4');
    assert.equal(gpu?.metadata.labels['nvidia.com/gpu.product'], 'NVIDIA-H100-80GB-HBM3');
    assert.deepEqual(gpu?.spec.taints, [{ key: 'nvidia.com/gpu', value: 'present', effect: 'NoSchedule' }]);
    assert.ok(nodes.every(isReady));
  });

  test('schedules for real: a second pod with four GPUs stays pending, and so does one without the toleration', async () => {
    const ready = async (name: string) =>
      isReady(await cluster.get(`/api/v1/namespaces/default/pods/${name}`));
    await cluster.create('/api/v1/namespaces/default/pods', gpuPod('first'));
    assert.ok(await until(() => ready('first'), 30), 'the first pod is ready');
    await cluster.create('/api/v1/namespaces/default/pods', gpuPod('second'));
    await cluster.create('/api/v1/namespaces/default/pods', gpuPod('intolerant', []));
    const reason = async (name: string) => {
      const pod = await cluster.get(`/api/v1/namespaces/default/pods/${name}`);
      return pod.status.conditions?.find((c: { type: string }) => c.type === 'PodScheduled')?.message ?? '';
    };
    assert.ok(await until(async () => (await reason('second')) !== '', 30));
    assert.match(await reason('second'), /3 Insufficient nvidia\.com\/gpu/);
    assert.ok(await until(async () => (await reason('intolerant')) !== '', 30));
    assert.match(await reason('intolerant'), /1 node\(s\) had untolerated taint/);
  });

  test('a second up changes nothing', async () => {
    const pids = await Promise.all(COMPONENTS.map((name) => project.pidOf(name)));
    const { code, text } = await project.up('--control-plane-only');
    assert.equal(code, 0, text);
    assert.deepEqual(await Promise.all(COMPONENTS.map((name) => project.pidOf(name))), pids);
  });

  for (const name of COMPONENTS) {
    test(`status names a killed ${name}, and the next up heals it without loss`, async () => {
      const survivor = {
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { name: `before-${name}`, namespace: 'default' },
      };
      await cluster.create('/api/v1/namespaces/default/configmaps', survivor);
      const pid = await project.pidOf(name);
      await project.kill(name);
      const status = await project.cli(['local', 'status']);
      assert.equal(status.code, 1);
      assert.match(status.text, new RegExp(`✗ ${name} is dead`));
      const healed = await project.up('--control-plane-only');
      assert.equal(healed.code, 0, healed.text);
      assert.notEqual(await project.pidOf(name), pid);
      const kept = await cluster.get(`/api/v1/namespaces/default/configmaps/before-${name}`);
      assert.equal(kept.metadata.name, `before-${name}`);
    });
  }

  describe('objects that are applied as one', () => {
    const definitions = () => crdManifests(['gateway.networking.k8s.io']) as unknown as BundledObject[];
    const [first] = definitions();
    const name = first?.metadata.name ?? '';
    const path = `/apis/apiextensions.k8s.io/v1/customresourcedefinitions/${name}`;
    const bundle = () =>
      new BundleInCluster({ kubeconfig: readFileSync(join(project.state, 'kubeconfig'), 'utf8') });
    const driftOf = async (objects: readonly BundledObject[]) => {
      const { missing, changed } = await bundle().drift(objects);
      return { missing: missing.map(bundleKey), changed: changed.map(bundleKey) };
    };

    test('are there when that is over, with every word of their schemas, and served', async () => {
      assert.deepEqual(await bundle().apply(definitions()), {});
      for (const { metadata, spec } of crdManifests(['gateway.networking.k8s.io'])) {
        const live = await cluster.get(path.replace(name, metadata.name));
        assert.ok(
          live.status.conditions.some(
            ({ type, status }: Condition) => type === 'Established' && status === 'True',
          ),
        );
        const schema = ({ schema }: { schema: object }) => JSON.stringify(schema).length;
        assert.deepEqual(live.spec.versions.map(schema), spec.versions.map(schema), metadata.name);
      }
      assert.deepEqual(await driftOf(definitions()), { missing: [], changed: [] });
    });

    test('one that somebody changed and one that somebody deleted are found and put back', async () => {
      const [, second] = definitions();
      assert.ok(first && second);
      await cluster.patch(first, [{ op: 'add', path: '/spec/names/shortNames', value: ['theirs'] }]);
      await cluster.delete(second);
      assert.ok(await until(async () => (await driftOf([second])).missing.length === 1, 10));
      const { changed } = await driftOf(definitions());
      assert.deepEqual(changed, [bundleKey(first)]);
    });

    test('what another program applied with other values is not taken from it', async () => {
      assert.ok(first);
      const failed = await bundle().apply(definitions());
      assert.deepEqual(Object.keys(failed), [bundleKey(first)]);
      assert.match(failed[bundleKey(first)] ?? '', /conflict/);
    });

    test('those that a version before made as resources of their own are known, and change hands [bundles-change-hands]', async () => {
      const policy = {
        apiVersion: 'admissionregistration.k8s.io/v1',
        kind: 'ValidatingAdmissionPolicy',
        metadata: { name: 'from-before' },
        spec: {
          matchConstraints: {
            resourceRules: [
              { apiGroups: ['x.io'], apiVersions: ['v1'], resources: ['ys'], operations: ['CREATE'] },
            ],
          },
          validations: [{ expression: 'true' }],
        },
      } as const;
      await cluster.apply(policy, 'pulumi-kubernetes-1234abcd');
      assert.deepEqual(await bundle().others([...definitions(), policy]), [bundleKey(policy)]);
      const env = { ...process.env, KUBECONFIG: join(project.state, 'kubeconfig') };
      const [kubectl, script] = [
        join(project.state, 'pulumi', 'bin', 'kubectl'),
        resolve('scripts/from-0.1.mjs'),
      ];
      // The line of docs/operations.md, with the programs at their places.
      const line = `"${kubectl}" get crd,validatingadmissionpolicy -o json --show-managed-fields | node "${script}" owners | "${kubectl}" replace -f -`;
      const exported = await project.cli(['local', 'env']);
      assert.equal(exported.code, 0, exported.text);
      const { stdout } = await execa('sh', ['-ec', line], { env, timeout: 60_000 });
      assert.match(stdout, /from-before replaced/);
      assert.deepEqual(await bundle().others([policy]), []);
      assert.deepEqual(await bundle().apply([policy]), {});
      const { metadata } = await cluster.read(policy);
      const managers = metadata.managedFields.map(({ manager }: { manager: string }) => manager);
      assert.ok(managers.includes(FIELD_MANAGER), managers.join());
      assert.deepEqual(await bundle().remove([policy]), {});
    });

    test('are gone when that is over', async () => {
      assert.deepEqual(await bundle().remove(definitions()), {});
      await assert.rejects(cluster.get(path), / 404 /);
      assert.deepEqual(await bundle().remove(definitions()), {});
    });
  });

  test('kubectl of the tools is on the path that vcf-ai local env gives, and as old as the server', async () => {
    const { text } = await project.cli(['local', 'env']);
    const { stdout } = await execa('sh', ['-ec', `${text}\ncommand -v kubectl; kubectl version -o json`], {
      timeout: 60_000,
    });
    const [file, ...json] = stdout.split('\n');
    assert.equal(file, join(project.state, 'pulumi', 'bin', 'kubectl'));
    const { clientVersion, serverVersion } = JSON.parse(json.join('\n'));
    assert.equal(clientVersion.gitVersion, serverVersion.gitVersion);
  });

  test('two of them run side by side', async () => {
    const other = new Project();
    try {
      const { code, text } = await other.up('--control-plane-only');
      assert.equal(code, 0, text);
      const servers = [project, other].map(async (p) =>
        (await p.status()).components.map(({ address }) => address),
      );
      const [mine = [], theirs = []] = await Promise.all(servers);
      assert.deepEqual(
        mine.filter((address) => theirs.includes(address)),
        [],
      );
      assert.equal((await other.cli(['local', 'status'])).code, 0);
      assert.equal((await project.cli(['local', 'status'])).code, 0);
    } finally {
      await other.close();
    }
  });

  test('the death of the datacenter itself leaves no process; the next up has everything again', async () => {
    const { pid } = await project.status();
    process.kill(pid, 'SIGKILL');
    assert.ok(
      await until(async () => processesOf(project.state).length === 0, 10),
      processesOf(project.state).join('\n'),
    );
    const status = await project.cli(['local', 'status']);
    assert.equal(status.code, 2);
    assert.match(status.text, /no datacenter runs in/);
    const { code, text } = await project.up('--control-plane-only');
    assert.equal(code, 0, text);
    assert.equal((await cluster.get('/api/v1/namespaces/default/configmaps/before-etcd')).kind, 'ConfigMap');
  });

  test('down leaves no process and no port', async () => {
    const ports = (await project.status()).components.map(({ address }) =>
      Number(address?.split(':').at(-1)),
    );
    assert.equal(ports.length, COMPONENTS.length);
    const { code, text } = await project.cli(['local', 'down']);
    assert.equal(code, 0, text);
    assert.deepEqual(processesOf(project.state), []);
    assert.deepEqual(
      ports.map(holderOf),
      ports.map(() => undefined),
    );
  });
});

test('a datacenter ends with the process that it was told to follow', async () => {
  const project = new Project();
  const parent = spawn('sleep', ['600'], { stdio: 'ignore' });
  try {
    const { code, text } = await project.cli([
      ...['local', 'up', '--control-plane-only', '--with-process', String(parent.pid)],
    ]);
    assert.equal(code, 0, text);
    await sleep(1500);
    assert.equal((await project.cli(['local', 'status'])).code, 0);
    parent.kill('SIGKILL');
    assert.ok(
      await until(async () => processesOf(project.state).length === 0, 30),
      processesOf(project.state).join('\n'),
    );
  } finally {
    parent.kill('SIGKILL');
    await project.close();
  }
});

// biome-ignore lint/suspicious/noExplicitAny: an object as the API server returns it
function isReady({ status }: any): boolean {
  return status?.conditions?.some(
    (c: { type: string; status: string }) => c.type === 'Ready' && c.status === 'True',
  );
}
