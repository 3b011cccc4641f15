import { defineRule } from '../../rule';

const RULES = '/spec/rateLimit/global/rules';
const OSS = 'backendtrafficpolicy/ai/oss';

const budget = (change: object) => ({
  [OSS]: {
    spec: {
      rateLimit: {
        global: {
          rules: [
            {
              limit: { requests: 1000000, unit: 'Hour' },
              shared: true,
              cost: {
                request: { from: 'Number', number: 0 },
                response: {
                  from: 'Metadata',
                  metadata: { namespace: 'io.envoy.ai_gateway', key: 'llm_total_token' },
                },
              },
              ...change,
            },
          ],
        },
      },
    },
  },
});

export const tokenBudgets = defineRule({
  id: 'R33',
  title: 'a token budget counts tokens, once for everybody whom it is for',
  severity: 'error',
  why:
    'Without a cost of 0 on the way in, every request costs one unit before any token. Without shared: true ' +
    'Envoy counts for each HTTPRoute, rule, match and host name apart: a tenant who calls five models has the ' +
    'budget five times.',
  source: 'Envoy Gateway 1.8, internal/xds/translator/ratelimit.go; AI Gateway, examples/token_ratelimit',
  fix: 'set cost.request to the number 0, and shared: true',
  area: 'gateway',
  scope: 'object',
  kinds: ['BackendTrafficPolicy'],
  fields: [`${OSS} ${RULES}/0/cost/request`, `${OSS} ${RULES}/0/shared`],
  good: [
    {
      shows: 'a limit of requests, which each route counts for itself',
      change: budget({ cost: undefined, shared: false }),
    },
  ],
  bad: [
    {
      shows: 'a request that costs ten units',
      change: budget({
        cost: {
          request: { from: 'Number', number: 10 },
          response: {
            from: 'Metadata',
            metadata: { namespace: 'io.envoy.ai_gateway', key: 'llm_total_token' },
          },
        },
      }),
      finds: [`${OSS} ${RULES}/0/cost/request`],
    },
    {
      shows: 'a budget for each model',
      change: budget({ shared: false }),
      finds: [`${OSS} ${RULES}/0/shared`],
    },
  ],
  checks: [
    {
      each: ['spec.rateLimit.global.rules'],
      as: ['rule'],
      expression:
        '!rule.?cost.response.hasValue() || (rule.cost.?request.from.orValue("") == "Number" && rule.cost.request.?number.orValue(1) == 0)',
      pointer: `${RULES}/*/cost/request`,
      problem: 'a request costs something before any token is counted',
      patch: [{ op: 'add', path: `${RULES}/*/cost/request`, value: { from: 'Number', number: 0 } }],
    },
    {
      each: ['spec.rateLimit.global.rules'],
      as: ['rule'],
      expression: '!rule.?cost.response.hasValue() || rule.?shared.orValue(false)',
      pointer: `${RULES}/*/shared`,
      problem: 'every route, rule, match and host name has this budget for itself',
      patch: [{ op: 'add', path: `${RULES}/*/shared`, value: true }],
    },
  ],
});

export const budgetOvershoot = defineRule({
  id: 'R30',
  title: 'a token budget comes with a limit of parallel requests',
  severity: 'warning',
  why:
    'Tokens are charged when an answer ends, and only if it was a success and the client stayed: what runs in ' +
    'parallel passes before the first is charged, and failed and aborted calls cost nothing. Only the number ' +
    'of requests at once bounds that.',
  source: 'envoyproxy/ai-gateway#2394 and #1754; AI Gateway 1.0, internal/extproc/processor_impl.go',
  fix: 'set circuitBreaker.maxParallelRequests, and a limit of requests beside the budget',
  area: 'gateway',
  scope: 'object',
  kinds: ['BackendTrafficPolicy'],
  fields: [`${OSS} /spec/circuitBreaker`, `${OSS} /spec/circuitBreaker/maxParallelRequests`],
  good: [
    {
      shows: 'no budget',
      change: { [OSS]: { spec: { rateLimit: null } } },
    },
  ],
  bad: [
    {
      shows: 'a limit of connections, over which requests run in parallel',
      change: { [OSS]: { spec: { circuitBreaker: { maxParallelRequests: null, maxConnections: 64 } } } },
      finds: [`${OSS} /spec/circuitBreaker/maxParallelRequests`],
      also: [
        `R04 envoyproxy/ai/chat /spec/provider/kubernetes/envoyDeployment/container/resources/limits/memory`,
      ],
    },
  ],
  checks: [
    {
      expression:
        '!object.spec.?rateLimit.global.rules.orValue([]).exists(rule, rule.?cost.response.hasValue()) || ' +
        // The definition fills in 1024, so that nobody sees any more who said it.
        'object.spec.?circuitBreaker.maxParallelRequests.orValue(1024) != 1024',
      pointer: '/spec/circuitBreaker/maxParallelRequests',
      problem: 'a token budget, and as many requests at once as Envoy takes by default (1024 in each Envoy)',
    },
  ],
});
