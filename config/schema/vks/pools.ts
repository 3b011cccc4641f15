import { DEFAULT_VM_CLASS } from '../../models/vm-classes';
import { LABEL_PATTERN } from '../../names';
import { map, type Schema } from '../keywords';
import { gpuClass } from './gpu-class';

export const CLASS_NAME: Schema = {
  type: 'string',
  pattern: LABEL_PATTERN,
  'x-allowed': 'the name of a VM class: a DNS label such as guaranteed-large',
};

const COUNT: Schema = {
  type: 'integer',
  minimum: 1,
  maximum: 250,
  'x-allowed': 'a whole number of nodes, from 1 to 250',
};

const PERCENT: Schema = {
  type: 'integer',
  minimum: 0,
  maximum: 100,
  'x-allowed': 'a whole percentage, from 0 to 100',
};

/** A whole number and a unit; vSphere counts in MB of 2^20 bytes. */
export const VM_MEMORY: Schema = {
  type: 'string',
  format: 'memory',
  pattern: '^[1-9][0-9]{0,7}[MGT]i$',
  'x-allowed': 'a whole amount of memory such as 64Gi',
};

const VOLUME: Schema = {
  type: 'string',
  format: 'memory',
  pattern: '^[1-9][0-9]{0,5}[GT]i$',
  'x-allowed': 'a whole amount of storage such as 200Gi',
};

const vmClass: Schema = {
  ...CLASS_NAME,
  title: 'VM class',
  description: 'One of vSphere, whose size is known, or one of vmClasses.',
  default: DEFAULT_VM_CLASS,
};

const osImage: Schema = {
  title: 'Node image',
  description: 'Operating system of the nodes.',
  type: 'string',
  enum: ['photon-5', 'ubuntu-22.04', 'ubuntu-24.04'],
  default: 'photon-5',
  'x-allowed': 'a node image of VKS',
};

const sizes: Readonly<Record<string, Schema>> = {
  replicas: { ...COUNT, title: 'Nodes', description: 'Default: as many as the pods of the platform take.' },
  min: {
    ...COUNT,
    title: 'Fewest nodes',
    description: 'Of the cluster autoscaler; with max, instead of replicas.',
  },
  max: {
    ...COUNT,
    title: 'Most nodes',
    description: 'Of the cluster autoscaler; with min, instead of replicas.',
  },
};

const BOTH = { min: ['max'], max: ['min'] };

/** VM classes beside those of vSphere. */
export const vmClasses: Schema = {
  title: 'VM classes',
  description: 'Sizes of nodes beside those that vSphere brings, by name.',
  type: 'object',
  default: {},
  propertyNames: { pattern: LABEL_PATTERN },
  'x-allowed': 'a map of VM classes by name',
  additionalProperties: map({
    title: 'VM class',
    description: 'Size of a node.',
    required: ['cpus', 'memory'],
    properties: {
      cpus: {
        title: 'CPUs',
        description: 'Of one VM.',
        type: 'integer',
        minimum: 1,
        maximum: 768,
        'x-allowed': 'a whole number of CPUs, from 1 to 768',
      },
      memory: { ...VM_MEMORY, title: 'Memory', description: 'Of one VM, a multiple of 4 MB.' },
      cpuReservation: { ...PERCENT, title: 'CPU reservation', description: 'Percent. Default: none.' },
      memoryReservation: {
        ...PERCENT,
        title: 'Memory reservation',
        description: 'Percent. Default: none, and 100 with GPUs.',
      },
      gpus: {
        title: 'GPUs',
        description:
          'Of one VM of a class that is there; the platform makes such a class by pools.gpu.gpuClass.',
        type: 'integer',
        minimum: 0,
        maximum: 16,
        default: 0,
        'x-allowed': 'a whole number of GPUs, from 0 to 16',
      },
      create: {
        title: 'Create',
        description: 'Whether the platform makes the class. Default: true without GPUs and with a vcenter.',
        type: 'boolean',
        'x-allowed': 'true or false',
      },
    },
  }),
};

export const controlPlane = map({
  title: 'Control plane',
  description: 'Nodes with the API server and etcd.',
  default: {},
  properties: {
    replicas: {
      title: 'Nodes',
      description: 'With one the API is away while it is replaced.',
      type: 'integer',
      enum: [1, 3, 5],
      default: 3,
      'x-allowed': '1, 3 or 5 nodes',
      'x-why': 'etcd decides by majority',
    },
    vmClass,
    osImage,
  },
});

export const pools = map({
  title: 'Node pools',
  description: 'Nodes that run pods, by what they are for.',
  default: {},
  properties: {
    system: map({
      title: 'System pool',
      description:
        'Controllers, Prometheus, embedding servers on CPUs, and Envoy where there is no gateway pool.',
      default: {},
      properties: { vmClass, osImage, ...sizes },
      dependencies: BOTH,
    }),
    gateway: map({
      title: 'Gateway pool',
      description:
        'Nodes for Envoy alone, one Envoy each at most. Default: none, the system pool carries it.',
      properties: { vmClass, osImage, ...sizes },
      dependencies: BOTH,
    }),
    gpu: map({
      title: 'GPU pool',
      description:
        'Nodes for model servers: exactly one of vmClass, one that is there, and gpuClass, one that the platform makes. Default: none, no model is served on GPUs.',
      oneOf: [{ required: ['vmClass'] }, { required: ['gpuClass'] }],
      'x-allowed': 'a map with vmClass or gpuClass',
      properties: {
        vmClass: { ...CLASS_NAME, title: 'VM class', description: 'One of vmClasses, with gpus.' },
        gpuClass,
        osImage: { ...osImage, default: 'ubuntu-24.04' },
        ...sizes,
        hostGroups: {
          title: 'GPU sets of the hosts',
          description:
            'Sets of as many GPUs as a node has, linked with each other, that the hosts have for this pool. Default: as many as the pool has nodes at most.',
          type: 'integer',
          minimum: 1,
          'x-allowed': 'a whole number of GPU sets, 1 or more',
        },
        maxSurge: {
          title: 'Surge',
          description:
            'Nodes that come before others leave when nodes are replaced: by a new version, class, volume or image.',
          type: 'integer',
          enum: [0, 1],
          default: 0,
          'x-allowed': '0 or 1',
          'x-why': 'each takes a free set of GPUs',
        },
        imageVolume: {
          ...VOLUME,
          title: 'Volume for images',
          description: 'At /var/lib/containerd; an image of vLLM takes 10 to 25 GiB.',
          default: '200Gi',
        },
        kubeletVolume: {
          ...VOLUME,
          title: 'Volume for pods',
          description: "At /var/lib/kubelet: vLLM's kernels, logs, and weights that every pod downloads.",
          default: '200Gi',
        },
      },
      dependencies: BOTH,
    }),
  },
});
