import { defineRule } from '../../rule';
import { TOKENS, tokenBudget } from './samples';

const RULES = '/spec/rateLimit/global/rules';
const OSS = 'backendtrafficpolicy/ai/oss';

const budget = (change: object) => tokenBudget({ shared: true, ...change });

export const tokenBudgets = defineRule({
  id: 'R33',
  title: 'a token budget counts tokens only',
  effect: 'ineffective',
  why:
    'Without a request cost of 0, every request costs one unit before any token is counted: a budget of tokens is one of ' +
    'requests, too.',
  source: 'Envoy Gateway 1.8, internal/xds/translator/ratelimit.go; AI Gateway, examples/token_ratelimit',
  fix: 'set cost.request to the number 0',
  area: 'gateway',
  scope: 'object',
  kinds: ['BackendTrafficPolicy'],
  fields: [`${OSS} ${RULES}/0/cost/request`],
  good: [
    {
      shows: 'a limit of requests, which each route counts for itself',
      change: budget({ cost: undefined, shared: false }),
    },
    { shows: 'a budget of a route with one rule', change: budget({ shared: false }) },
  ],
  bad: [
    {
      shows: 'a request that costs ten units',
      change: budget({
        cost: {
          request: { from: 'Number', number: 10 },
          response: TOKENS,
        },
      }),
      finds: [`${OSS} ${RULES}/0/cost/request`],
    },
  ],
  checks: [
    {
      each: ['spec.rateLimit.global.rules'],
      as: ['rule'],
      expression:
        '!rule.?cost.response.hasValue() || (rule.cost.?request.from.orValue("") == "Number" && rule.cost.request.?number.orValue(1) == 0)',
      pointer: `${RULES}/*/cost/request`,
      problem: 'a request has a cost before any token is counted',
      patch: [{ op: 'add', path: `${RULES}/*/cost/request`, value: { from: 'Number', number: 0 } }],
    },
  ],
});

export const budgetOvershoot = defineRule({
  id: 'R30',
  title: 'a token budget has a limit on parallel requests',
  effect: 'fragile',
  why:
    'Tokens are charged when an answer ends, and only if it succeeded and the client stayed connected: ' +
    'parallel requests pass before the first is charged, and failed or aborted calls cost nothing. Only the ' +
    'number of parallel requests bounds this.',
  source: 'envoyproxy/ai-gateway#2394 and #1754; AI Gateway 1.0, internal/extproc/processor_impl.go',
  fix: 'set circuitBreaker.maxParallelRequests, and a request limit in addition to the budget',
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
    },
  ],
  checks: [
    {
      expression:
        '!object.spec.?rateLimit.global.rules.orValue([]).exists(rule, rule.?cost.response.hasValue()) || ' +
        // The definition fills in 1024, so that nobody sees any more who said it.
        'object.spec.?circuitBreaker.maxParallelRequests.orValue(1024) != 1024',
      pointer: '/spec/circuitBreaker/maxParallelRequests',
      problem:
        'the token budget has no limit on parallel requests other than the default of Envoy (1024 in each Envoy)',
    },
  ],
});
