import { Duration } from '../../base/duration';
import { Memory } from '../../base/quantity';
import type { NodePool, OsImage, Platform, PoolSize, VksCluster, VmClass } from '../platform';
import { podsOf } from './cluster-pods';
import { type Pod, packNodes, roomOf } from './nodes';
import { planServerTiming, planTiming } from './timing';

/** Label of every node with the name of its pool; model servers and Envoys select by it. */
export const POOL_LABEL = 'vcf-ai-platform/pool';

/** What keeps other pods from GPU nodes; NVIDIA's operator and model servers tolerate it. */
export const GPU_TAINT = { key: 'nvidia.com/gpu', value: 'present', effect: 'NoSchedule' } as const;

/** What keeps other pods from the gateway's nodes. */
export const GATEWAY_TAINT = { key: POOL_LABEL, value: 'gateway', effect: 'NoSchedule' } as const;

/** Images of Kubernetes itself and of a handful of controllers; a root disk has 20 GiB, which they fill. */
const IMAGES = Memory.gibibytes(50);

/** What a node does beside waiting for its pods: cordon, evict, detach. */
const DRAIN_MARGIN = Duration.minutes(2);

/** Controllers end within their grace period; a budget may hold one for a while. */
const SYSTEM_DRAIN = Duration.minutes(10);

/** Envoy Gateway makes the grace period of an Envoy longer than its drain by so much. */
const ENVOY_GRACE = Duration.minutes(5);

/** Nodes of the pods' CIDR have a /24 each. */
const NODE_PREFIX = 24;

export type PoolName = 'system' | 'gateway' | 'gpu';

/** One pool of nodes as it is made. */
export interface PoolPlan {
  readonly name: PoolName;
  readonly vmClass: VmClass;
  readonly osImage: OsImage;
  readonly size: Exclude<PoolSize, { readonly kind: 'planned' }>;
  /** Additional nodes during a rolling update; with 0 a node is removed before its replacement is created. */
  readonly maxSurge: 0 | 1;
  /** How long the pods of a node may take to terminate, including the longest answer. */
  readonly drain: Duration;
  readonly labels: Readonly<Record<string, string>>;
  readonly taints: readonly { readonly key: string; readonly value: string; readonly effect: 'NoSchedule' }[];
  readonly volumes: readonly {
    readonly name: string;
    readonly mountPath: string;
    readonly capacity: Memory;
  }[];
}

/** The pools of a VKS cluster, and their totals. */
export interface ClusterPlan {
  /** System pool first. */
  readonly pools: readonly PoolPlan[];
  /** Nodes at once at most, those of the control plane and those that come before others leave included. */
  readonly mostNodes: number;
  /** Nodes that the pods' CIDR has addresses for. */
  readonly addressedNodes: number;
}

/** Nodes that pods take: as many as there always are, and as many as there may be. */
export interface Need {
  readonly least: number;
  readonly most: number;
}

/** The pools, whether they fit or not; every pod must fit into a node of its pool. */
export function drawPools(platform: Platform, cluster: VksCluster): ClusterPlan {
  const needs = needsOf(platform, cluster);
  const { system, gateway, gpu } = cluster.pools;
  const pools: PoolPlan[] = [
    {
      ...common('system', system, needs.system, SYSTEM_DRAIN),
      maxSurge: 1,
      taints: [],
      volumes: [imagesOf(IMAGES)],
    },
  ];
  if (gateway !== undefined) {
    const { drainTimeout } = planTiming(platform.gateway.requestTimeout);
    pools.push({
      ...common('gateway', gateway, needs.gateway, drainTimeout.plus(ENVOY_GRACE)),
      maxSurge: 1,
      taints: [GATEWAY_TAINT],
      volumes: [imagesOf(IMAGES)],
    });
  }
  if (gpu !== undefined) {
    pools.push({
      ...common('gpu', gpu, needs.gpu, longestGrace(platform)),
      maxSurge: gpu.maxSurge,
      taints: [GPU_TAINT],
      volumes: [
        imagesOf(gpu.imageVolume),
        { name: 'kubelet', mountPath: '/var/lib/kubelet', capacity: gpu.kubeletVolume },
      ],
    });
  }
  return {
    pools,
    mostNodes:
      cluster.controlPlane.replicas + 1 + sum(pools.map(({ size, maxSurge }) => mostOf(size) + maxSurge)),
    addressedNodes: addressedNodes(cluster.network.pods),
  };
}

/** Nodes of each pool that the platform's pods take. */
export function needsOf(platform: Platform, { pools }: VksCluster): Record<PoolName, Need> {
  const pods = podsOf(platform);
  const always = (count: number): Need => ({ least: count, most: count });
  const { gateway } = pools;
  const system = [...pods.system, ...(gateway === undefined ? pods.gateway : [])];
  // A second node carries the traffic while the first is replaced.
  const apart = platform.gateway.replicas > 1 ? 2 : 1;
  const together = platform.controllers.replicas > 1 ? 2 : 1;
  return {
    system: always(Math.max(countNodes(system, pools.system), together, gateway === undefined ? apart : 1)),
    gateway: always(gateway === undefined ? 0 : Math.max(countNodes(pods.gateway, gateway), apart)),
    gpu:
      pools.gpu === undefined
        ? always(0)
        : { least: countNodes(pods.gpu.least, pools.gpu), most: countNodes(pods.gpu.most, pools.gpu) },
  };
}

function countNodes(pods: readonly Pod[], { vmClass }: NodePool): number {
  return packNodes(pods, roomOf(vmClass)).length;
}

/** Nodes of a pool at most, surge aside. */
export function mostOf(size: PoolPlan['size']): number {
  return size.kind === 'fixed' ? size.replicas : size.max;
}

function common(
  name: PoolName,
  { vmClass, osImage, size }: NodePool,
  { least, most }: Need,
  drain: Duration,
) {
  const planned: PoolPlan['size'] =
    least === most
      ? { kind: 'fixed', replicas: Math.max(1, most) }
      : { kind: 'autoscaled', min: least, max: most };
  return {
    name,
    vmClass,
    osImage,
    size: size.kind === 'planned' ? planned : size,
    drain: drain.plus(DRAIN_MARGIN),
    labels: { [POOL_LABEL]: name },
  };
}

function imagesOf(capacity: Memory) {
  return { name: 'containerd', mountPath: '/var/lib/containerd', capacity };
}

/** Of the model server that may go on generating for longest. */
function longestGrace({ models }: Platform): Duration {
  return models
    .flatMap((model) => (model.kind === 'vllm' ? [planServerTiming(model.drain).grace] : []))
    .reduce((a, b) => (b.milliseconds > a.milliseconds ? b : a), SYSTEM_DRAIN);
}

function addressedNodes(cidr: string): number {
  const prefix = Number(cidr.split('/')[1]);
  return prefix > NODE_PREFIX ? 0 : 2 ** (NODE_PREFIX - prefix);
}

const sum = (numbers: readonly number[]) => numbers.reduce((a, b) => a + b, 0);
