import type { Static, TObject } from '@sinclair/typebox';
import { DEFAULT_VM_CLASS } from '../../models/vm-classes';
import { LABEL_PATTERN } from '../../names';
import { computed, cores, flag, integer, map, memory, named, optional, text, words } from '../keywords';
import { gpuClass } from './gpu-class';

export const CLASS_NAME = {
  pattern: LABEL_PATTERN,
  'x-allowed': 'the name of a VM class: a DNS label such as guaranteed-large',
} as const;

const COUNT = {
  minimum: 1,
  maximum: 250,
  'x-allowed': 'a whole number of nodes, from 1 to 250',
} as const;

const PERCENT = {
  minimum: 0,
  maximum: 100,
  'x-allowed': 'a whole percentage, from 0 to 100',
} as const;

/** A whole number and a unit; vSphere counts in MB of 2^20 bytes. */
export const VM_MEMORY = {
  pattern: '^[1-9][0-9]{0,7}[MGT]i$',
  'x-allowed': 'a whole amount of memory such as 64Gi',
} as const;

const VOLUME = {
  pattern: '^[1-9][0-9]{0,5}[GT]i$',
  'x-allowed': 'a whole amount of storage such as 200Gi',
} as const;

const vmClass = text({
  ...CLASS_NAME,
  title: 'VM class',
  description: 'One of vSphere, whose size is known, or one of vmClasses.',
  default: DEFAULT_VM_CLASS,
});

function osImage<const Default extends string>(image: Default) {
  return words(['photon-5', 'ubuntu-22.04', 'ubuntu-24.04'], {
    title: 'Node image',
    description: 'Operating system of the nodes.',
    default: image,
    'x-allowed': 'a node image of VKS',
  });
}

const sizes = {
  replicas: optional(
    integer({ ...COUNT, title: 'Nodes', description: 'Default: as many as the pods of the platform take.' }),
  ),
  min: optional(
    integer({
      ...COUNT,
      title: 'Fewest nodes',
      description: 'Of the cluster autoscaler; with max, instead of replicas.',
    }),
  ),
  max: optional(
    integer({
      ...COUNT,
      title: 'Most nodes',
      description: 'Of the cluster autoscaler; with min, instead of replicas.',
    }),
  ),
};

const BOTH = { min: ['max'], max: ['min'] };

/** VM classes beside those of vSphere. */
export const vmClasses = named(
  map(
    {
      title: 'VM class',
      description: 'Size of a node.',
    },
    {
      cpus: cores({
        title: 'CPUs',
        description: 'Of one VM.',
        minimum: 1,
        maximum: 768,
        'x-allowed': 'a whole number of CPUs, from 1 to 768',
      }),
      memory: memory({ ...VM_MEMORY, title: 'Memory', description: 'Of one VM, a multiple of 4 MB.' }),
      cpuReservation: optional(
        integer({
          ...PERCENT,
          title: 'CPU reservation',
          description: 'Percent. Default: none.',
        }),
      ),
      memoryReservation: optional(
        integer({
          ...PERCENT,
          title: 'Memory reservation',
          description: 'Percent. Default: none, and 100 with GPUs.',
        }),
      ),
      gpus: integer({
        title: 'GPUs',
        description:
          'Of one VM of a class that is there; the platform makes such a class by pools.gpu.gpuClass.',
        minimum: 0,
        maximum: 16,
        default: 0,
        'x-allowed': 'a whole number of GPUs, from 0 to 16',
      }),
      create: computed(
        flag({
          title: 'Create',
          description: 'Whether the platform makes the class. Default: true without GPUs and with a vcenter.',
        }),
      ),
    },
  ),
  {
    title: 'VM classes',
    description: 'Sizes of nodes beside those that vSphere brings, by name.',
    default: {},
    'x-allowed': 'a map of VM classes by name',
  },
);

export const controlPlane = map(
  {
    title: 'Control plane',
    description: 'Nodes with the API server and etcd.',
    default: {},
  },
  {
    replicas: words([1, 3, 5], {
      title: 'Nodes',
      description: 'With one the API is away while it is replaced.',
      default: 3,
      'x-allowed': '1, 3 or 5 nodes',
      'x-why': 'etcd decides by majority',
    }),
    vmClass,
    osImage: osImage('photon-5'),
  },
);

export const pools = map(
  {
    title: 'Node pools',
    description: 'Nodes that run pods, by what they are for.',
    default: {},
  },
  {
    system: map(
      {
        title: 'System pool',
        description:
          'Controllers, Prometheus, embedding servers on CPUs, and Envoy where there is no gateway pool.',
        default: {},
        dependencies: BOTH,
      },
      {
        vmClass,
        osImage: osImage('photon-5'),
        ...sizes,
      },
    ),
    gateway: optional(
      map(
        {
          title: 'Gateway pool',
          description:
            'Nodes for Envoy alone, one Envoy each at most. Default: none, the system pool carries it.',
          dependencies: BOTH,
        },
        {
          vmClass,
          osImage: osImage('photon-5'),
          ...sizes,
        },
      ),
    ),
    gpu: optional(
      map(
        {
          title: 'GPU pool',
          description:
            'Nodes for model servers: exactly one of vmClass, one that is there, and gpuClass, one that the platform makes. Default: none, no model is served on GPUs.',
          oneOf: [{ required: ['vmClass'] }, { required: ['gpuClass'] }],
          'x-allowed': 'a map with vmClass or gpuClass',
          dependencies: BOTH,
        },
        {
          vmClass: optional(
            text({
              ...CLASS_NAME,
              title: 'VM class',
              description: 'One of vmClasses, with gpus.',
            }),
          ),
          gpuClass: optional(gpuClass),
          osImage: osImage('ubuntu-24.04'),
          ...sizes,
          hostGroups: optional(
            integer({
              title: 'GPU sets of the hosts',
              description:
                'Sets of as many GPUs as a node has, linked with each other, that the hosts have for this pool. Default: as many as the pool has nodes at most.',
              minimum: 1,
              'x-allowed': 'a whole number of GPU sets, 1 or more',
            }),
          ),
          maxSurge: words([0, 1], {
            title: 'Surge',
            description:
              'Nodes that come before others leave when nodes are replaced: by a new version, class, volume or image.',
            default: 0,
            'x-allowed': '0 or 1',
            'x-why': 'each takes a free set of GPUs',
          }),
          imageVolume: memory({
            ...VOLUME,
            title: 'Volume for images',
            description: 'At /var/lib/containerd; an image of vLLM takes 10 to 25 GiB.',
            default: '200Gi',
          }),
          kubeletVolume: memory({
            ...VOLUME,
            title: 'Volume for pods',
            description: "At /var/lib/kubelet: vLLM's kernels, logs, and weights that every pod downloads.",
            default: '200Gi',
          }),
        },
      ),
    ),
  },
);

/** Size of a node of a class beside those of vSphere. */
export type VmClassDocument = Static<typeof vmClasses>[string];

export type SystemPoolDocument = Static<typeof pools>['system'];

export type GpuPoolDocument = NonNullable<Static<typeof pools>['gpu']>;

/** How many nodes a pool has, as it is written. */
export type PoolSizeDocument = Static<TObject<typeof sizes>>;
