/** What the configuration of a model of the hub says. */
export interface ModelFacts {
  /** Of attention, which tensor parallelism divides. */
  readonly heads: number;
  /** The tokens that it was made for, where no flag scales them. */
  readonly context: number;
}

/**
 * By name, without what says how it was trained or quantized. Llama, Qwen and DeepSeek: `config.json` of each repository, as
 * Lightning-AI/litgpt (litgpt/config.py) has them with their addresses, but for the contexts of Qwen2.5 Instruct, which are in the
 * model cards ("Processing Long Texts"); gpt-oss: config/models/registry.ts.
 * A context of Infinity is one that vLLM may read from another file: of Mistral's from params.json, with a default of its own
 * (vLLM, transformers_utils/configs/mistral.py).
 */
const FACTS: readonly (readonly [name: RegExp, heads: number, context: number])[] = [
  [/^meta-llama\/(?:Meta-)?Llama-3-8B/, 32, 8192],
  [/^meta-llama\/(?:Meta-)?Llama-3-70B/, 64, 8192],
  [/^meta-llama\/(?:Meta-)?Llama-3\.1-8B/, 32, 131_072],
  [/^meta-llama\/(?:Meta-)?Llama-3\.[13]-70B/, 64, 131_072],
  [/^meta-llama\/Llama-3\.2-1B/, 32, 131_072],
  [/^meta-llama\/Llama-3\.2-3B/, 24, 131_072],
  [/^meta-llama\/Llama-2-7b/, 32, 4096],
  [/^meta-llama\/Llama-2-13b/, 40, 4096],
  [/^meta-llama\/Llama-2-70b/, 64, 4096],
  [/^Qwen\/Qwen2\.5-0\.5B-Instruct/, 14, 32_768],
  [/^Qwen\/Qwen2\.5-1\.5B-Instruct/, 12, 32_768],
  [/^Qwen\/Qwen2\.5-3B-Instruct/, 16, 32_768],
  [/^Qwen\/Qwen2\.5-7B-Instruct(?!-1M)/, 28, 32_768],
  [/^Qwen\/Qwen2\.5-14B-Instruct(?!-1M)/, 40, 32_768],
  [/^Qwen\/Qwen2\.5-32B-Instruct/, 40, 32_768],
  [/^Qwen\/Qwen2\.5-72B-Instruct/, 64, 32_768],
  [/^Qwen\/Qwen3-0\.6B/, 16, 40_960],
  [/^Qwen\/Qwen3-1\.7B/, 16, 40_960],
  [/^Qwen\/Qwen3-4B(?!-\w+-2507)/, 32, 40_960],
  [/^Qwen\/Qwen3-8B/, 32, 40_960],
  [/^Qwen\/Qwen3-14B/, 40, 40_960],
  [/^Qwen\/Qwen3-32B/, 64, 40_960],
  [/^mistralai\/Mistral-7B-Instruct-v0\.[123]$/, 32, Number.POSITIVE_INFINITY],
  [/^mistralai\/Mixtral-8x7B-Instruct-v0\.1$/, 32, Number.POSITIVE_INFINITY],
  [/^openai\/gpt-oss-(?:20b|120b)$/, 64, 131_072],
  [/^deepseek-ai\/DeepSeek-R1-Distill-Qwen-7B$/, 28, 131_072],
  [/^deepseek-ai\/DeepSeek-R1-Distill-Qwen-(?:14|32)B$/, 40, 131_072],
];

/** What is known of a model; undefined for one that is not in the table. */
export function factsOf(model: string): ModelFacts | undefined {
  const found = FACTS.find(([name]) => name.test(model));
  return found && { heads: found[1], context: found[2] };
}
