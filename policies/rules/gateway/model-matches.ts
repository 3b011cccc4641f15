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
  title: 'a client gets no model that nobody chose',
  severity: 'error',
  why:
    'A rule whose matches name no model takes requests for any, and a backend without modelNameOverride gets ' +
    'the name that the client wrote: a provider then answers with its dearest model, and a model server that ' +
    'has no such model with 404, where the gateway would have said so itself.',
  source: 'envoyproxy/ai-gateway v1.0.0, internal/controller/ai_gateway_route.go and internal/extproc',
  fix: `match ${MODEL_HEADER} exactly, or set modelNameOverride of each backend`,
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
      problem: 'requests for any model come here, and the backend gets the name that the client wrote',
    },
  ],
});

export const listedModels = defineRule({
  id: 'G25',
  title: 'clients can see which models there are',
  severity: 'warning',
  why:
    'GET /v1/models lists the models that some rule names exactly. Those that a pattern matches are not in it, ' +
    'and a name that is misspelt goes to the backend instead of being answered with 404.',
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
      problem: { expression: "'models of the pattern ' + header.value + ' are in no list of models'" },
    },
  ],
});
