import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Cpu, Memory, parsePlatform, type VksCluster } from '../../config';
import type { Draft } from './papers-document';
import { vksDocument } from './vks-document';

function clusterOf(edit?: (vks: Draft, document: Draft) => void): VksCluster {
  const { cluster } = parsePlatform(vksDocument(edit));
  assert.equal(cluster.kind, 'vks');
  return cluster as VksCluster;
}

test('a VKS cluster says what is made with every default filled in', () => {
  const cluster = clusterOf();
  assert.equal(cluster.kubernetesVersion, '1.34');
  assert.equal(cluster.release, 'v1.34.2+vmware.2');
  assert.equal(cluster.clusterClass, 'builtin-generic-v3.7.0');
  assert.deepEqual(cluster.network, {
    pods: '172.20.0.0/16',
    services: '10.96.0.0/16',
    reserved: [],
    domain: 'cluster.local',
  });
  assert.deepEqual(cluster.supervisor, {
    id: 'f0a1b2c3',
    access: { kind: 'context', context: 'supervisor-prod' },
  });
  assert.equal(cluster.vcenter?.passwordSecret, 'vcenter-password');
  assert.deepEqual(cluster.storage, { nodes: 'vsan-gold', volumes: ['vsan-gold'], default: 'vsan-gold' });
});

test('a VM class of vSphere is known by its name', () => {
  assert.deepEqual(clusterOf().controlPlane.vmClass, {
    name: 'guaranteed-large',
    cpus: Cpu.cores(4),
    memory: Memory.gibibytes(16),
    cpuReservation: 100,
    memoryReservation: 100,
    gpus: 0,
    create: false,
  });
});

test('the GPU class is one NVLink group with all of its memory reserved', () => {
  const { gpu } = clusterOf().pools;
  assert.deepEqual(gpu?.vmClass, {
    name: 'gpu-4x-h100',
    cpus: Cpu.cores(48),
    memory: Memory.gibibytes(768),
    memoryReservation: 100,
    gpus: 4,
    create: true,
  });
  assert.deepEqual(gpu?.device, {
    profile: 'nvidia_h100xm-80c',
    devices: 4,
    deviceGroup: 'Nvidia:4@nvidia_h100xm-80c%NVLink',
    mmio: Memory.gibibytes(512),
    unifiedMemory: true,
  });
});

test('one device is in no group', () => {
  const { gpu } = clusterOf((vks, document) => {
    vks.pools.gpu.gpuClass.devices = 1;
    document.models['gpt-oss-120b'].vllm = { tensorParallelSize: 1, maxModelLen: 8192 };
  }).pools;
  assert.equal(gpu?.device?.deviceGroup, undefined);
});

test('GPUs without NVLink are given one by one', () => {
  const { gpu } = clusterOf((vks, document) => {
    vks.pools.gpu.gpuClass.profile = 'nvidia_l40s-48c';
    document.models['gpt-oss-120b'].vllm.gpu = 'l40s-48gb';
  }).pools;
  assert.equal(gpu?.device?.deviceGroup, undefined);
});

test('a release is written as the API stores it, in either of its forms', () => {
  const { release } = clusterOf((vks) => {
    vks.kubernetesVersion = 'v1.34.2---vmware.2-vkr.3';
  });
  assert.equal(release, 'v1.34.2+vmware.2-vkr.3');
});

test('a stack owns every layer, and cluster where the platform makes it', () => {
  assert.equal(parsePlatform(vksDocument()).layers[0], 'cluster');
  const existing = vksDocument((_, document) => {
    document.cluster = { existing: { context: 'prod' } };
  });
  assert.deepEqual(parsePlatform(existing).layers, [
    'crds',
    'controllers',
    'serving',
    'observability',
    'gateway',
  ]);
});

test('a stack may own some layers, whatever order they are written in [layers-owned]', () => {
  const { layers, clusterStack } = parsePlatform(
    vksDocument((_, document) => {
      document.layers = ['gateway', 'serving'];
      document.clusterStack = 'prod-cluster';
    }),
  );
  assert.deepEqual(layers, ['serving', 'gateway']);
  assert.equal(clusterStack, 'prod-cluster');
});
