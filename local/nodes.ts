import type { Manifest } from './kube';

/** What one worker node of the embedded datacenter offers. */
interface NodePool {
  readonly name: string;
  readonly cpu: string;
  readonly memory: string;
  readonly gpus: number;
}

/** GPU nodes as VKS nodes with a 4x H100 VM class are, and two system nodes. */
const pools = (gpuNodes: number): readonly NodePool[] => [
  ...Array.from({ length: gpuNodes }, (_, index) => ({
    name: `gpu-h100-${index}`,
    cpu: '64',
    memory: '512Gi',
    gpus: 4,
  })),
  { name: 'system-0', cpu: '16', memory: '64Gi', gpus: 0 },
  { name: 'system-1', cpu: '16', memory: '64Gi', gpus: 0 },
];

/** Labels that NVIDIA's GPU feature discovery sets on a node with four H100 SXM cards. */
const gpuLabels = {
  'node-role.kubernetes.io/gpu': '',
  'nvidia.com/gpu.present': 'true',
  'nvidia.com/gpu.product': 'NVIDIA-H100-80GB-HBM3',
  'nvidia.com/gpu.count': '4',
  'nvidia.com/gpu.memory': '81559',
  'nvidia.com/mig.capable': 'true',
  'nvidia.com/mig.strategy': 'none',
  'nvidia.com/gpu.deploy.dcgm-exporter': 'true',
};

/** Node objects for kwok, which plays their kubelets. */
export const nodes = (gpuNodes: number): readonly Manifest[] => pools(gpuNodes).map(node);

function node({ name, cpu, memory, gpus }: NodePool): Manifest {
  const resources = {
    cpu,
    memory,
    pods: '110',
    'ephemeral-storage': '500Gi',
    ...(gpus > 0 && { 'nvidia.com/gpu': String(gpus) }),
  };
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: {
      name,
      annotations: { 'kwok.x-k8s.io/node': 'fake' },
      labels: {
        'kubernetes.io/hostname': name,
        'kubernetes.io/os': 'linux',
        'kubernetes.io/arch': 'amd64',
        'topology.kubernetes.io/zone': 'zone-a',
        ...(gpus > 0 ? gpuLabels : { 'node-role.kubernetes.io/system': '' }),
      },
    },
    spec: gpus > 0 ? { taints: [{ key: 'nvidia.com/gpu', value: 'present', effect: 'NoSchedule' }] } : {},
    status: { capacity: resources, allocatable: resources },
  };
}
