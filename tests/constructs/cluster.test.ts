import assert from 'node:assert/strict';
import { test } from 'node:test';
import { App } from 'cdk8s';
import { type LayerName, parsePlatform } from '../../config';
import { clusterVariables, LAYERS, type Manifest, platformCharts } from '../../constructs';
import type { Draft } from '../config/papers-document';
import { vksDocument } from '../config/vks-document';
import { assertGolden, charts, field, manifests, only } from './support';

const CA = '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n';

function clusterOf(edit?: (vks: Draft, document: Draft) => void): Manifest[] {
  return manifests(charts(vksDocument(edit)).cluster);
}

// biome-ignore lint/suspicious/noExplicitAny: one of many shapes
function poolOf(objects: readonly Manifest[], name: string): any {
  const pools = field(only(objects, 'Cluster'), 'spec.topology.workers.machineDeployments') as Draft[];
  return pools.find((pool) => pool.name === name);
}

/** A pool's variables by name. */
function overrides(pool: Draft): Draft {
  return Object.fromEntries(pool.variables.overrides.map(({ name, value }: Draft) => [name, value]));
}

test('a VKS cluster is one object of the Supervisor [cluster-shape]', () => {
  assertGolden(
    'vks-cluster',
    clusterOf((vks) => {
      vks.trustedCas = { 'corporate-root': CA };
    }),
  );
});

test('a cluster that is there takes nothing from the Supervisor', () => {
  assert.deepEqual(manifests(charts().cluster), []);
});

test('the layers are created in the order of their names, the cluster first', () => {
  assert.deepEqual<readonly LayerName[]>(LAYERS, [
    'cluster',
    'crds',
    'controllers',
    'serving',
    'observability',
    'gateway',
  ]);
});

test('trusted authorities are base64 twice in the Secret, and once in what is written', () => {
  const secret = only(
    clusterOf((vks) => {
      vks.trustedCas = { 'corporate-root': CA };
    }),
    'Secret',
  );
  const written = (secret.stringData as Record<string, string>)['corporate-root'] ?? '';
  assert.equal(Buffer.from(written, 'base64').toString(), CA);
});

test('nodes of a GPU pool leave before others come, and a spare set of GPUs turns it round', () => {
  const update = 'rollout.strategy.rollingUpdate';
  const scarce = poolOf(clusterOf(), 'gpu');
  assert.deepEqual(field(scarce, update), { maxSurge: 0, maxUnavailable: 1 });
  const spare = clusterOf((vks) => Object.assign(vks.pools.gpu, { maxSurge: 1, hostGroups: 2 }));
  assert.deepEqual(field(poolOf(spare, 'gpu'), update), { maxSurge: 1, maxUnavailable: 0 });
});

test('a GPU pool that may be empty says what a node of it would have', () => {
  const pool = poolOf(
    clusterOf((vks) => Object.assign(vks.pools.gpu, { min: 1, max: 3 })),
    'gpu',
  );
  assert.equal(pool.replicas, undefined);
  const { 'run.tanzu.vmware.com/resolve-os-image': image, ...annotations } = pool.metadata.annotations;
  assert.equal(image, 'os-name=ubuntu,os-version=24.04');
  assert.deepEqual(annotations, {
    'cluster.x-k8s.io/cluster-api-autoscaler-node-group-min-size': '1',
    'cluster.x-k8s.io/cluster-api-autoscaler-node-group-max-size': '3',
    'capacity.cluster-autoscaler.kubernetes.io/cpu': '48',
    'capacity.cluster-autoscaler.kubernetes.io/memory': '768Gi',
    'capacity.cluster-autoscaler.kubernetes.io/labels': 'vcf-ai-platform/pool=gpu',
    'capacity.cluster-autoscaler.kubernetes.io/taints': 'nvidia.com/gpu=present:NoSchedule',
    'capacity.cluster-autoscaler.kubernetes.io/gpu-type': 'nvidia.com/gpu',
    'capacity.cluster-autoscaler.kubernetes.io/gpu-count': '4',
  });
});

