import { PlatformError } from '../../base/mistake';
import { Memory } from '../../base/quantity';
import { type GpuMemorySettings, gpuBudget } from './gpu-budget';
import { refuseGpuMemory } from './gpu-refusals';
import { blocksOfRequest } from './kv-cache';

/** Requests beyond this share of the KV cache push each other out. */
const SAFE = 0.9;

/** How the memory of each GPU of a replica is used, and how many requests it allows. */
export interface GpuMemoryPlan {
  /** Of the fullest GPU. */
  readonly weightsPerGpu: Memory;
  /** Activations, sampler, CUDA graphs, NCCL. */
  readonly nonKvPerGpu: Memory;
  readonly kvPerGpu: Memory;
  /** Blocks of the KV cache, as vLLM logs them (`num_gpu_blocks`); every GPU has as many. */
  readonly blocks: number;
  /**
   * Tokens of the KV cache as vLLM logs them (`GPU KV cache size`): requests of the longest context, times that
   * context. With sliding layers shorter requests take more of it than their tokens.
   */
  readonly kvCapacityTokens: number;
  /** Requests of so many tokens that the KV cache holds at once; vLLM logs it for the longest context. */
  maxConcurrencyAt(tokens: number): number;
  /** The largest `maxNumSeqs` with which requests of so many tokens do not push each other out. */
  safeMaxNumSeqs(tokens: number): number;
}

/**
 * Divides the memory of a replica's GPUs, with vLLM's own arithmetic for the KV cache.
 *
 * @throws PlatformError with everything that cannot be ({@link refuseGpuMemory}).
 */
export function planGpuMemory(settings: GpuMemorySettings): GpuMemoryPlan {
  const refusals = refuseGpuMemory(settings);
  if (refusals.length > 0) {
    throw new PlatformError(
      refusals.map(({ field, suggestion: _, ...said }) => ({ path: field, value: settings[field], ...said })),
    );
  }
  const { weights, overhead, kv, blocks, layout } = gpuBudget(settings);
  const maxConcurrencyAt = (tokens: number) => blocks / blocksOfRequest(layout, tokens);
  return {
    weightsPerGpu: Memory.bytes(weights),
    nonKvPerGpu: Memory.bytes(overhead),
    kvPerGpu: Memory.bytes(kv),
    blocks,
    kvCapacityTokens: Math.floor(maxConcurrencyAt(settings.maxModelLen) * settings.maxModelLen),
    maxConcurrencyAt,
    safeMaxNumSeqs: (tokens) => Math.floor(SAFE * maxConcurrencyAt(tokens)),
  };
}
