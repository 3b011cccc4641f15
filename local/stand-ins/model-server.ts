import { complete, type Pace } from './completion';
import { type Handler, json, Refusal, type StandIn, text } from './http';
import { type Question, readQuestion } from './openai';
import { vllmMetrics } from './vllm-metrics';

export interface ModelServerProps {
  /** The one model that is served, as `--served-model-name` of vLLM. */
  readonly model: string;
  /** Length of an answer that no `max_tokens` cuts. */
  readonly answerTokens: number;
  readonly pace: Pace;
  /**
   * Whether every chunk of every stream tells the usage so far, as vLLM's `--enable-force-include-usage`. Default: false.
   */
  readonly forceUsage?: boolean;
  /** The only key that is accepted, as `Authorization: Bearer KEY`. Default: none is asked for. */
  readonly apiKey?: string;
}

const errorTypes: Readonly<Record<number, string>> = {
  400: 'BadRequestError',
  401: 'AuthenticationError',
  404: 'NotFoundError',
};

/**
 * A model server without a GPU: the OpenAI API as vLLM serves it, and vLLM's metrics. Every request is answered at
 * once, side by side; the context length is not enforced, so that bodies of any size reach an answer.
 */
export function modelServer(props: ModelServerProps): StandIn {
  const metrics = vllmMetrics(props.model);
  const created = Math.floor(Date.now() / 1000);

  const ask =
    (api: Question['api']): Handler =>
    (exchange) => {
      const question = readQuestion(api, exchange.json, props.answerTokens, props.forceUsage);
      if (question.model !== props.model) {
        throw new Refusal(404, `The model \`${question.model}\` does not exist.`, 'model');
      }
      return complete(question, props.pace, exchange, metrics.begin(question.promptTokens));
    };

  /** As in vLLM only what begins with `/v1`: health and metrics stay open. */
  const keyed =
    (handler: Handler): Handler =>
    (exchange) => {
      const given = exchange.headers.authorization ?? [];
      const isRight = given.length === 1 && given[0] === `Bearer ${props.apiKey}`;
      if (props.apiKey !== undefined && !isRight) throw new Refusal(401, 'Unauthorized');
      return handler(exchange);
    };

  return {
    kind: 'model-server',
    routes: {
      'POST /v1/chat/completions': keyed(ask('chat')),
      'POST /v1/completions': keyed(ask('text')),
      'GET /v1/models': keyed(() =>
        json({
          object: 'list',
          data: [
            {
              id: props.model,
              object: 'model',
              created,
              owned_by: 'stand-in',
              root: props.model,
              parent: null,
            },
          ],
        }),
      ),
      'GET /health': () => text(''),
      'GET /version': () => json({ version: '0.0.0+stand-in' }),
      'GET /metrics': async () => text(await metrics.text(), metrics.contentType),
    },
    refuse: ({ status, message, param }) =>
      json(
        { error: { message, type: errorTypes[status] ?? 'InternalServerError', param, code: status } },
        status,
      ),
  };
}
