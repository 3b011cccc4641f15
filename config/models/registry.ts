import type { ModelArchitecture, Quantization } from './architecture';

const NONE: Quantization = { method: 'none' };

/** One scale for each row of a weight: how vLLM's llm-compressor writes FP8. */
const FP8: Quantization = { method: 'fp8' };

/** `weight_block_size: [128, 128]` of the checkpoints that Qwen publishes. */
const FP8_BLOCKS: Quantization = { method: 'fp8', block: 128 };

/** `GptOssConfig` of transformers; `layer_types` alternate between sliding and full attention. */
const GPT_OSS_120B: ModelArchitecture = {
  maxModelLen: 131_072,
  hiddenSize: 2880,
  fullLayers: 18,
  slidingLayers: 18,
  slidingWindow: 128,
  queryHeads: 64,
  kvHeads: 8,
  headDim: 64,
  vocabSize: 201_088,
  tiedEmbeddings: false,
  mlp: { kind: 'moe', experts: 128, intermediateSize: 2880, bias: true },
  quantization: { method: 'mxfp4' },
};

const GPT_OSS_20B: ModelArchitecture = {
  ...GPT_OSS_120B,
  fullLayers: 12,
  slidingLayers: 12,
  mlp: { kind: 'moe', experts: 32, intermediateSize: 2880, bias: true },
};

const LLAMA_70B: ModelArchitecture = {
  maxModelLen: 131_072,
  hiddenSize: 8192,
  fullLayers: 80,
  slidingLayers: 0,
  queryHeads: 64,
  kvHeads: 8,
  headDim: 128,
  vocabSize: 128_256,
  tiedEmbeddings: false,
  mlp: { kind: 'dense', intermediateSize: 28_672 },
  quantization: NONE,
};

const QWEN3_32B: ModelArchitecture = {
  maxModelLen: 40_960,
  hiddenSize: 5120,
  fullLayers: 64,
  slidingLayers: 0,
  queryHeads: 64,
  kvHeads: 8,
  headDim: 128,
  vocabSize: 151_936,
  tiedEmbeddings: false,
  mlp: { kind: 'dense', intermediateSize: 25_600 },
  quantization: NONE,
};

const QWEN3_30B_A3B: ModelArchitecture = {
  ...QWEN3_32B,
  hiddenSize: 2048,
  fullLayers: 48,
  queryHeads: 32,
  kvHeads: 4,
  mlp: { kind: 'moe', experts: 128, intermediateSize: 768, bias: false },
};

const QWEN3_235B_A22B: ModelArchitecture = {
  ...QWEN3_32B,
  hiddenSize: 4096,
  fullLayers: 94,
  kvHeads: 4,
  mlp: { kind: 'moe', experts: 128, intermediateSize: 1536, bias: false },
};

/** By id on the hub; the numbers are those of the model's `config.json` there. */
const REGISTRY: ReadonlyMap<string, ModelArchitecture> = new Map([
  ['openai/gpt-oss-120b', GPT_OSS_120B],
  ['openai/gpt-oss-20b', GPT_OSS_20B],
  ['meta-llama/Llama-3.3-70B-Instruct', LLAMA_70B],
  ['RedHatAI/Llama-3.3-70B-Instruct-FP8-dynamic', { ...LLAMA_70B, quantization: FP8 }],
  ['nvidia/Llama-3.3-70B-Instruct-FP8', { ...LLAMA_70B, quantization: FP8 }],
  ['Qwen/Qwen3-32B', QWEN3_32B],
  ['Qwen/Qwen3-30B-A3B', QWEN3_30B_A3B],
  ['Qwen/Qwen3-235B-A22B', QWEN3_235B_A22B],
  ['Qwen/Qwen3-235B-A22B-FP8', { ...QWEN3_235B_A22B, quantization: FP8_BLOCKS }],
]);

/** Ids on the hub of the models whose memory can be planned without their `config.json`. */
export const KNOWN_MODELS: readonly string[] = [...REGISTRY.keys()];

/** What is known about a model of the hub. */
export function knownArchitecture(hubId: string): ModelArchitecture | undefined {
  return REGISTRY.get(hubId);
}
