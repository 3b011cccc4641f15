import { Cpu, Memory } from '../../base/quantity';
import { sortedEntries } from '../../base/text';
import type { VksDocument } from '../document';
import { type Parsed, parse } from '../document/parsed';
import { vks } from '../document/vks';
import type { gpuClass } from '../document/vks/gpu-class';
import type { controlPlane, pools, vmClasses } from '../document/vks/pools';
import { KNOWN_VM_CLASSES } from '../models/vm-classes';

/** In a cluster that the platform makes with vSphere Kubernetes Service on VMware Cloud Foundation. */
export interface VksCluster
  extends Omit<
    Parsed<typeof vks>,
    'supervisor' | 'controlPlane' | 'pools' | 'vmClasses' | 'trustedCas' | 'kubernetesVersion'
  > {
  readonly kind: 'vks';
  /** `<major>.<minor>` of its API server. Gates what objects may hold. */
  readonly kubernetesVersion: string;
  /** `spec.topology.version`: `v1.34.2+vmware.2`, or with its `-vkr.<n>`. */
  readonly release: string;
  readonly supervisor: Supervisor;
  readonly controlPlane: ControlPlane;
  readonly pools: {
    readonly system: NodePool;
    /** For Envoy alone. Absent: the system pool carries it. */
    readonly gateway?: NodePool;
    /** For model servers alone. */
    readonly gpu?: GpuPool;
  };
  /** Certificates of authorities that every node trusts, as PEM, sorted by name. */
  readonly trustedCas: readonly { readonly name: string; readonly certificate: string }[];
}

/** The vCenter in which the vSphere Namespace and VM classes are made. */
export type VCenter = NonNullable<VksCluster['vcenter']>;

export type VSphereNamespace = VksCluster['namespace'];

export type ContentLibrary = NonNullable<VSphereNamespace['contentLibrary']>;

/** Immutable once the cluster is there. */
export type ClusterNetwork = VksCluster['network'];

/** Names of StorageClasses in the vSphere Namespace, which are those of its storage policies in lower case. */
export type ClusterStorage = VksCluster['storage'];

/** The Supervisor that makes the cluster; it is enabled before, by hand. */
export interface Supervisor {
  /** As `GET /api/vcenter/namespace-management/supervisors/summaries` says; needed to make the vSphere Namespace. */
  readonly id?: string;
  /** How its API is reached: a context of the kubeconfig at hand, or the Pulumi secret with a kubeconfig. */
  readonly access:
    | { readonly kind: 'context'; readonly context: string }
    | { readonly kind: 'secret'; readonly kubeconfigSecret: string };
}

/** Size of a node. */
export type VmClass = Parsed<typeof vmClasses>[number];

/** Operating system of the nodes of a pool; Photon has no GPU driver. */
export type OsImage = NodePool['osImage'];

export type ControlPlane = Omit<Parsed<typeof controlPlane>, 'vmClass'> & { readonly vmClass: VmClass };

type ParsedPools = Parsed<typeof pools>;

/** Nodes of one kind. */
export interface NodePool extends Pick<ParsedPools['system'], 'osImage'> {
  readonly vmClass: VmClass;
  readonly size: PoolSize;
}

/** How many nodes a pool has. */
export type PoolSize =
  /** As many as the platform's pods take. The default. */
  | { readonly kind: 'planned' }
  | { readonly kind: 'fixed'; readonly replicas: number }
  /** Between them, as the cluster autoscaler decides. */
  | { readonly kind: 'autoscaled'; readonly min: number; readonly max: number };

export interface GpuPool
  extends NodePool,
    Pick<NonNullable<ParsedPools['gpu']>, 'hostGroups' | 'maxSurge' | 'imageVolume' | 'kubeletVolume'> {
  /** Hardware that the class is made with through the vCenter REST API; absent: the class is there. */
  readonly device?: GpuDevice;
}

/** All GPUs of one VM class: so many vGPUs of one profile, linked by NVLink as one device group of the host. */
export type GpuDevice = Pick<
  Parsed<typeof gpuClass>,
  'profile' | 'devices' | 'deviceGroup' | 'mmio' | 'unifiedMemory'
>;

export function vksOf(document: VksDocument): VksCluster {
  const { supervisor, controlPlane, pools, vmClasses, trustedCas, kubernetesVersion, ...rest } = parse(
    vks,
    document,
  );
  const pool = ({ vmClass, osImage, ...size }: ParsedPools['system']): NodePool => ({
    vmClass: classOf(vmClass, vmClasses),
    osImage,
    size: sizeOf(size),
  });
  return {
    kind: 'vks',
    ...rest,
    kubernetesVersion: minorOf(kubernetesVersion),
    release: kubernetesVersion.replace('---', '+'),
    supervisor: supervisorOf(supervisor),
    controlPlane: { ...controlPlane, vmClass: classOf(controlPlane.vmClass, vmClasses) },
    pools: {
      system: pool(pools.system),
      ...(pools.gateway && { gateway: pool(pools.gateway) }),
      ...(pools.gpu && { gpu: gpuPoolOf(pools.gpu, vmClasses) }),
    },
    trustedCas: sortedEntries(trustedCas).map(([name, certificate]) => ({ name, certificate })),
  };
}

/** `<major>.<minor>` of a VKS release. */
export function minorOf(release: string): string {
  return release.replace(/^v([0-9]+\.[0-9]+).*$/, '$1');
}

function supervisorOf({ id, context, kubeconfigSecret }: Parsed<typeof vks>['supervisor']): Supervisor {
  return {
    ...(id !== undefined && { id }),
    access:
      kubeconfigSecret === undefined
        ? { kind: 'context', context: context ?? '' }
        : { kind: 'secret', kubeconfigSecret },
  };
}

/** A class of the document, or one that vSphere brings; the checks know that it is one of them. */
function classOf(name: string, own: readonly VmClass[]): VmClass {
  const found = own.find((one) => one.name === name);
  if (found !== undefined) return found;
  const known = KNOWN_VM_CLASSES.find((candidate) => candidate.name === name);
  if (known === undefined) throw new RangeError(`VM class ${name} is unknown`);
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

function sizeOf({ replicas, min, max }: Pick<ParsedPools['system'], 'replicas' | 'min' | 'max'>): PoolSize {
  if (min !== undefined && max !== undefined) return { kind: 'autoscaled', min, max };
  return replicas === undefined ? { kind: 'planned' } : { kind: 'fixed', replicas };
}

function gpuPoolOf(pool: NonNullable<ParsedPools['gpu']>, own: readonly VmClass[]): GpuPool {
  const { vmClass = '', gpuClass: made, replicas: _, min: __, max: ___, ...rest } = pool;
  return {
    vmClass: made === undefined ? classOf(vmClass, own) : classOfDevice(made),
    ...(made && { device: deviceOf(made) }),
    size: sizeOf(pool),
    ...rest,
  };
}

type GpuClass = Parsed<typeof gpuClass>;

function classOfDevice({ name, cpus, memory, memoryReservation, devices }: GpuClass): VmClass {
  return { name, cpus, memory, memoryReservation, gpus: devices, create: true };
}

function deviceOf({ profile, devices, deviceGroup, mmio, unifiedMemory }: GpuClass): GpuDevice {
  return { profile, devices, ...(deviceGroup !== undefined && { deviceGroup }), mmio, unifiedMemory };
}
