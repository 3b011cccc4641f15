import { keyed, type Provider, type ProviderDraft } from './provider';

/** Cohere's reranking models are called `rerank-…`, and no other. */
const reranks = ({ api, model }: ProviderDraft) =>
  (api ?? (model?.startsWith('rerank') ? 'rerank' : 'chat')) === 'rerank';

/**
 * Two APIs behind one key. Reranking is the only one of Cohere's own that Envoy AI Gateway speaks; everything
 * else goes through Cohere's OpenAI-compatible API.
 */
export const cohere: Provider = {
  title: 'Cohere',
  requires: ['apiKeySecret'],
  allows: ['api'],
  ways: [['apiKeySecret']],
  prefixed: true,
  baseUrl: (document) =>
    reranks(document) ? 'https://api.cohere.com/v2' : 'https://api.cohere.ai/compatibility/v1',
  // The gateway asks for /<version>/rerank, so the path in front of /rerank is the version.
  schema: (document, path) =>
    reranks(document)
      ? { name: 'Cohere', version: path.replace(/^\//, '') }
      : { name: 'OpenAI', prefix: path },
  credentials: keyed('apiKey'),
};
