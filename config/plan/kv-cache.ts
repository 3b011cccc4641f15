import type { ModelArchitecture } from '../models/architecture';
import type { Parallelism } from './weights';

/** Tokens of one block; vLLM's default on NVIDIA GPUs. */
const BLOCK_TOKENS = 16;

/** How vLLM lays out the KV cache of one replica; every GPU has as many blocks. */
export interface KvCacheLayout {
  /** One block on one GPU: 16 tokens of one group's layers. */
  readonly bytesPerBlock: number;
  /** Groups of layers that see everything. */
  readonly fullGroups: number;
  /** Groups of layers that see a window. */
  readonly slidingGroups: number;
  /** Tokens that one request may hold in a sliding group: the window, and what is under way. */
  readonly slidingTokens: number;
}

export interface KvCacheSettings {
  readonly kvCacheDtype: 'auto' | 'fp8';
  readonly maxNumBatchedTokens: number;
  /** Sliding layers drop what left their window; without it they cost as much as full ones. Default true. */
  readonly hybridKvCache?: boolean;
}

/**
 * The layout of vLLM's hybrid KV cache manager: layers of one kind are grouped, all groups have equally many
 * layers and draw blocks from one pool (`_get_kv_cache_groups_uniform_page_size` of vLLM 0.33).
 */
export function kvCacheLayout(
  model: ModelArchitecture,
  divided: Parallelism,
  settings: KvCacheSettings,
): KvCacheLayout {
  const { kvCacheDtype, maxNumBatchedTokens, hybridKvCache = true } = settings;
  const { slidingWindow = 0, headDim, kvHeads } = model;
  const full = hybridKvCache ? model.fullLayers : model.fullLayers + model.slidingLayers;
  const sliding = hybridKvCache ? model.slidingLayers : 0;
  const group = groupSize([full, sliding].filter((layers) => layers > 0));
  const heads = Math.max(1, kvHeads / divided.tensor);
  const tokenBytes = 2 * heads * headDim * (kvCacheDtype === 'fp8' ? 1 : 2);
  return {
    bytesPerBlock: BLOCK_TOKENS * Math.ceil(group / divided.pipeline) * tokenBytes,
    fullGroups: Math.ceil(full / group),
    slidingGroups: Math.ceil(sliding / group),
    // Asynchronous scheduling prepares one batch while every stage of the pipeline runs another.
    slidingTokens: slidingWindow - 1 + (divided.pipeline + 1) * maxNumBatchedTokens,
  };
}

/** As many layers as the scarcer kind has; as the more frequent one when that is not much more. */
function groupSize(kinds: readonly number[]): number {
  const [least, most] = [Math.min(...kinds), Math.max(...kinds)];
  return most < least * 1.5 ? most : least;
}

/** Blocks that one request of a length may take, at its worst moment. */
export function blocksOfRequest(layout: KvCacheLayout, tokens: number): number {
  const { fullGroups, slidingGroups, slidingTokens } = layout;
  const full = Math.ceil(tokens / BLOCK_TOKENS);
  // One more, because a window may begin inside a block.
  const sliding = Math.ceil(Math.min(slidingTokens, tokens) / BLOCK_TOKENS) + 1;
  return fullGroups * full + slidingGroups * sliding;
}

/** The longest request that some blocks hold; 0 when they hold none. */
export function longestRequest(layout: KvCacheLayout, blocks: number, atMost: number): number {
  let [holds, tooLong] = [0, atMost + 1];
  while (tooLong - holds > 1) {
    const middle = Math.floor((holds + tooLong) / 2);
    if (blocksOfRequest(layout, middle) <= blocks) holds = middle;
    else tooLong = middle;
  }
  return holds;
}
