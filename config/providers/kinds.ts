/** The APIs of clouds that the platform knows. */
export type ProviderKind =
  | 'anthropic'
  | 'azure-openai'
  | 'azure-openai-v1'
  | 'bedrock'
  | 'bedrock-claude'
  | 'cohere'
  | 'gemini'
  | 'openai'
  | 'openai-compatible'
  | 'vertex-claude'
  | 'vertex-gemini';
