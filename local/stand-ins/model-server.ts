import { refuseMessages } from './chat-messages';
import { type Handler, json, Refusal, type StandIn, text } from './http';
import { type Question, readQuestion } from './openai';
import { ServedEngine, type ServedEngineProps } from './served-engine';

export interface ModelServerProps extends ServedEngineProps {
  /**
   * Whether every chunk of every stream tells the usage so far, as vLLM's `--enable-force-include-usage`. Default: false.
   */
  readonly forceUsage?: boolean;
  /** Whether the model has gpt-oss' prompt format, which knows few roles. Default: false. */
  readonly harmony?: boolean;
  /** The only key that is accepted, as `Authorization: Bearer KEY`. Default: none is asked for. */
  readonly apiKey?: string;
}

const errorTypes: Readonly<Record<number, string>> = {
  400: 'BadRequestError',
  401: 'AuthenticationError',
  404: 'NotFoundError',
};

/**
 * A model server without a GPU: the OpenAI API as vLLM serves it, vLLM's metrics, and an engine that queues, batches,
 * caches and preempts as vLLM's does. The context length is not enforced, so that bodies of any size reach an answer.
 */
export function modelServer(props: ModelServerProps): StandIn {
  const { model } = props;
  const engine = new ServedEngine(props);
  const created = Math.floor(Date.now() / 1000);

  const ask =
    (api: Question['api']): Handler =>
    (exchange) => {
      const question = readQuestion(api, exchange.json, props.answerTokens, props.forceUsage);
      if (api === 'chat')
        refuseMessages(Reflect.get(Object(exchange.json), 'messages'), props.harmony === true);
      if (question.model !== model) {
        throw new Refusal(404, `The model \`${question.model}\` does not exist.`, 'model');
      }
      return engine.answer(question, exchange);
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
    state: () => engine.state(),
    trouble: (trouble) => engine.setTrouble(trouble),
    routes: {
      'POST /v1/chat/completions': keyed(ask('chat')),
      'POST /v1/completions': keyed(ask('text')),
      'GET /v1/models': keyed(() =>
        json({
          object: 'list',
          data: [{ id: model, object: 'model', created, owned_by: 'stand-in', root: model, parent: null }],
        }),
      ),
      'GET /health': () => text(''),
      'GET /version': () => json({ version: '0.0.0+stand-in' }),
      'GET /metrics': async () => text(await engine.metrics.text(), engine.metrics.contentType),
    },
    refuse: ({ status, message, param }) =>
      json(
        { error: { message, type: errorTypes[status] ?? 'InternalServerError', param, code: status } },
        status,
      ),
  };
}
