import { eventMessage } from '../event-stream';
import { type Exchange, json, Refusal } from '../http';
import { type AwsKeys, refuseSignature } from '../signature';
import { message, messageEvents } from './anthropic';
import { count, type Dialect, speak, type Voice } from './dialect';

const PATH = /^\/model\/([^/]+)\/(converse|converse-stream|invoke|invoke-with-response-stream)$/;
const EVENT_STREAM = 'application/vnd.amazon.eventstream';

/**
 * AWS Bedrock: Converse for every model, InvokeModel with the body of Claude's messages. The signature is computed
 * anew and must be for Bedrock's public host of the region: that is what Envoy AI Gateway 1.0 signs, whatever host
 * it sends to.
 */
export function bedrock(keys: AwsKeys, region: string, voice: Voice): Dialect {
  const host = `bedrock-runtime.${region}.amazonaws.com`;
  return {
    authenticate(exchange) {
      const problem = refuseSignature(exchange, keys, host);
      if (problem !== undefined) throw new Refusal(403, problem);
    },
    answer(exchange) {
      const [found, name = '', operation] = PATH.exec(exchange.path) ?? [];
      if (found === undefined) return undefined;
      const model = decodeURIComponent(name);
      switch (operation) {
        case 'converse':
          return json(converse(exchange, voice));
        case 'converse-stream':
          return { contentType: EVENT_STREAM, chunks: converseEvents(exchange, voice) };
        case 'invoke':
          return json(invoke(exchange, voice, model));
        default:
          requireVersion(exchange);
          return { contentType: EVENT_STREAM, chunks: invokeEvents(exchange, voice, model) };
      }
    },
    refuse: ({ status, message: said }) => ({
      ...json({ message: said }, status),
      headers: { 'x-amzn-errortype': status === 403 ? 'InvalidSignatureException' : 'ValidationException' },
    }),
  };
}

function requireVersion({ json: body }: Exchange): void {
  if (Reflect.get(Object(body), 'anthropic_version') !== 'bedrock-2023-05-31') {
    throw new Refusal(400, 'anthropic_version: "bedrock-2023-05-31" is required');
  }
}

function invoke(exchange: Exchange, voice: Voice, model: string) {
  if (/^(cohere|amazon\.titan-embed)/.test(model)) {
    const { prompt_tokens } = count(exchange, { ...voice, words: [] });
    return { embedding: [0.25, -0.5, 0.125], inputTextTokenCount: prompt_tokens };
  }
  requireVersion(exchange);
  return message(exchange, voice, model);
}

function converseUsage(exchange: Exchange, voice: Voice) {
  const { prompt_tokens, completion_tokens, total_tokens } = count(exchange, voice);
  return { inputTokens: prompt_tokens, outputTokens: completion_tokens, totalTokens: total_tokens };
}

function converse(exchange: Exchange, voice: Voice) {
  return {
    output: { message: { role: 'assistant', content: [{ text: voice.words.join('') }] } },
    stopReason: 'end_turn',
    usage: converseUsage(exchange, voice),
    metrics: { latencyMs: 1 },
  };
}

async function* converseEvents(exchange: Exchange, voice: Voice): AsyncGenerator<Buffer> {
  yield eventMessage('messageStart', { role: 'assistant' });
  for await (const text of speak(voice, exchange)) {
    yield eventMessage('contentBlockDelta', { contentBlockIndex: 0, delta: { text } });
  }
  yield eventMessage('contentBlockStop', { contentBlockIndex: 0 });
  yield eventMessage('messageStop', { stopReason: 'end_turn' });
  yield eventMessage('metadata', { usage: converseUsage(exchange, voice), metrics: { latencyMs: 1 } });
}

async function* invokeEvents(exchange: Exchange, voice: Voice, model: string): AsyncGenerator<Buffer> {
  for await (const event of messageEvents(exchange, voice, model)) {
    yield eventMessage('chunk', { bytes: Buffer.from(JSON.stringify(event)).toString('base64') });
  }
}
