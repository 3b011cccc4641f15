import { defineRule } from '../../rule';

const MODEL_HEADER = 'x-ai-eg-model';

/** Patterns that every model matches. */
const ANY = ['.*', '.+', '^.*$', '^.+$'];

const IS_MODEL = `header.name.lowerAscii() == '${MODEL_HEADER}'`;

/** CEL: whether every match of a rule names a model. */
const NAMED =
  `rule.?matches.orValue([]).size() > 0 && rule.matches.all(match, match.?headers.orValue([])` +
  `.exists(header, ${IS_MODEL} && !(header.?type.orValue('Exact') == 'RegularExpression' && ` +
  `header.value in [${ANY.map((text) => `'${text}'`).join(', ')}])))`;

const rule = (matches: readonly object[] | undefined, backend: object = {}) => ({
  'aigatewayroute/ai/chat': {
    spec: {
      rules: [
        {
          ...(matches && { matches }),
          backendRefs: [{ name: 'chat', ...backend }],
          timeouts: { request: '600s' },
        },
      ],
    },
  },
});

const model = (value: string, type = 'Exact') => ({ headers: [{ name: MODEL_HEADER, type, value }] });

export const modelMatches = defineRule({
  id: 'R25',
  title: 'a client gets only models that the platform team has chosen',
  effect: 'unsafe',
  why:
    'A rule whose matches name no model accepts requests for any model, and a backend without ' +
    'modelNameOverride receives the name that the client wrote: a provider then answers with its most ' +
    'expensive model, and a model server without such a model answers 404 instead of the gateway.',
  source: 'envoyproxy/ai-gateway v1.0.0, internal/controller/ai_gateway_route.go and internal/extproc',
  fix: `match ${MODEL_HEADER} exactly, or set modelNameOverride on each backend`,
  area: 'gateway',
  scope: 'object',
  kinds: ['AIGatewayRoute'],
  fields: ['aigatewayroute/ai/chat /spec/rules/0/matches'],
  good: [
    {
      shows: 'one model, whatever a client calls it',
      change: rule(undefined, { modelNameOverride: 'chat' }),
    },
  ],
  bad: [
    {
      shows: 'no match at all',
      change: rule(undefined),
      finds: ['aigatewayroute/ai/chat /spec/rules/0/matches'],
    },
    {
      shows: 'one match of two without a model',
      change: rule([model('chat'), { headers: [{ name: 'x-client-id', value: 'batch' }] }]),
      finds: ['aigatewayroute/ai/chat /spec/rules/0/matches'],
    },
    {
      shows: 'a pattern for everything',
      change: rule([model('.*', 'RegularExpression')]),
      finds: ['aigatewayroute/ai/chat /spec/rules/0/matches'],
      also: ['G25 aigatewayroute/ai/chat /spec/rules/0/matches/0/headers/0'],
    },
  ],
  checks: [
    {
      each: ['spec.rules'],
      as: ['rule'],
      expression:
        `(${NAMED}) || (rule.?backendRefs.orValue([]).size() > 0 && ` +
        'rule.backendRefs.all(backend, backend.?modelNameOverride.hasValue()))',
      pointer: '/spec/rules/*/matches',
      problem:
        'the rule accepts requests for any model, and the backend receives the name that the client wrote',
    },
  ],
});

export const listedModels = defineRule({
  id: 'G25',
  title: 'clients can list the available models',
  effect: 'fragile',
  why:
    'GET /v1/models lists the models that a rule names exactly. Models that match a pattern are not listed, ' +
    'and a misspelt name is sent to the backend instead of being rejected with 404.',
  source: 'envoyproxy/ai-gateway v1.0.0, internal/controller/gateway.go',
  fix: 'name each model exactly',
  area: 'gateway',
  scope: 'object',
  kinds: ['AIGatewayRoute'],
  good: [{ shows: 'two models', change: rule([model('chat'), model('chat-mini')]) }],
  bad: [
    {
      shows: 'a family of models',
      change: rule([model('chat-.*', 'RegularExpression')]),
      finds: ['aigatewayroute/ai/chat /spec/rules/0/matches/0/headers/0'],
    },
  ],
  checks: [
    {
      each: ['spec.rules', 'rule.matches', 'match.headers'],
      as: ['rule', 'match', 'header'],
      expression: `!(${IS_MODEL}) || header.?type.orValue('Exact') == 'Exact'`,
      pointer: '/spec/rules/*/matches/*/headers/*',
      problem: { expression: "'models that match ' + header.value + ' are not in the list of models'" },
    },
  ],
});
