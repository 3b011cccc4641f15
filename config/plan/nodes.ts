import { Memory } from '../../base/quantity';
import type { VmClass } from '../platform';
import type { PodSize } from './pod-sizes';

const GI = Memory.gibibytes(1).bytes;

/**
 * What a node keeps for kubelet, container runtime and the system, by the formula that GKE publishes for its
 * nodes and others copied: shares of CPUs and memory that shrink as the node grows. VKS reserves by itself
 * (`resourceConfiguration.systemReserved.automatic`) and does not say how; this is on the cautious side.
 */
const CPU_SHARES: readonly (readonly [upTo: number, share: number])[] = [
  [1, 0.06],
  [2, 0.01],
  [4, 0.005],
  [Infinity, 0.0025],
];
const MEMORY_SHARES: readonly (readonly [upTo: number, share: number])[] = [
  [4 * GI, 0.25],
  [8 * GI, 0.2],
  [16 * GI, 0.1],
  [128 * GI, 0.06],
  [Infinity, 0.02],
];

/** The kubelet evicts pods below so much. */
const EVICTION = Memory.mebibytes(100).bytes;

/** What every node runs: network, proxy, storage driver, node metrics. */
const DAEMONS = { millicores: 500, bytes: GI } as const;

/** Room for pods, or what they ask for. */
export interface Room {
  readonly millicores: number;
  readonly bytes: number;
  readonly gpus: number;
}

/** A pod to be placed. */
export interface Pod extends Room {
  /** For messages. */
  readonly name: string;
}

/** What a node of the class has for the platform's pods. */
export function roomOf({ cpus, memory, gpus }: VmClass): Room {
  const cores = cpus.millicores / 1000;
  const millicores = cpus.millicores - Math.ceil(taken(cores, CPU_SHARES) * 1000) - DAEMONS.millicores;
  const bytes = memory.bytes - Math.ceil(taken(memory.bytes, MEMORY_SHARES)) - EVICTION - DAEMONS.bytes;
  return { millicores: Math.max(0, millicores), bytes: Math.max(0, bytes), gpus };
}

function taken(amount: number, shares: typeof CPU_SHARES): number {
  let sum = 0;
  let from = 0;
  for (const [upTo, share] of shares) {
    sum += Math.max(0, Math.min(amount, upTo) - from) * share;
    from = upTo;
  }
  return sum;
}

/** @param gpus GPUs of the pod. */
export function podOf(name: string, sizes: readonly PodSize[], gpus = 0): Pod {
  return {
    name,
    millicores: sizes.reduce((sum, { cpu }) => sum + cpu.millicores, 0),
    bytes: sizes.reduce((sum, { memory }) => sum + memory.bytes, 0),
    gpus,
  };
}

/** Whether a node has the room for a pod. */
export function fits(pod: Room, room: Room): boolean {
  return pod.millicores <= room.millicores && pod.bytes <= room.bytes && pod.gpus <= room.gpus;
}

/**
 * As many nodes as hold the pods, largest first, each into the first node with room: never more than 11/9 of
 * the fewest that could, and a node for each kind of waste. A real scheduler may place worse; daemons are
 * counted generously for it.
 *
 * @param pods Each of them fits into an empty node.
 */
export function packNodes(pods: readonly Pod[], room: Room): readonly (readonly Pod[])[] {
  const weight = (pod: Room) =>
    Math.max(
      share(pod.millicores, room.millicores),
      share(pod.bytes, room.bytes),
      share(pod.gpus, room.gpus),
    );
  const nodes: { free: Room; pods: Pod[] }[] = [];
  for (const pod of pods.toSorted((a, b) => weight(b) - weight(a))) {
    let node = nodes.find(({ free }) => fits(pod, free));
    if (node === undefined) {
      node = { free: room, pods: [] };
      nodes.push(node);
    }
    node.pods.push(pod);
    node.free = less(node.free, pod);
  }
  return nodes.map((node) => node.pods);
}

const share = (part: number, whole: number) => (part === 0 ? 0 : part / whole);

function less(room: Room, pod: Room): Room {
  return {
    millicores: room.millicores - pod.millicores,
    bytes: room.bytes - pod.bytes,
    gpus: room.gpus - pod.gpus,
  };
}
