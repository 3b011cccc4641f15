/** Bytes of the files that vLLM downloads of a repository of the hub whose name says nothing of its precision. */
const PUBLISHED: Readonly<Record<string, number>> = {
  'openai/gpt-oss-120b': 65.2e9,
  'openai/gpt-oss-20b': 13.7e9,
  'deepseek-ai/DeepSeek-R1': 688e9,
  'deepseek-ai/DeepSeek-R1-0528': 688e9,
  'deepseek-ai/DeepSeek-V3': 688e9,
  'deepseek-ai/DeepSeek-V3-0324': 688e9,
  'deepseek-ai/DeepSeek-V3.1': 688e9,
};

/** Who publishes weights of two bytes, unless the name says otherwise. */
const PLAIN = /^(?:meta-llama|Qwen|mistralai|google|microsoft|ibm-granite|tiiuae|allenai|deepseek-ai)\//;

const NARROW: readonly (readonly [says: RegExp, bytes: number])[] = [
  [/gguf|exl[23]|1\.58|[23][-_]?bit/i, 0],
  [/awq|gptq|int4|w4a\d+|nvfp4|mxfp4|fp4|4[-_]?bit|bnb|qat/i, 0.5],
  [/fp8|int8|w8a\d+|8[-_]?bit/i, 1],
];

/** Names round: `7B` may be 6.3 thousand millions. */
const ROUNDED = 0.9;

/** A share of what `8x7B` says: experts have their attention in common. */
const SHARED = 0.8;

/**
 * The fewest bytes that the weights of a model of the hub may have, by its name; undefined for paths, buckets and names
 * that say nothing.
 */
export function leastWeights(model: string): number | undefined {
  if (!/^[\w.-]+\/[\w.-]+$/.test(model) || model.startsWith('.')) return undefined;
  const published = PUBLISHED[model];
  if (published !== undefined) return published;
  const [, experts, size] = /(?<![a-z\d.])(?:(\d+)x)?(\d+(?:\.\d+)?)b(?![a-z\d])/i.exec(model) ?? [];
  if (size === undefined) return undefined;
  const parameters = Number(size) * (experts === undefined ? 1 : Number(experts) * SHARED) * 1e9;
  const bytes = NARROW.find(([says]) => says.test(model))?.[1] ?? (PLAIN.test(model) ? 2 : 0.5);
  return bytes === 0 ? undefined : parameters * bytes * ROUNDED;
}
