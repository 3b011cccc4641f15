import { Memory } from '../../base/quantity';
import type { Sound, TeiDocument, VllmDocument, WeightsDocument } from '../document';
import { checkpointBytes } from '../plan/weights';
import { architectureOf } from './served';

/** Room for a second revision's changed files, and for a file system's own. */
const ROOM = 1.3;

const STRATEGIES = {
  latency: { tensorParallelSize: 4, replicas: 1 },
  throughput: { tensorParallelSize: 2, replicas: 2 },
} as const;

/** The embedding models whose id on the hub follows from their name. */
const BGE = /^bge-(small|base|large)-en$/;

/** bge-large-en-v1.5 is 1.3 GB and comes in three formats. */
const TEI_VOLUME = '8Gi';

/** What a strategy stands for. */
export function strategySizes(
  strategy: keyof typeof STRATEGIES,
): (typeof STRATEGIES)[keyof typeof STRATEGIES] {
  return STRATEGIES[strategy];
}

/** @param requestTimeout `gateway.requestTimeout` as it is written. */
export function vllmWithDefaults(
  name: string,
  vllm: Sound<VllmDocument>,
  requestTimeout: string | undefined,
): Sound<VllmDocument> {
  const filled: Sound<VllmDocument> = {
    // Only gpt-oss keeps its hub id under its own name; any other guess would download the wrong weights.
    ...(name.startsWith('gpt-oss') && { model: `openai/${name}` }),
    ...('strategy' in vllm && vllm.strategy === undefined ? {} : strategySizes(vllm.strategy ?? 'latency')),
    drain: requestTimeout,
    ...vllm,
  };
  const known = architectureOf(filled);
  const size = known && volumeFor(checkpointBytes(known));
  return {
    ...(known && { maxModelLen: known.maxModelLen }),
    ...filled,
    weights: weightsWithDefaults(filled.weights, mostReplicas(filled) * nodesOf(filled), size),
  };
}

export function teiWithDefaults(name: string, tei: Sound<TeiDocument>): Sound<TeiDocument> {
  return {
    ...(BGE.test(name) && { model: `BAAI/${name}-v1.5` }),
    ...tei,
    weights: weightsWithDefaults(tei.weights, tei.replicas ?? 1, TEI_VOLUME),
  };
}

/** Replicas that there may be at once. */
export function mostReplicas({ replicas = 1, autoscale }: Sound<VllmDocument>): number {
  return Math.max(replicas, autoscale?.maxReplicas ?? 1);
}

/** Nodes of one replica, with a pod on each. */
export function nodesOf({
  tensorParallelSize = 1,
  pipelineParallelSize = 1,
  gpusPerNode = 1,
}: Sound<VllmDocument>): number {
  return Math.ceil((tensorParallelSize * pipelineParallelSize) / gpusPerNode);
}

function weightsWithDefaults(
  weights: Sound<WeightsDocument> | undefined,
  pods: number,
  size: string | undefined,
): Sound<WeightsDocument> | undefined {
  if (weights === undefined || !('pvc' in weights) || weights.pvc === undefined) return weights;
  const accessMode = pods > 1 ? 'ReadWriteMany' : 'ReadWriteOnce';
  return { pvc: { accessMode, ...(size && { size }), ...weights.pvc } };
}

function volumeFor(checkpoint: number): string {
  return `${Memory.gibibytes(Math.ceil((checkpoint * ROOM) / Memory.gibibytes(1).bytes))}`;
}
