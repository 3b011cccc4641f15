import { randomUUID } from 'node:crypto';
import { type Exchange, json } from '../http';
import { count, type Dialect, takesKey, type Voice } from './dialect';
import { openAi } from './openai';

/** Reranking in Cohere's own API, and its OpenAI-compatible one, behind the same key. */
export function cohere(apiKey: string, voice: Voice): Dialect {
  const compatible = openAi(apiKey, '/compatibility/v1', voice);
  return {
    authenticate: takesKey('authorization', `Bearer ${apiKey}`, 401, 'invalid api token'),
    answer: (exchange) =>
      exchange.path === '/v2/rerank' ? json(rerank(exchange, voice)) : compatible.answer(exchange),
    refuse: ({ status, message }) => json({ message }, status),
  };
}

/** The documents in the order in which they came: nothing here can judge relevance. */
function rerank(exchange: Exchange, voice: Voice) {
  const documents: unknown[] = Object(exchange.json).documents ?? [];
  const { prompt_tokens } = count(exchange, { ...voice, words: [] });
  return {
    id: randomUUID(),
    results: documents.map((_, index) => ({ index, relevance_score: 1 / (index + 1) })),
    meta: {
      api_version: { version: '2' },
      billed_units: { search_units: 1 },
      tokens: { input_tokens: prompt_tokens, output_tokens: 0 },
    },
  };
}
