import type { ProviderEndpoint, SchemaName } from './credentials';

/** The APIs that clients may use at the gateway, with their paths (Envoy AI Gateway's defaults). */
export const CLIENT_APIS = {
  chat: '/v1/chat/completions',
  completions: '/v1/completions',
  embeddings: '/v1/embeddings',
  responses: '/v1/responses',
  images: '/v1/images/generations',
  speech: '/v1/audio/speech',
  transcriptions: '/v1/audio/transcriptions',
  translations: '/v1/audio/translations',
  messages: '/anthropic/v1/messages',
  rerank: '/cohere/v2/rerank',
} as const;

export type ClientApi = keyof typeof CLIENT_APIS;

const AUDIO = ['speech', 'transcriptions', 'translations'] as const;

/**
 * Which client APIs the gateway can translate into which dialect: `GetTranslator` of
 * internal/endpointspec/endpointspec.go, Envoy AI Gateway 1.0. Any other pair fails request by request.
 */
const TRANSLATORS: Readonly<Record<SchemaName, readonly ClientApi[]>> = {
  OpenAI: ['chat', 'completions', 'embeddings', 'responses', 'images', ...AUDIO, 'messages'],
  AzureOpenAI: ['chat', 'embeddings', 'responses'],
  AWSBedrock: ['chat', 'embeddings', 'messages'],
  AWSAnthropic: ['chat', 'messages'],
  GCPVertexAI: ['chat', 'embeddings'],
  GCPAnthropic: ['chat', 'messages'],
  Anthropic: ['messages'],
  Cohere: ['rerank'],
};

/** A model, as far as it says which APIs it answers. */
type Answering =
  | { readonly kind: 'vllm' | 'tei' | 'route' }
  | { readonly kind: 'provider'; readonly endpoint: Pick<ProviderEndpoint, 'schema'> };

/** The client APIs that the gateway can translate into a dialect. */
export function clientApisOf(schema: SchemaName): readonly ClientApi[] {
  return TRANSLATORS[schema];
}

/**
 * The client APIs that all of some models answer: what a request may use whichever of them it reaches. Names
 * for other models together say nothing by themselves.
 */
export function sharedClientApis(models: readonly Answering[]): readonly ClientApi[] {
  const all = Object.keys(CLIENT_APIS) as ClientApi[];
  return models.reduce((left, model) => left.filter((api) => answers(model, api)), all);
}

function answers(model: Answering, api: ClientApi): boolean {
  switch (model.kind) {
    case 'vllm':
      return clientApisOf('OpenAI').includes(api);
    case 'tei':
      return api === 'embeddings';
    case 'provider':
      return clientApisOf(model.endpoint.schema.name).includes(api);
    case 'route':
      return true;
  }
}
