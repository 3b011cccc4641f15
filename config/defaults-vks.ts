import type { GpuClassDocument, PlatformDocument, Sound, VksDocument } from './document';
import { linkedOf } from './models/gpus';

type Draft = Sound<VksDocument>;

/** Fills the defaults of a VKS cluster that depend on another field. */
export function vksWithDefaults(vks: Draft): Draft {
  const { storage, vmClasses, pools } = vks;
  return {
    ...vks,
    storage: storage && {
      ...(storage.default !== undefined && { volumes: [storage.default] }),
      ...storage,
    },
    vmClasses:
      vmClasses &&
      Object.fromEntries(
        Object.entries(vmClasses).map(([name, one]) => [
          name,
          one && { create: vks.vcenter !== undefined && (one.gpus ?? 0) === 0, ...one },
        ]),
      ),
    pools: pools && {
      ...pools,
      ...(pools.gpu && {
        gpu: {
          ...pools.gpu,
          ...(pools.gpu.gpuClass && { gpuClass: gpuClassWithDefaults(pools.gpu.gpuClass) }),
        },
      }),
    },
  };
}

function gpuClassWithDefaults(gpuClass: Sound<GpuClassDocument>): Sound<GpuClassDocument> {
  const { profile, devices } = gpuClass;
  return {
    // The host names a group by its size and profile; a single device is in none, nor is one without NVLink.
    ...(profile !== undefined &&
      devices !== undefined &&
      devices > 1 &&
      devices <= linkedOf(profile) && { deviceGroup: `Nvidia:${devices}@${profile}%NVLink` }),
    // vSphere wants a power of two that holds the GPUs' memory: 4 × 80 GB and 8 × 80 GB.
    ...(devices !== undefined && { mmio: devices > 4 ? '1Ti' : '512Gi' }),
    ...gpuClass,
  };
}

/** Whether the platform makes its cluster. */
export function isVks(cluster: Sound<PlatformDocument>['cluster']): cluster is { readonly vks?: Draft } {
  return cluster !== undefined && 'vks' in cluster;
}
