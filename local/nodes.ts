import { EMBEDDED_NODES } from '../config/embedded';
import type { LiveObject } from './kube';

/** What one worker node of the embedded datacenter is. */
export interface NodeShape {
  readonly name: string;
  readonly cpu: string;
  readonly memory: string;
  readonly gpus: number;
  /** Beside those that every node has, and those that NVIDIA's operator gives to a node with GPUs. */
  readonly labels: Readonly<Record<string, string>>;
  readonly taints: readonly object[];
  readonly annotations?: Readonly<Record<string, string>>;
  /** Of its kubelet. Default: that of kwok. */
  readonly version?: string;
}

const SYSTEM = { 'node-role.kubernetes.io/system': '' };
const GPU = { 'node-role.kubernetes.io/gpu': '' };

/** The effect of a node with GPUs on pods that ask for none. */
const FOR_GPUS = { key: 'nvidia.com/gpu', value: 'present', effect: 'NoSchedule' };

/** GPU nodes as VKS nodes with a 4x H100 VM class are, and two system nodes. */
const shapes = (gpuNodes: number): readonly NodeShape[] => [
  ...Array.from({ length: gpuNodes }, (_, index) => ({
    name: `gpu-h100-${index}`,
    cpu: '64',
    memory: '512Gi',
    gpus: 4,
    labels: GPU,
    taints: [FOR_GPUS],
  })),
  ...Array.from({ length: EMBEDDED_NODES.count }, (_, index) => ({
    name: `system-${index}`,
    cpu: EMBEDDED_NODES.cpu,
    memory: EMBEDDED_NODES.memory,
    gpus: 0,
    labels: SYSTEM,
    taints: [],
  })),
];

/** Labels that NVIDIA's GPU feature discovery sets on a node with H100 SXM cards. */
const gpuLabels = (gpus: number) => ({
  'nvidia.com/gpu.present': 'true',
  'nvidia.com/gpu.product': 'NVIDIA-H100-80GB-HBM3',
  'nvidia.com/gpu.count': `${gpus}`,
  'nvidia.com/gpu.memory': '81559',
  'nvidia.com/mig.capable': 'true',
  'nvidia.com/mig.strategy': 'none',
  'nvidia.com/gpu.deploy.dcgm-exporter': 'true',
});

/** Node objects for kwok, which plays their kubelets. */
export const nodes = (gpuNodes = 1): readonly LiveObject[] => shapes(gpuNodes).map(nodeObject);

/** The annotation by which kwok knows its nodes. */
export const FAKE = 'kwok.x-k8s.io/node';

export function nodeObject(shape: NodeShape): LiveObject {
  const { name, cpu, memory, gpus, labels, taints, annotations, version } = shape;
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
      annotations: { [FAKE]: 'fake', ...annotations },
      labels: {
        'kubernetes.io/hostname': name,
        'kubernetes.io/os': 'linux',
        'kubernetes.io/arch': 'amd64',
        'topology.kubernetes.io/zone': 'zone-a',
        ...(gpus > 0 && gpuLabels(gpus)),
        ...labels,
      },
    },
    spec: taints.length > 0 ? { taints } : {},
    status: {
      capacity: resources,
      allocatable: resources,
      ...(version !== undefined && { nodeInfo: { kubeletVersion: version } }),
    },
  };
}
