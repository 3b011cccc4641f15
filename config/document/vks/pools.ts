import type { Static } from '@sinclair/typebox';
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
  description: 'Name of a default VM class of vSphere, or of one of vmClasses.',
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
    integer({
      ...COUNT,
      title: 'Nodes',
      description: 'Number of nodes. Default: as many as the pods of the platform need.',
    }),
  ),
  min: optional(
    integer({
      ...COUNT,
      title: 'Fewest nodes',
      description:
        'Smallest number of nodes for the cluster autoscaler. Use it with max, instead of replicas.',
    }),
  ),
  max: optional(
    integer({
      ...COUNT,
      title: 'Most nodes',
      description:
        'Largest number of nodes for the cluster autoscaler. Use it with min, instead of replicas.',
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
        description: 'Number of CPUs of one VM.',
        minimum: 1,
        maximum: 768,
        'x-allowed': 'a whole number of CPUs, from 1 to 768',
      }),
      memory: memory({ ...VM_MEMORY, title: 'Memory', description: 'Memory of one VM, a multiple of 4 MB.' }),
      cpuReservation: optional(
        integer({
          ...PERCENT,
          title: 'CPU reservation',
          description: 'Reserved share of the CPUs, in percent. Default: none.',
        }),
      ),
      memoryReservation: optional(
        integer({
          ...PERCENT,
          title: 'Memory reservation',
          description: 'Reserved share of the memory, in percent. Default: none, and 100 with GPUs.',
        }),
      ),
      gpus: integer({
        title: 'GPUs',
        description:
          'Number of GPUs of one VM, for an existing class. To have the platform create a class with GPUs, use pools.gpu.gpuClass.',
        minimum: 0,
        maximum: 16,
        default: 0,
        'x-allowed': 'a whole number of GPUs, from 0 to 16',
      }),
      create: computed(
        flag({
          title: 'Create',
          description:
            'Whether the platform creates the class. Default: true for a class without GPUs when vcenter is set.',
        }),
      ),
    },
  ),
  {
    title: 'VM classes',
    description: 'Node sizes in addition to the default VM classes of vSphere, by name.',
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
      description:
        'Number of control plane nodes. With one node, the API is unavailable while the node is replaced.',
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
    description: 'Worker nodes, by purpose.',
    default: {},
  },
  {
    system: map(
      {
        title: 'System pool',
        description:
          'Nodes for controllers, Prometheus, embedding servers on CPUs, and Envoy if there is no gateway pool.',
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
            'Dedicated nodes for Envoy, at most one Envoy on each. Default: none, Envoy runs in the system pool.',
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
            'Nodes for model servers: exactly one of vmClass, an existing class, and gpuClass, a class that the platform creates. Default: none, no model is served on GPUs.',
          oneOf: [{ required: ['vmClass'] }, { required: ['gpuClass'] }],
          'x-allowed': 'a map with vmClass or gpuClass',
          dependencies: BOTH,
        },
        {
          vmClass: optional(
            text({
              ...CLASS_NAME,
              title: 'VM class',
              description: 'Name of one of vmClasses with gpus.',
            }),
          ),
          gpuClass: optional(gpuClass),
          osImage: osImage('ubuntu-24.04'),
          ...sizes,
          hostGroups: optional(
            integer({
              title: 'GPU sets of the hosts',
              description:
                'Number of free device groups of the size of a node that the hosts have for this pool. Default: the largest number of nodes of the pool.',
              minimum: 1,
              'x-allowed': 'a whole number of GPU sets, 1 or more',
            }),
          ),
          maxSurge: words([0, 1], {
            title: 'Surge',
            description:
              'Number of nodes that are added before others are removed when nodes are replaced because of a new version, class, volume or image.',
            default: 0,
            'x-allowed': '0 or 1',
            'x-why': 'each takes a free set of GPUs',
          }),
          imageVolume: memory({
            ...VOLUME,
            title: 'Volume for images',
            description: 'Volume at /var/lib/containerd. An image of vLLM takes 10 to 25 GiB.',
            default: '200Gi',
          }),
          kubeletVolume: memory({
            ...VOLUME,
            title: 'Volume for pods',
            description:
              'Volume at /var/lib/kubelet, for the compiled kernels of vLLM, logs, and weights that every pod downloads.',
            default: '200Gi',
          }),
        },
      ),
    ),
  },
);

/** Size of a node of a class beside those of vSphere. */
export type VmClassDocument = Static<typeof vmClasses>[string];

export type GpuPoolDocument = NonNullable<Static<typeof pools>['gpu']>;