test('a pool of a fixed size is none of the autoscaler', () => {
  const { replicas, metadata } = poolOf(clusterOf(), 'gpu');
  assert.equal(replicas, 1);
  assert.deepEqual(Object.keys(metadata.annotations), ['run.tanzu.vmware.com/resolve-os-image']);
});

test('GPU nodes keep images and pods on disks of their own', () => {
  const { volumes, vmClass } = overrides(poolOf(clusterOf(), 'gpu'));
  assert.equal(vmClass, 'gpu-4x-h100');
  assert.deepEqual(volumes, [
    { name: 'containerd', mountPath: '/var/lib/containerd', storageClass: 'vsan-gold', capacity: '200Gi' },
    { name: 'kubelet', mountPath: '/var/lib/kubelet', storageClass: 'vsan-gold', capacity: '200Gi' },
  ]);
});

test('model servers run on GPU nodes and Envoys on gateway nodes, whatever else there is', () => {
  const { serving, gateway } = charts(vksDocument());
  const server = only(manifests(serving), 'Deployment');
  assert.deepEqual(field(server, 'spec.template.spec.nodeSelector'), { 'vcf-ai-platform/pool': 'gpu' });
  const pod = field(only(manifests(gateway), 'EnvoyProxy'), 'spec.provider.kubernetes.envoyDeployment.pod');
  assert.deepEqual((pod as Draft).nodeSelector, { 'vcf-ai-platform/pool': 'gateway' });
  assert.deepEqual((pod as Draft).tolerations, [
    { key: 'vcf-ai-platform/pool', value: 'gateway', effect: 'NoSchedule', operator: 'Equal' },
  ]);
});

test("the platform's own cluster has no Cluster API", () => {
  const { crds } = charts(vksDocument());
  const groups = manifests(crds).map(({ spec }) => (spec as { group: string }).group);
  assert.ok(groups.includes('gateway.envoyproxy.io'));
  assert.ok(!groups.includes('cluster.x-k8s.io'));
});

test('the GPU operator has a namespace that lets drivers in, with the licence and the way to the registry', () => {
  const document = vksDocument((vks) => {
    vks.gpuOperator = {
      vgpu: { repository: 'registry.example.com/nvidia', version: '580.95.05', pullSecret: 'vgpu-registry' },
    };
  });
  const secrets = { 'gemini-api-key': 'k', 'vgpu-license-token': 'the token', 'vgpu-registry': '{}' };
  const { controllers } = platformCharts(new App(), parsePlatform(document), { secrets });
  const objects = manifests(controllers).filter(
    ({ metadata }) => (metadata.namespace ?? metadata.name) === 'gpu-operator',
  );
  assert.deepEqual(
    objects.map(({ kind, metadata }) => `${kind} ${metadata.name}`),
    ['Namespace gpu-operator', 'ConfigMap dcgm-counters', 'Secret vgpu-license', 'Secret vgpu-registry'],
  );
  assert.equal(objects[0]?.metadata.labels?.['pod-security.kubernetes.io/enforce'], 'privileged');
  assert.deepEqual(objects[2]?.stringData, {
    'gridd.conf': 'FeatureType=4\n',
    'client_configuration_token.tok': 'the token',
  });
  assert.equal(objects[3]?.type, 'kubernetes.io/dockerconfigjson');
});

test('a variable that is not set is left out', () => {
  assert.deepEqual(clusterVariables({ vmClass: 'guaranteed-large' }), [
    { name: 'vmClass', value: 'guaranteed-large' },
  ]);
});

test('the same document gives the same cluster', () => {
  assert.deepEqual(clusterOf(), clusterOf());
  assert.equal(parsePlatform(vksDocument()).cluster.kind, 'vks');
});
