import { Cpu, Memory } from '../../base/quantity';
import type { Path, UnplacedMistake } from '../mistakes';
import { GPU_NAMES, gpuProfile } from '../models/gpus';
import { KNOWN_VM_CLASSES } from '../models/vm-classes';
import type { GpuPool, NodePool, Platform, VksCluster, VmClass } from '../platform';
import { podsOf } from './cluster-pods';
import { drawPools, mostOf, type Need, needsOf, type PoolName } from './node-pools';
import { fits, type Pod, roomOf } from './nodes';

const CLUSTER: Path = ['cluster', 'vks'];
const MI = Memory.mebibytes(1).bytes;

/**
 * Everything of a VKS cluster that does not fit what runs on it, with the arithmetic: pods into nodes first,
 * then nodes into pools, then pools into hosts and addresses.
 */
export function refuseCluster(platform: Platform, cluster: VksCluster): UnplacedMistake[] {
  const pods = refusePods(platform, cluster);
  if (pods.length > 0) return pods;
  return [
    ...refuseSizes(platform, cluster),
    ...refuseHosts(platform, cluster),
    ...refuseAddresses(platform, cluster),
  ];
}

function refusePods(platform: Platform, { pools }: VksCluster): UnplacedMistake[] {
  const pods = podsOf(platform);
  const { system, gateway, gpu } = pools;
  return [
    ...refuseLarge('system', pods.system, system),
    ...refuseLarge(gateway ? 'gateway' : 'system', pods.gateway, gateway ?? system),
    ...(gpu ? refuseLarge('gpu', pods.gpu.most, gpu) : refuseHomeless(pods.gpu.most)),
    ...(gpu ? refuseIdle(pods.gpu.most, gpu) : []),
    ...(gpu?.device ? refuseModels(platform, gpu.device.profile) : []),
  ];
}

/** A pod that fits into no node of its pool; one finding a pool, for the largest. */
function refuseLarge(
  name: PoolName,
  pods: readonly Pod[],
  { vmClass, ...pool }: NodePool,
): UnplacedMistake[] {
  const room = roomOf(vmClass);
  const [worst] = pods.filter((pod) => !fits(pod, room)).sort((a, b) => b.millicores - a.millicores);
  if (worst === undefined) return [];
  const device = 'device' in pool && pool.device !== undefined;
  const at = [...CLUSTER, 'pools', name, ...(device ? ['gpuClass'] : ['vmClass'])];
  const wants = [
    ...(worst.gpus > room.gpus ? [`${worst.gpus} GPUs, and a node has ${room.gpus}`] : []),
    ...(worst.millicores > room.millicores
      ? [
          `${cpus(worst.millicores)} CPUs, and a node has ${cpus(room.millicores)} left of its ${vmClass.cpus}`,
        ]
      : []),
    ...(worst.bytes > room.bytes
      ? [`${gib(worst.bytes)} of memory, and a node has ${gib(room.bytes)} left of its ${vmClass.memory}`]
      : []),
  ];
  const larger = KNOWN_VM_CLASSES.find(
    (known) =>
      known.name.startsWith(familyOf(vmClass)) && pods.every((pod) => fits(pod, roomOf(sizeOf(known)))),
  );
  return [
    {
      at,
      value: vmClass.name,
      problem: `${worst.name} does not fit on a node of ${vmClass.name}: it needs ${wants.join('; it needs ')}`,
      fix: larger === undefined ? 'use a larger VM class' : `use ${larger.name}`,
    },
  ];
}

function refuseHomeless(pods: readonly Pod[]): UnplacedMistake[] {
  if (pods.length === 0) return [];
  const models = [...new Set(pods.map(({ name }) => name))];
  return [
    {
      at: [...CLUSTER, 'pools', 'gpu'],
      problem: `is required: ${models.join(', ')} ${models.length === 1 ? 'needs' : 'need'} ${total(pods)} GPUs`,
      fix: 'add pools.gpu with a gpuClass',
    },
  ];
}

function refuseIdle(pods: readonly Pod[], { size }: GpuPool): UnplacedMistake[] {
  if (pods.length > 0 || size.kind !== 'planned') return [];
  return [
    {
      at: [...CLUSTER, 'pools', 'gpu'],
      problem: 'no model needs a GPU, so the number of nodes cannot be calculated',
      fix: 'remove the pool, or set replicas',
    },
  ];
}

/** Models that are planned for other GPUs than the pool's, or for slices, which vGPUs with NVLink have none of. */
function refuseModels({ models }: Platform, profile: string): UnplacedMistake[] {
  return models.flatMap((model) => {
    if ((model.kind !== 'vllm' && model.kind !== 'tei') || model.gpu === 'cpu') return [];
    const at = ['models', model.name, model.kind];
    if (model.mig !== undefined) {
      return [
        {
          at: [...at, 'mig'],
          value: model.mig,
          problem: 'the GPU pool has vGPUs, which cannot be divided into MIG slices',
          fix: 'remove it',
        },
      ];
    }
    if (profile.endsWith(`_${gpuProfile(model.gpu).vgpu}`)) return [];
    const right = GPU_NAMES.find((name) => profile.endsWith(`_${gpuProfile(name).vgpu}`));
    return [
      {
        at: [...at, 'gpu'],
        value: model.gpu,
        problem: `the GPU pool has ${profile}, but the model is planned for ${model.gpu}`,
        fix: `use ${right}`,
      },
    ];
  });
}

