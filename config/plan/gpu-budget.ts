import { Memory } from '../../base/quantity';
import type { ModelArchitecture } from '../models/architecture';
import { gpuProfile } from '../models/gpus';
import { blocksOfRequest, type KvCacheLayout, type KvCacheSettings, kvCacheLayout } from './kv-cache';
import { PADDING, type Parallelism, weightBytes } from './weights';

const GI = Memory.gibibytes(1).bytes;

/**
 * What a GPU holds beside weights and KV cache, from two logs of single H100s (vLLM issues 23278 and 27508):
 * 7.4 and 7.5 GiB with 1,024 requests at once. A conservative estimate, not a fact: `overheadMemory` replaces it
 * by what a log says.
 */
const OVERHEAD = {
  /** CUDA context, NCCL buffers, activations and CUDA graphs. */
  fixed: 3.5 * GI,
  /** The sampler's copies of the logits in 32 bits, for so many requests and a vocabulary of that size. */
  sampler: { bytes: 4.4 * GI, requests: 1024, vocabulary: 201_088 },
  least: 4 * GI,
};

/** What the memory of a replica's GPUs follows from: fields of a served model, and its architecture. */
export interface GpuMemorySettings extends KvCacheSettings {
  readonly architecture: ModelArchitecture;
  readonly gpu: string;
  readonly mig?: string | undefined;
  readonly gpusPerNode: number;
  readonly tensorParallelSize: number;
  readonly pipelineParallelSize: number;
  readonly maxModelLen: number;
  readonly maxNumSeqs: number;
  readonly gpuMemoryUtilization: number;
  readonly overheadMemory?: Memory | undefined;
  readonly expectedTokens?: number | undefined;
  /** A long prompt is computed in several steps. Default true, as in vLLM. */
  readonly chunkedPrefill?: boolean;
  /** The user has changed the positions of the model (`--hf-overrides`). Default false. */
  readonly positionsOverridden?: boolean;
}

/** One GPU's memory, in bytes; `kv` is negative when the rest does not fit. */
export interface GpuBudget {
  readonly total: number;
  /** What vLLM takes of the total. */
  readonly taken: number;
  readonly weights: number;
  readonly overhead: number;
  readonly kv: number;
  readonly layout: KvCacheLayout;
  /** Blocks of the KV cache, the null block among them. */
  readonly blocks: number;
}

export function parallelism(settings: GpuMemorySettings): Parallelism {
  return { tensor: settings.tensorParallelSize, pipeline: settings.pipelineParallelSize };
}

/** `kv = utilization × total - weights - overhead`, for the fullest GPU of a replica. */
export function gpuBudget(settings: GpuMemorySettings): GpuBudget {
  const { architecture, gpuMemoryUtilization } = settings;
  const divided = parallelism(settings);
  const total = gpuBytes(settings);
  const taken = Math.floor(gpuMemoryUtilization * total);
  // Marlin pads the most; which kernel it will be depends on the GPU, the version and the environment.
  const weights = weightBytes(architecture, divided, PADDING.marlin);
  const overhead = overheadBytes(settings);
  const kv = taken - weights - overhead;
  const layout = kvCacheLayout(architecture, divided, settings);
  const blocks = Math.max(0, Math.floor(kv / layout.bytesPerBlock));
  return { total, taken, weights, overhead, kv, layout, blocks };
}

/** Whether one request of the longest context fits; the pool always holds back one block, the null block. */
export function holdsOneRequest({ layout, blocks }: GpuBudget, tokens: number): boolean {
  return blocksOfRequest(layout, tokens) <= blocks - 1;
}

function gpuBytes({ gpu, mig }: GpuMemorySettings): number {
  const { memoryGiB, mig: slices } = gpuProfile(gpu);
  return Math.floor((mig === undefined ? memoryGiB : (slices[mig] ?? 0)) * GI);
}

function overheadBytes({ overheadMemory, maxNumSeqs, architecture }: GpuMemorySettings): number {
  if (overheadMemory !== undefined) return overheadMemory.bytes;
  return Math.ceil(Math.max(OVERHEAD.least, OVERHEAD.fixed + samplerBytes(maxNumSeqs, architecture)));
}

/** What the sampler takes for so many requests at once. */
export function samplerBytes(requests: number, { vocabSize }: ModelArchitecture): number {
  const { sampler } = OVERHEAD;
  return sampler.bytes * (requests / sampler.requests) * (vocabSize / sampler.vocabulary);
}
