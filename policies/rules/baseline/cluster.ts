import type { Manifest } from '../../../base/manifest';
import { type Kinds, kinds } from '../../../constructs/crds';

type Topology = NonNullable<Kinds['Cluster']['spec']['topology']>;
export type Pool = NonNullable<NonNullable<Topology['workers']>['machineDeployments']>[number];

/** Chooses a node image. */
export const OS_IMAGE = 'run.tanzu.vmware.com/resolve-os-image';

export const SYSTEM_POOL = {
  class: 'node-pool',
  name: 'system',
  replicas: 3,
  variables: { overrides: [{ name: 'vmClass', value: 'guaranteed-large' }] },
} as const satisfies Pool;

export const GPU_POOL = {
  class: 'node-pool',
  name: 'gpu',
  replicas: 1,
  metadata: { annotations: { [OS_IMAGE]: 'os-name=ubuntu,os-version=24.04' } },
  rollout: { strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 0, maxUnavailable: 1 } } },
  variables: {
    overrides: [
      { name: 'vmClass', value: 'gpu-4x-h100' },
      {
        name: 'node',
        value: { taints: [{ key: 'nvidia.com/gpu', value: 'present', effect: 'NoSchedule' }] },
      },
    ],
  },
} as const satisfies Pool;

export const VARIABLES = [
  { name: 'vmClass', value: 'guaranteed-large' },
  { name: 'storageClass', value: 'vsan-gold' },
  {
    name: 'vsphereOptions',
    value: {
      persistentVolumes: { availableStorageClasses: ['vsan-gold'], defaultStorageClass: 'vsan-gold' },
    },
  },
] as const;

const spec: Kinds['Cluster']['spec'] = {
  clusterNetwork: {
    pods: { cidrBlocks: ['172.20.0.0/16'] },
    services: { cidrBlocks: ['10.96.0.0/16'] },
    serviceDomain: 'cluster.local',
  },
  topology: {
    classRef: { name: 'builtin-generic-v3.7.0', namespace: 'vmware-system-vks-public' },
    version: 'v1.34.2+vmware.2',
    controlPlane: { replicas: 3 },
    workers: { machineDeployments: [SYSTEM_POOL, GPU_POOL] },
    variables: [...VARIABLES],
  },
};

/** A VKS cluster with a pool of four GPUs a node, and no GPUs to spare. */
export const CLUSTER: readonly Manifest[] = [
  Object.assign(
    { apiVersion: kinds.Cluster.apiVersion, kind: 'Cluster', metadata: { namespace: 'ai', name: 'vks' } },
    { spec },
  ),
];
