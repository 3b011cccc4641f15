import { Memory } from '../../base/quantity';
import type { GpuClassDocument, GpuPoolDocument, Sound, VksDocument } from '../document';
import type { Path, UnplacedMistake } from '../mistakes';
import { linkedOf, vgpuProfiles } from '../models/gpus';

/** That the nodes of the GPU pool get drivers, and their GPUs NVLink. */
export function checkGpuPool(at: Path, { pools, vmClasses = {} }: Sound<VksDocument>): UnplacedMistake[] {
  const pool = pools?.gpu;
  if (pool === undefined) return [];
  return [
    ...refusePhoton(at, pool),
    ...(pool.gpuClass ? checkGpuClass([...at, 'gpuClass'], pool.gpuClass) : []),
    ...refuseWithout(at, pool, vmClasses),
  ];
}

function refusePhoton(at: Path, { osImage }: Sound<GpuPoolDocument>): UnplacedMistake[] {
  if (osImage !== 'photon-5') return [];
  return [
    {
      at: [...at, 'osImage'],
      value: osImage,
      problem: 'NVIDIA provides no driver for Photon: its driver containers support Ubuntu and Red Hat',
      fix: 'use ubuntu-24.04, or remove it',
    },
  ];
}

/** A class that is there, without GPUs. */
function refuseWithout(
  at: Path,
  { vmClass }: Sound<GpuPoolDocument>,
  vmClasses: NonNullable<Sound<VksDocument>['vmClasses']>,
): UnplacedMistake[] {
  if (vmClass === undefined) return [];
  const document = vmClasses[vmClass];
  if (vmClass in vmClasses && (document === undefined || (document.gpus ?? 0) > 0)) return [];
  return [
    {
      at: [...at, 'vmClass'],
      value: vmClass,
      problem: `${vmClass} has no GPUs as far as is known`,
      fix: `add vmClasses.${vmClass} with gpus, or use gpuClass`,
    },
  ];
}

function checkGpuClass(at: Path, gpuClass: Sound<GpuClassDocument>): UnplacedMistake[] {
  return [...refuseProfile(at, gpuClass), ...refuseGroup(at, gpuClass), ...refuseMmio(at, gpuClass)];
}

/** Only a vGPU with the whole frame buffer has NVLink, and a model is planned for whole GPUs. */
function refuseProfile(at: Path, { profile }: Sound<GpuClassDocument>): UnplacedMistake[] {
  if (profile === undefined) return [];
  const whole = vgpuProfiles();
  if (whole.includes(profile.replace(/^grid_/, 'nvidia_'))) return [];
  return [
    {
      at: [...at, 'profile'],
      value: profile,
      problem: `${profile} is not a known vGPU profile of a whole GPU, and a part of a GPU has no NVLink`,
      fix: `use one of ${whole.join(', ')}`,
    },
  ];
}

function refuseGroup(
  at: Path,
  { profile, devices, deviceGroup }: Sound<GpuClassDocument>,
): UnplacedMistake[] {
  if (profile === undefined || devices === undefined || deviceGroup === undefined) return [];
  const here = [...at, 'deviceGroup'];
  if (devices === 1) {
    return [
      {
        at: here,
        value: deviceGroup,
        problem: 'a device group needs more than one GPU',
        fix: 'remove it, or set devices',
      },
    ];
  }
  const linked = linkedOf(profile);
  if (devices > linked) {
    return [
      {
        at: here,
        value: deviceGroup,
        problem:
          linked === 1
            ? `no host offers a group of ${profile}: these GPUs have no NVLink`
            : `no host offers a group of ${devices} ${profile}: NVLink joins ${linked} of these GPUs`,
        fix: 'remove it: each GPU is then given by itself',
      },
    ];
  }
  const group = `Nvidia:${devices}@${profile}%NVLink`;
  if (deviceGroup === group) return [];
  return [
    {
      at: here,
      value: deviceGroup,
      problem: `${deviceGroup} is not the device group of ${devices} ${profile}`,
      fix: `use ${group}, or remove it`,
    },
  ];
}

function refuseMmio(at: Path, { mmio }: Sound<GpuClassDocument>): UnplacedMistake[] {
  if (mmio === undefined) return [];
  const gib = Memory.parse(mmio).bytes / Memory.gibibytes(1).bytes;
  if (Number.isInteger(Math.log2(gib))) return [];
  const larger = Memory.gibibytes(2 ** Math.ceil(Math.log2(gib)));
  return [
    {
      at: [...at, 'mmio'],
      value: mmio,
      problem: `${mmio} is not a power of two, which the MMIO address space of a VM must be`,
      fix: `use ${larger}`,
    },
  ];
}
