import { ASKING, type Asked, about, judgeAsked } from '../../asked';
import { type Bundle, ofBundle } from '../../bundle';
import { walk } from '../../promql/tree';
import { defineRule } from '../../rule';
import { alert, board, inRule, onBoard, recording } from './samples';

/** Labels whose values every request may choose. */
const CHOSEN = new Set([
  ...['request_id', 'x_request_id', 'http_request_id', 'trace_id', 'traceparent', 'span_id'],
  ...['user_agent', 'http_user_agent', 'x_forwarded_for', 'session_id', 'conversation_id'],
]);

/** The model that a client asks for: LiteLLM, the inference extension. */
const ASKED_MODEL = new Set(['requested_model', 'gen_ai_original_model']);

const MODEL_HEADER = 'x-ai-eg-model';

/**
 * Whether every AI route of a bundle names the models that it takes, so that no other is counted; undefined where the
 * bundle has no routes.
 */
const takesNamedModels = ofBundle((all: Bundle): boolean | undefined => {
  const rules = all.ofKind('AIGatewayRoute').flatMap(({ spec }) => spec?.rules ?? []);
  if (rules.length === 0) return undefined;
  return rules.every(
    ({ matches = [] }) =>
      matches.length > 0 &&
      matches.every(({ headers = [] }) =>
        headers.some(({ name, type = 'Exact' }) => name.toLowerCase() === MODEL_HEADER && type === 'Exact'),
      ),
  );
});

/** Without routes nothing is known: then a panel makes no series, and a rule does. */
const takesAny = (all: Bundle, { use }: Asked) =>
  !(takesNamedModels(all) ?? (use === 'curve' || use === 'figure'));

const USAGE = 'gen_ai_client_token_usage_sum';

const anyModel = {
  'aigatewayroute/ai/chat': {
    spec: {
      rules: [
        {
          matches: [{ headers: [{ name: MODEL_HEADER, type: 'RegularExpression', value: 'gpt-.*' }] }],
          backendRefs: [{ name: 'chat' }],
          timeouts: { request: '600s' },
        },
      ],
    },
  },
};

export const clientLabels = defineRule({
  id: 'O15',
  title: 'series are grouped by labels that clients cannot choose',
  effect: 'fragile',
  why:
    'A client that sends a new value with each request makes a new series of each recording rule, a new line of each ' +
    'panel and a new alert: Prometheus runs out of memory, and nobody finds the line that matters.',
  source:
    'AI Gateway 1.0, internal/metrics/genai.go (gen_ai.original.model is what the client asked for); Prometheus, ' +
    'practices, naming',
  fix: 'group by gen_ai_request_model, a workload or another label that the platform sets',
  area: 'observability',
  scope: 'graph',
  kinds: ASKING,
  good: [
    {
      shows: 'the model that the gateway chose',
      change: recording(`sum by (gen_ai_request_model) (rate(${USAGE}[5m]))`),
    },
    {
      shows: 'the model that the client asked for, of routes that take named models only',
      change: recording(`sum by (gen_ai_original_model) (rate(${USAGE}[5m]))`),
    },
    { shows: 'without the label', change: recording(`sum without (x_request_id) (rate(${USAGE}[5m]))`) },
  ],
  bad: [
    inRule('by request', recording(`sum by (x_request_id) (rate(${USAGE}[5m]))`)),
    onBoard(
      'by program of the client',
      board(`topk(5, sum by (user_agent) (rate(${USAGE}[$__rate_interval])))`),
    ),
    inRule(
      'by the model that clients ask for, of routes that take any',
      { ...anyModel, ...alert(`sum by (gen_ai_original_model) (rate(${USAGE}[5m])) > 1e6`) },
      { also: ['G25 aigatewayroute/ai/chat /spec/rules/0/matches/0/headers/0'] },
    ),
  ],
  check: (all, one) =>
    judgeAsked(one, (asked) => {
      const { tree } = asked.query;
      const labels = [...(tree === undefined ? [] : walk(tree))].flatMap(([expr]) =>
        expr.kind === 'aggregate' && expr.grouping?.by ? expr.grouping.labels : [],
      );
      return [...new Set(labels)]
        .filter((label) => CHOSEN.has(label) || (ASKED_MODEL.has(label) && takesAny(all, asked)))
        .map((label) => about(asked, `clients choose the values of ${label}`));
    }),
});