/** Sizes that were chosen and are too small. */
function refuseSizes(platform: Platform, cluster: VksCluster): UnplacedMistake[] {
  const needs = needsOf(platform, cluster);
  const { system, gateway, gpu } = cluster.pools;
  return [
    ...refuseSize('system', system, needs.system, 'the controllers, Prometheus and embedding servers'),
    ...(gateway ? refuseSize('gateway', gateway, needs.gateway, envoys(platform)) : []),
    ...(gpu ? refuseSize('gpu', gpu, needs.gpu, gpuSum(platform)) : []),
  ];
}

function refuseSize(
  name: PoolName,
  { size, vmClass }: NodePool,
  { most }: Need,
  what: string,
): UnplacedMistake[] {
  if (size.kind === 'planned') return [];
  const nodes = mostOf(size);
  if (nodes >= most) return [];
  const field = size.kind === 'fixed' ? 'replicas' : 'max';
  return [
    {
      at: [...CLUSTER, 'pools', name, field],
      value: nodes,
      problem: `${nodes} ${nodes === 1 ? 'node' : 'nodes'} of ${vmClass.name} ${nodes === 1 ? 'is' : 'are'} too few: ${what} need ${most}`,
      fix: `use ${most} or more, or remove it`,
    },
  ];
}

/** `3 Envoys (2 replicas, and 1 while they are replaced) with 8.51 CPUs each`. */
function envoys(platform: Platform): string {
  const { gateway: pods } = podsOf(platform);
  const { replicas } = platform.gateway;
  const each = pods[0] === undefined ? '' : ` with ${cpus(pods[0].millicores)} CPUs each`;
  return `${pods.length} Envoys (${replicas} replicas, and ${pods.length - replicas} during a rolling update)${each}`;
}

/** `gpt-oss-120b 2 × 4 GPUs, bge-large-en 1 × 1 GPU`. */
function gpuSum(platform: Platform): string {
  const { most } = podsOf(platform).gpu;
  const names = [...new Set(most.map(({ name }) => name))];
  return names
    .map((name) => {
      const pods = most.filter((pod) => pod.name === name);
      const gpus = pods[0]?.gpus ?? 0;
      return `${pods.length} ${pods.length === 1 ? 'pod' : 'pods'} of ${name} with ${gpus} ${gpus === 1 ? 'GPU' : 'GPUs'} each`;
    })
    .join(' and ');
}

/** GPU nodes against the sets of GPUs that the hosts have. */
function refuseHosts(platform: Platform, cluster: VksCluster): UnplacedMistake[] {
  const { gpu } = cluster.pools;
  if (gpu === undefined) return [];
  const plan = drawPools(platform, cluster).pools.find(({ name }) => name === 'gpu');
  const most = plan === undefined ? 0 : mostOf(plan.size);
  const groups = gpu.hostGroups ?? most;
  const sets = `${groups} ${groups === 1 ? 'set' : 'sets'} of ${gpu.vmClass.gpus} GPUs`;
  if (most > groups) {
    return [
      {
        at: [...CLUSTER, 'pools', 'gpu', 'hostGroups'],
        value: groups,
        problem: `the hosts have ${sets}, and the pool has up to ${most} nodes, which need one set each`,
        fix: `reduce the number of model servers, or provide hosts for ${most} nodes`,
      },
    ];
  }
  if (most + gpu.maxSurge <= groups) return [];
  return [
    {
      at: [...CLUSTER, 'pools', 'gpu', 'maxSurge'],
      value: gpu.maxSurge,
      problem: `${most} nodes with maxSurge ${gpu.maxSurge} need ${most + gpu.maxSurge} sets of GPUs, and the hosts have ${sets}${gpu.hostGroups === undefined ? ' by default' : ''}: a rolling update would never finish`,
      fix: `use 0, or set hostGroups if the hosts have ${most + gpu.maxSurge}`,
    },
  ];
}

/** Nodes against the /24 of the pods' CIDR that each of them takes. */
function refuseAddresses(platform: Platform, cluster: VksCluster): UnplacedMistake[] {
  const { mostNodes, addressedNodes, pools } = drawPools(platform, cluster);
  if (mostNodes <= addressedNodes) return [];
  const { pods } = cluster.network;
  const sizes = pools.map(({ name, size, maxSurge }) => `${name} ${mostOf(size)} + ${maxSurge}`);
  const prefix = 24 - Math.ceil(Math.log2(mostNodes));
  return [
    {
      at: [...CLUSTER, 'network', 'pods'],
      value: pods,
      problem: `${pods} has a /24 for ${addressedNodes} nodes, and there may be ${mostNodes}: control plane ${cluster.controlPlane.replicas} + 1, ${sizes.join(', ')} (the second number of each is for a rolling update); the network cannot grow later`,
      fix: `use a /${Math.min(prefix, 16)}`,
    },
  ];
}

function familyOf({ name }: VmClass): string {
  return name.startsWith('best-effort') ? 'best-effort' : 'guaranteed';
}

function sizeOf(known: (typeof KNOWN_VM_CLASSES)[number]): VmClass {
  const { name, cpus: cores, memoryGiB } = known;
  return { name, cpus: Cpu.cores(cores), memory: Memory.gibibytes(memoryGiB), gpus: 0, create: false };
}

const total = (pods: readonly Pod[]) => pods.reduce((all, { gpus }) => all + gpus, 0);
const cpus = (millicores: number) => `${millicores / 1000}`;
const gib = (bytes: number) => `${Math.floor(bytes / MI / 102.4) / 10} GiB`;
