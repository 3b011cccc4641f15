import { type Exchange, json, Refusal, type Reply } from '../http';
import { asServerSent, message, messageEvents } from './anthropic';
import { count, type Dialect, speak, takesKey, type Voice } from './dialect';

const PATH =
  /^\/v1\/projects\/[^/]+\/locations\/[^/]+\/publishers\/(google|anthropic)\/models\/([^/:]+):(\w+)$/;

const GRANT = 'urn:ietf:params:oauth:grant-type:jwt-bearer';

/**
 * Vertex AI for Gemini and for Claude, and the token endpoint that a service account's JSON points to: a signed
 * assertion in, an access token out. The assertion's signature is not verified, for nobody here knows the key.
 */
export function vertex(token: string, voice: Voice): Dialect {
  const bearer = takesKey(
    'authorization',
    `Bearer ${token}`,
    401,
    'Request had invalid authentication credentials.',
  );
  return {
    authenticate(exchange) {
      if (exchange.path !== '/token') bearer(exchange);
    },
    answer(exchange) {
      if (exchange.path === '/token') return exchangeAssertion(exchange, token);
      const [found, publisher, model, method = ''] = PATH.exec(exchange.path) ?? [];
      if (found === undefined) return undefined;
      return publisher === 'google'
        ? answerGemini(exchange, voice, model, method)
        : answerClaude(exchange, voice, model, method);
    },
    refuse: ({ status, message: said }) =>
      json(
        {
          error: {
            code: status,
            message: said,
            status: status === 401 ? 'UNAUTHENTICATED' : 'INVALID_ARGUMENT',
          },
        },
        status,
      ),
  };
}

function exchangeAssertion({ body }: Exchange, access_token: string): Reply {
  const form = new URLSearchParams(body.toString('utf8'));
  const [header = '', claims = '', signature = ''] = (form.get('assertion') ?? '').split('.');
  const { alg } = decoded(header);
  const { iss, aud, scope } = decoded(claims);
  const sound = alg === 'RS256' && signature !== '' && iss !== undefined && scope !== undefined;
  if (form.get('grant_type') !== GRANT || !sound || !String(aud).endsWith('/token')) {
    throw new Refusal(400, 'invalid_grant: the assertion is no signed token of a service account');
  }
  return json({ access_token, token_type: 'Bearer', expires_in: 3600 });
}

function decoded(part: string): Record<string, unknown> {
  const text = Buffer.from(part, 'base64url').toString('utf8');
  return text.startsWith('{') ? JSON.parse(text) : {};
}

function answerClaude(exchange: Exchange, voice: Voice, model: unknown, method: string): Reply | undefined {
  if (Reflect.get(Object(exchange.json), 'anthropic_version') !== 'vertex-2023-10-16') {
    throw new Refusal(400, 'anthropic_version: "vertex-2023-10-16" is required');
  }
  if (method === 'rawPredict') return json(message(exchange, voice, model));
  return method === 'streamRawPredict' ? asServerSent(messageEvents(exchange, voice, model)) : undefined;
}

function answerGemini(exchange: Exchange, voice: Voice, model: unknown, method: string): Reply | undefined {
  if (method === 'generateContent') return json(gemini(exchange, voice, model, voice.words.join(''), true));
  if (method !== 'streamGenerateContent') return undefined;
  return { contentType: 'text/event-stream', chunks: geminiEvents(exchange, voice, model) };
}

function gemini(exchange: Exchange, voice: Voice, modelVersion: unknown, text: string, last: boolean) {
  const { prompt_tokens, completion_tokens, total_tokens } = count(exchange, voice);
  const usageMetadata = {
    promptTokenCount: prompt_tokens,
    candidatesTokenCount: completion_tokens,
    totalTokenCount: total_tokens,
  };
  const content = { role: 'model', parts: [{ text }] };
  return {
    candidates: [{ index: 0, content, ...(last && { finishReason: 'STOP' }) }],
    modelVersion,
    ...(last && { usageMetadata }),
  };
}

async function* geminiEvents(exchange: Exchange, voice: Voice, model: unknown): AsyncGenerator<string> {
  let left = voice.words.length;
  for await (const word of speak(voice, exchange)) {
    left -= 1;
    yield `data: ${JSON.stringify(gemini(exchange, voice, model, word, left === 0))}\r\n\r\n`;
  }
}
