import { Cpu, Memory } from '../../base/quantity';
import { compareKeys } from '../../base/text';
import type { GpuClassDocument, GpuPoolDocument, PoolDocument, VksDocument } from '../document';
import { KNOWN_VM_CLASSES } from '../models/vm-classes';
import type { GpuDevice, GpuOperator, GpuPool, PoolSize, Supervisor, VksCluster, VmClass } from '../platform';

export function buildVks(document: VksDocument): VksCluster {
  const {
    kubernetesVersion: release,
    controlPlane,
    pools,
    vmClasses,
    trustedCas,
    gpuOperator,
    ...rest
  } = document;
  const pool = ({ vmClass, ...settings }: PoolDocument & { vmClass: string }) => ({
    vmClass: classOf(vmClass, document),
    osImage: settings.osImage,
    size: sizeOf(settings),
  });
  return {
    kind: 'vks',
    ...rest,
    kubernetesVersion: minorOf(release),
    release: release.replace('---', '+'),
    supervisor: buildSupervisor(document.supervisor),
    controlPlane: { ...controlPlane, vmClass: classOf(controlPlane.vmClass, document) },
    pools: {
      system: pool(pools.system),
      ...(pools.gateway && { gateway: pool(pools.gateway) }),
      ...(pools.gpu && { gpu: buildGpuPool(pools.gpu, document) }),
    },
    trustedCas: Object.entries(trustedCas)
      .map(([name, certificate]) => ({ name, certificate }))
      .sort((a, b) => compareKeys(a.name, b.name)),
    ...(gpuOperator && { gpuOperator: buildGpuOperator(gpuOperator) }),
  };
}

/** `<major>.<minor>` of a VKS release. */
export function minorOf(release: string): string {
  return release.replace(/^v([0-9]+\.[0-9]+).*$/, '$1');
}

function buildSupervisor({ id, context, kubeconfigSecret }: VksDocument['supervisor']): Supervisor {
  return {
    ...(id !== undefined && { id }),
    access:
      kubeconfigSecret === undefined
        ? { kind: 'context', context: context ?? '' }
        : { kind: 'secret', kubeconfigSecret },
  };
}

/** A class of the document, or one that vSphere brings; the checks know that it is one of them. */
function classOf(name: string, { vmClasses }: VksDocument): VmClass {
  const own = vmClasses[name];
  if (own !== undefined) {
    return { name, ...own, cpus: Cpu.cores(own.cpus), memory: Memory.parse(own.memory) };
  }
  const known = KNOWN_VM_CLASSES.find((candidate) => candidate.name === name);
  if (known === undefined) throw new RangeError(`${name} is not a VM class that is known here`);
  const { cpus, memoryGiB, reservation } = known;
  return {
    name,
    cpus: Cpu.cores(cpus),
    memory: Memory.gibibytes(memoryGiB),
    cpuReservation: reservation,
    memoryReservation: reservation,
    gpus: 0,
    create: false,
  };
}

function sizeOf({ replicas, min, max }: PoolDocument): PoolSize {
  if (min !== undefined && max !== undefined) return { kind: 'autoscaled', min, max };
  return replicas === undefined ? { kind: 'planned' } : { kind: 'fixed', replicas };
}

function buildGpuPool(pool: GpuPoolDocument, document: VksDocument): GpuPool {
  const { vmClass = '', gpuClass, osImage, hostGroups, maxSurge, imageVolume, kubeletVolume } = pool;
  return {
    vmClass: gpuClass === undefined ? classOf(vmClass, document) : classOfDevice(gpuClass),
    ...(gpuClass && { device: buildDevice(gpuClass) }),
    osImage,
    size: sizeOf(pool),
    ...(hostGroups !== undefined && { hostGroups }),
    maxSurge,
    imageVolume: Memory.parse(imageVolume),
    kubeletVolume: Memory.parse(kubeletVolume),
  };
}

function classOfDevice({ name, cpus, memory, memoryReservation, devices }: GpuClassDocument): VmClass {
  return {
    name,
    cpus: Cpu.cores(cpus),
    memory: Memory.parse(memory),
    memoryReservation,
    gpus: devices,
    create: true,
  };
}

function buildDevice({ profile, devices, deviceGroup, mmio, unifiedMemory }: GpuClassDocument): GpuDevice {
  return {
    profile,
    devices,
    ...(deviceGroup !== undefined && { deviceGroup }),
    mmio: Memory.parse(mmio),
    unifiedMemory,
  };
}

function buildGpuOperator(document: NonNullable<VksDocument['gpuOperator']>): GpuOperator {
  return 'vgpu' in document ? { kind: 'vgpu', ...document.vgpu } : { kind: 'nodeImage' };
}
