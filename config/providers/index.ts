import { anthropic } from './anthropic';
import { bedrock, bedrockClaude } from './aws';
import { azureOpenai, azureOpenaiV1 } from './azure';
import { cohere } from './cohere';
import { vertexClaude, vertexGemini } from './google';
import type { ProviderKind } from './kinds';
import { gemini, openai, openaiCompatible } from './openai';
import type { Provider, ProviderField } from './provider';

export { CLIENT_APIS, type ClientApi, clientApisOf, sharedClientApis } from './apis';
export { bedrockHost } from './aws';
export type { Provider, ProviderDraft, ProviderField, Way } from './provider';

/** Every kind of provider, by the word that a document uses. */
export const PROVIDERS: Readonly<Record<ProviderKind, Provider>> = {
  anthropic,
  'azure-openai': azureOpenai,
  'azure-openai-v1': azureOpenaiV1,
  bedrock,
  'bedrock-claude': bedrockClaude,
  cohere,
  gemini,
  openai,
  'openai-compatible': openaiCompatible,
  'vertex-claude': vertexClaude,
  'vertex-gemini': vertexGemini,
};

/** In alphabetical order. */
export const PROVIDER_KINDS: readonly ProviderKind[] = (Object.keys(PROVIDERS) as ProviderKind[]).sort();

/** Whether a kind of provider has a field at all. */
export function takes(kind: ProviderKind, field: ProviderField): boolean {
  const { requires, host, allows = [], ways } = PROVIDERS[kind];
  return ['baseUrl', 'caCertificate', host, ...requires, ...allows, ...ways.flat()].includes(field);
}
