import type { ModelArchitecture } from '../models/architecture';

const GI = 2 ** 30;

/** Bytes of a BF16 number. */
const WORD = 2;

/** CUDA's context, graphs and buffers of one GPU. */
const FIXED = 0.65 * GI;

/** Buffers of NCCL and of all-reduce, where GPUs share the layers. */
const LINKED = 0.35 * GI;

/** Experts of a token of nearly every mixture; those with fewer have wider ones. */
const ACTIVE_EXPERTS = 8;

/**
 * What the kernels of FP8 experts hold for a byte of weights: 8 GiB beside 55 GiB of Qwen3-235B-A22B-FP8 on four H100s
 * (vLLM issue 21348).
 */
const FP8_EXPERTS = 0.11;

/**
 * How far measurements are from what is expected: 1.2 GiB of gpt-oss-20b on one A100 (vLLM 0.19), 1.7 of Qwen3-32B on two
 * GPUs (0.25), 2.7 of Llama-3.3-70B FP8 on four H200s (0.11.2), up to 3.0 of others since 0.18.
 */
const LEAST = 0.6;
const MOST = 2;

/** Bytes of a GPU that are neither weights nor KV cache: what is expected, and the range of measurements. */
export interface Overhead {
  readonly least: number;
  readonly expected: number;
  readonly most: number;
}

/** What the overhead follows from. */
export interface OverheadSettings {
  readonly architecture: ModelArchitecture;
  readonly tensorParallelSize: number;
  readonly maxNumSeqs: number;
  readonly maxNumBatchedTokens: number;
}

/**
 * An estimate of what vLLM 0.18 and newer take beside weights and KV cache: activations of one step, the sampler's
 * logits, CUDA graphs, NCCL. `overheadMemory` replaces it by what a log says.
 *
 * @param weights Bytes of them on the GPU.
 */
export function overheadOf(settings: OverheadSettings, weights: number): Overhead {
  const { architecture, tensorParallelSize, maxNumSeqs } = settings;
  const { mlp, quantization } = architecture;
  const kernels = mlp.kind === 'moe' && quantization.method === 'fp8' ? FP8_EXPERTS * weights : 0;
  const links = tensorParallelSize > 1 ? LINKED : 0;
  const usual = FIXED + links + activationBytes(settings) + samplerBytes(maxNumSeqs, architecture);
  return {
    least: Math.ceil(LEAST * (usual + kernels)),
    expected: Math.ceil(usual + kernels),
    most: Math.ceil(MOST * usual + kernels),
  };
}

/** Of the widest layer, for all tokens of a step: gate, up and their product, and copies of the hidden state. */
function activationBytes({
  architecture: { hiddenSize, mlp },
  tensorParallelSize,
  maxNumBatchedTokens,
}: OverheadSettings): number {
  const inner = (3 * mlp.intermediateSize) / tensorParallelSize;
  const token = mlp.kind === 'moe' ? ACTIVE_EXPERTS * (inner + hiddenSize) : inner + 4 * hiddenSize;
  return maxNumBatchedTokens * token * WORD;
}

/** The logits of so many requests at once, in 32 bits. */
function samplerBytes(requests: number, { vocabSize }: ModelArchitecture): number {
  return requests * vocabSize * 4;
}
