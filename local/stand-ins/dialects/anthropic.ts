import { randomUUID } from 'node:crypto';
import { type Exchange, json, type Reply } from '../http';
import { count, type Dialect, speak, takesKey, type Voice } from './dialect';

/** A whole message of Claude's. */
export function message(exchange: Exchange, voice: Voice, model: unknown) {
  const { prompt_tokens: input_tokens, completion_tokens: output_tokens } = count(exchange, voice);
  return {
    id: `msg_${randomUUID()}`,
    type: 'message',
    role: 'assistant',
    model,
    content: [{ type: 'text', text: voice.words.join('') }],
    stop_reason: 'end_turn',
    stop_sequence: null,
    usage: { input_tokens, output_tokens },
  };
}

/** The events of the same message, word by word. */
export async function* messageEvents(
  exchange: Exchange,
  voice: Voice,
  model: unknown,
): AsyncGenerator<{ readonly type: string }> {
  const { usage, ...whole } = message(exchange, voice, model);
  const start = { ...whole, content: [], stop_reason: null, usage: { ...usage, output_tokens: 0 } };
  yield { type: 'message_start', message: start } as { type: string };
  yield { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } } as {
    type: string;
  };
  for await (const text of speak(voice, exchange)) {
    yield { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text } } as { type: string };
  }
  yield { type: 'content_block_stop', index: 0 } as { type: string };
  const delta = { stop_reason: 'end_turn', stop_sequence: null };
  yield { type: 'message_delta', delta, usage: { output_tokens: usage.output_tokens } } as { type: string };
  yield { type: 'message_stop' };
}

/** Events as Anthropic and Vertex AI send them: named, and without a last `[DONE]`. */
export function asServerSent(events: AsyncIterable<{ readonly type: string }>): Reply {
  return { contentType: 'text/event-stream; charset=utf-8', chunks: lines(events) };
}

async function* lines(events: AsyncIterable<{ readonly type: string }>): AsyncGenerator<string> {
  for await (const event of events) yield `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`;
}

export function anthropic(apiKey: string, voice: Voice): Dialect {
  return {
    authenticate: takesKey('x-api-key', apiKey, 401, 'invalid x-api-key'),
    answer(exchange) {
      if (exchange.path !== '/v1/messages') return undefined;
      const { model, stream } = Object(exchange.json);
      return stream === true
        ? asServerSent(messageEvents(exchange, voice, model))
        : json(message(exchange, voice, model));
    },
    refuse: ({ status, message: said }) =>
      json(
        {
          type: 'error',
          error: { type: status === 401 ? 'authentication_error' : 'invalid_request_error', message: said },
        },
        status,
      ),
  };
}
