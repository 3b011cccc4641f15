import { complete, type Pace } from './completion';
import { type Exchange, type Handler, json, Refusal, type StandIn } from './http';
import { readQuestion } from './openai';

export interface ProviderProps {
  /** The models on offer; another is 404. */
  readonly models: readonly string[];
  /** The only key that is accepted, as `Authorization: Bearer KEY`. */
  readonly apiKey: string;
  /** Path in front of `/chat/completions` and `/models`, without a slash at the end: `/v1beta/openai`. */
  readonly prefix: string;
  readonly answerTokens: number;
  readonly pace: Pace;
}

const statuses: Readonly<Record<number, string>> = { 400: 'INVALID_ARGUMENT', 404: 'NOT_FOUND' };

/**
 * A cloud provider without a cloud: the OpenAI-compatible API of Gemini behind a key. Like Gemini it answers 400,
 * not 401, where the key is missing or wrong, and wraps an error in a list.
 */
export function provider(props: ProviderProps): StandIn {
  const keyed =
    (handler: Handler): Handler =>
    (exchange) => {
      checkKey(exchange, props.apiKey);
      return handler(exchange);
    };

  return {
    kind: 'provider',
    routes: {
      [`POST ${props.prefix}/chat/completions`]: keyed((exchange) => {
        const question = readQuestion('chat', exchange.json, props.answerTokens);
        if (!props.models.includes(question.model.replace(/^models\//, ''))) {
          throw new Refusal(
            404,
            `unknown model ${question.model}: this provider has ${props.models.join(', ')}`,
          );
        }
        return complete(question, props.pace, exchange);
      }),
      [`GET ${props.prefix}/models`]: keyed(() =>
        json({
          object: 'list',
          data: props.models.map((model) => ({
            id: `models/${model}`,
            object: 'model',
            owned_by: 'stand-in',
          })),
        }),
      ),
    },
    refuse: ({ status, message }) =>
      json([{ error: { code: status, message, status: statuses[status] ?? 'INTERNAL' } }], status),
  };
}

/** Exactly one credential, and the right one: a gateway that adds its key beside the client's is found out. */
function checkKey(exchange: Exchange, apiKey: string): void {
  const given = exchange.headers.authorization ?? [];
  if (given.length === 0) {
    throw new Refusal(400, 'the request carries no API key; send it as Authorization: Bearer KEY');
  }
  if (given.length > 1 || given[0] !== `Bearer ${apiKey}`) {
    throw new Refusal(400, 'API key not valid');
  }
}
