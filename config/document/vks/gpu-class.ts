import type { Static } from '@sinclair/typebox';
import { LABEL_PATTERN } from '../../names';
import { computed, cores, flag, integer, map, memory, optional, text, words } from '../keywords';

/** A VM class with GPUs, made through the vCenter REST API. */
export const gpuClass = map(
  {
    title: 'GPU class',
    description:
      'VM class of the GPU nodes: vGPUs of one profile, linked by NVLink as one device group of the host.',
  },
  {
    name: text({
      title: 'Name',
      description: 'Name of the VM class, unique in the vCenter.',
      pattern: LABEL_PATTERN,
      'x-allowed': 'a DNS label such as gpu-4x-h100',
    }),
    profile: text({
      title: 'vGPU profile',
      description:
        'Name of the vGPU profile on the hosts. Only profiles with the whole frame buffer support NVLink.',
      pattern: '^(nvidia|grid)_[a-z0-9]+(-[0-9a-z]+)+$',
      'x-allowed': 'a vGPU profile such as nvidia_h100xm-80c',
    }),
    devices: words([1, 2, 4, 8], {
      title: 'GPUs',
      description: 'Number of GPUs of one VM.',
      default: 4,
      'x-allowed': '1, 2, 4 or 8 GPUs',
      'x-why': 'the NVSwitch of an HGX board is divided so',
    }),
    deviceGroup: optional(
      text({
        title: 'Device group',
        description:
          'Name of the vendor device group on the hosts. Default: Nvidia:<devices>@<profile>%NVLink; none with one device, or for GPUs without NVLink.',
        pattern: '^Nvidia:[248]@[a-z0-9_]+(-[0-9a-z]+)+%NVLink$',
        'x-allowed': 'a device group such as Nvidia:4@nvidia_h100xm-80c%NVLink',
        'x-why': 'GPUs that are given one by one have no NVLink',
      }),
    ),
    cpus: cores({
      title: 'CPUs',
      description: 'Number of CPUs of one VM. vLLM needs 4 for each GPU, and the node itself some more.',
      minimum: 1,
      maximum: 768,
      'x-allowed': 'a whole number of CPUs, from 1 to 768',
    }),
    memory: memory({
      pattern: '^[1-9][0-9]{0,7}[MGT]i$',
      title: 'Memory',
      description: 'Memory of one VM, a multiple of 4 MB.',
      'x-allowed': 'a whole amount of memory such as 512Gi',
    }),
    memoryReservation: integer({
      title: 'Memory reservation',
      description:
        'Reserved share of the memory, in percent. A VM with GPUs starts only if all of its memory is reserved.',
      minimum: 0,
      maximum: 100,
      default: 100,
      'x-allowed': 'a whole percentage, from 0 to 100',
    }),
    mmio: computed(
      memory({
        pattern: '^[1-9][0-9]{0,7}[GT]i$',
        title: 'Address space of the devices',
        description:
          'Address space of the devices (pciPassthru.64bitMMIOSizeGB). Default: 512Gi with up to four devices, else 1Ti.',
        'x-allowed': 'a power of two such as 512Gi',
      }),
    ),
    unifiedMemory: flag({
      title: 'Unified memory',
      description:
        'Unified memory (pciPassthru<i>.cfg.enable_uvm). NVLink multicast, which all-reduce on H100 uses, requires it.',
      default: true,
    }),
  },
);

export type GpuClassDocument = Static<typeof gpuClass>;
