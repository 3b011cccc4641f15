/**
 * Where the AI gateway writes the tokens of a call, once, at the end of a successful answer: Envoy dynamic
 * metadata of this namespace. Token budgets and the access log read them there.
 */
export const TOKEN_METADATA_NAMESPACE = 'io.envoy.ai_gateway';

/**
 * Metadata keys of token counts. Cached input and input written to a cache are parts of input, reasoning is a part of
 * output, so a total is never a sum of all keys. A kind that the model did not tell is 0.
 */
export const TOKEN_METADATA = {
  input: 'llm_input_token',
  cachedInput: 'llm_cached_input_token',
  cacheWriteInput: 'llm_cache_creation_input_token',
  output: 'llm_output_token',
  reasoning: 'llm_reasoning_token',
  total: 'llm_total_token',
} as const;

/** Metadata key of the model that an answer says that it is from. */
export const RESPONSE_MODEL = 'response_model';
/** Metadata key of what a call costs, in the unit of its workload's hard budget; the AI gateway and the meter write it. */
export const COST_METADATA = 'llm_cost';
