import { randomUUID } from 'node:crypto';
import { complete } from '../completion';
import { type Exchange, json, type Reply } from '../http';
import { readQuestion } from '../openai';
import { count, type Dialect, takesKey, type Voice } from './dialect';

/** What OpenAI's API answers below a prefix; undefined for another path. */
function answerOpenAi(exchange: Exchange, prefix: string, voice: Voice): Reply | Promise<Reply> | undefined {
  const { path } = exchange;
  if (!path.startsWith(prefix)) return undefined;
  switch (path.slice(prefix.length)) {
    case '/chat/completions':
      return complete(readQuestion('chat', exchange.json, voice.words.length), voice.pace, exchange);
    case '/embeddings':
      return json(embeddings(exchange, voice));
    case '/responses':
      return json(response(exchange, voice));
    default:
      return undefined;
  }
}

function embeddings(exchange: Exchange, voice: Voice) {
  const { prompt_tokens } = count(exchange, { ...voice, words: [] });
  return {
    object: 'list',
    data: [{ object: 'embedding', index: 0, embedding: [0.25, -0.5, 0.125] }],
    model: Reflect.get(Object(exchange.json), 'model'),
    usage: { prompt_tokens, total_tokens: prompt_tokens },
  };
}

function response(exchange: Exchange, voice: Voice) {
  const { prompt_tokens, completion_tokens, total_tokens } = count(exchange, voice);
  return {
    id: `resp_${randomUUID()}`,
    object: 'response',
    created_at: Math.floor(Date.now() / 1000),
    status: 'completed',
    model: Reflect.get(Object(exchange.json), 'model'),
    output: [
      {
        id: `msg_${randomUUID()}`,
        type: 'message',
        role: 'assistant',
        status: 'completed',
        content: [{ type: 'output_text', text: voice.words.join(''), annotations: [] }],
      },
    ],
    usage: { input_tokens: prompt_tokens, output_tokens: completion_tokens, total_tokens },
  };
}

const refuse: Dialect['refuse'] = ({ status, message, param }) => {
  const code = status === 401 ? 'invalid_api_key' : null;
  return json({ error: { message, type: 'invalid_request_error', param, code } }, status);
};

/** OpenAI, and whoever speaks like it. */
export function openAi(apiKey: string, prefix: string, voice: Voice): Dialect {
  return {
    authenticate: takesKey('authorization', `Bearer ${apiKey}`, 401, 'Incorrect API key provided.'),
    answer: (exchange) => answerOpenAi(exchange, prefix, voice),
    refuse,
  };
}

/** Azure: its own header, and below deployments the model in the path and a version in the query. */
export function azureOpenAi(apiKey: string, voice: Voice): Dialect {
  const denied = 'Access denied due to invalid subscription key or wrong API endpoint.';
  return {
    authenticate: takesKey('api-key', apiKey, 401, denied),
    answer(exchange) {
      const [deployment] = /^\/openai\/deployments\/[^/]+/.exec(exchange.path) ?? [];
      if (deployment === undefined) return answerOpenAi(exchange, '/openai/v1', voice);
      if (!exchange.query.has('api-version')) return undefined;
      return answerOpenAi(exchange, deployment, voice);
    },
    refuse: ({ status, message }) => json({ error: { code: String(status), message } }, status),
  };
}
