import type { Tokens } from '../../ledger/record';
import { seeded } from './seeded';

/** A call to be priced by LiteLLM and by us. */
export interface GeneratedUsage {
  /** A name in LiteLLM's price map. */
  readonly model: string;
  /** What LiteLLM calls the provider of the model. */
  readonly provider: string;
  readonly tokens: Tokens & { readonly input: number; readonly output: number };
}

/** Which parts of the whole have prices of their own in LiteLLM's map; without one it takes cached tokens for free. */
const MODELS: readonly (readonly [
  model: string,
  provider: string,
  ...parts: ('cached' | 'written' | 'reasoning')[],
])[] = [
  ['gpt-4o', 'openai', 'cached'],
  ['gpt-4o-mini', 'openai', 'cached'],
  ['o3-mini', 'openai', 'cached', 'reasoning'],
  ['claude-3-7-sonnet-20250219', 'anthropic', 'cached', 'written'],
  ['claude-3-5-haiku-20241022', 'anthropic', 'cached', 'written'],
  ['deepseek/deepseek-chat', 'deepseek', 'cached', 'written'],
  ['gemini-2.5-flash-preview-04-17', 'vertex_ai', 'reasoning'],
  ['groq/llama-3.3-70b-versatile', 'groq'],
  ['mistral/mistral-large-latest', 'mistral'],
];

/** Above it, some models of the map have higher prices, which are not supported. */
const MOST_TOKENS = 128_000;

/**
 * Calls that are the same in every run. At least one token of input and output is neither cached, written to a cache nor
 * reasoning: LiteLLM counts tokens twice where none is.
 */
export function generatedUsages(count: number): GeneratedUsage[] {
  const random = seeded(20_260_601);
  const below = (limit: number) => Math.floor(random() * limit);
  return Array.from({ length: count }, () => {
    const [model, provider, ...parts] = MODELS[below(MODELS.length)] ?? MODELS[0] ?? ['', ''];
    // Most calls are small, some are near the limit.
    const input = 1 + below(MOST_TOKENS ** random());
    const output = 1 + below(16_000 ** random());
    const cachedInput = parts.includes('cached') ? below(input) : 0;
    const cacheWriteInput = parts.includes('written') ? below(input - cachedInput) : 0;
    const reasoning = parts.includes('reasoning') ? below(output) : 0;
    return { model, provider, tokens: { input, cachedInput, cacheWriteInput, output, reasoning } };
  });
}
