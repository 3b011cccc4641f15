/**
 * Where the AI gateway writes the tokens of a call, once, at the end of a successful answer: Envoy dynamic
 * metadata of this namespace. Token budgets and the access log read them there.
 */
export const TOKEN_METADATA_NAMESPACE = 'io.envoy.ai_gateway';

/** Metadata keys of token counts. Cached input is a part of input, so a total is never a sum of all keys. */
export const TOKEN_METADATA = {
  input: 'llm_input_token',
  cachedInput: 'llm_cached_input_token',
  output: 'llm_output_token',
  total: 'llm_total_token',
} as const;
