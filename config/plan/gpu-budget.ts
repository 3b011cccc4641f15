import { Memory } from '../../base/quantity';
import type { ModelArchitecture } from '../models/architecture';
import { gpuProfile } from '../models/gpus';
import { blocksOfRequest, type KvCacheLayout, type KvCacheSettings, kvCacheLayout } from './kv-cache';
import { type Overhead, overheadOf } from './overhead';
import { type Parallelism, paddingOf, weightBytes } from './weights';

const GI = Memory.gibibytes(1).bytes;

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

/**
 * `kv = utilization × total - weights - overhead`, for the fullest GPU of a replica, with the overhead that is
 * expected. Where that leaves less than one request of the longest context needs, it is that much, as long as the
 * least overhead leaves it.
 */
export function gpuBudget(settings: GpuMemorySettings): GpuBudget {
  const { architecture, gpuMemoryUtilization, maxModelLen, gpu } = settings;
  const divided = parallelism(settings);
  const total = gpuBytes(settings);
  const taken = Math.floor(gpuMemoryUtilization * total);
  const weights = weightBytes(architecture, divided, paddingOf(gpuProfile(gpu)));
  const layout = kvCacheLayout(architecture, divided, settings);
  const needed = (blocksOfRequest(layout, maxModelLen) + 1) * layout.bytesPerBlock;
  const { least, expected } = overheadRange(settings, weights);
  const rest = taken - weights;
  const kv = Math.max(rest - expected, Math.min(rest - least, needed));
  const blocks = Math.max(0, Math.floor(kv / layout.bytesPerBlock));
  return { total, taken, weights, overhead: rest - kv, kv, layout, blocks };
}

/** Whether one request of the longest context fits even with the most overhead that is measured. */
export function hasRoom(settings: GpuMemorySettings): boolean {
  const { taken, weights, layout } = gpuBudget(settings);
  const { most } = overheadRange(settings, weights);
  const blocks = Math.floor((taken - weights - most) / layout.bytesPerBlock);
  return blocksOfRequest(layout, settings.maxModelLen) <= blocks - 1;
}

/** What is said of the overhead, or estimated of it. */
export function overheadRange(settings: GpuMemorySettings, weights: number): Overhead {
  const { overheadMemory } = settings;
  if (overheadMemory === undefined) return overheadOf(settings, weights);
  const { bytes } = overheadMemory;
  return { least: bytes, expected: bytes, most: bytes };
}

/** Whether one request of the longest context fits; the pool always holds back one block, the null block. */
export function holdsOneRequest({ layout, blocks }: GpuBudget, tokens: number): boolean {
  return blocksOfRequest(layout, tokens) <= blocks - 1;
}

function gpuBytes({ gpu, mig }: GpuMemorySettings): number {
  const { memoryGiB, mig: slices } = gpuProfile(gpu);
  return Math.floor((mig === undefined ? memoryGiB : (slices[mig] ?? 0)) * GI);
}
