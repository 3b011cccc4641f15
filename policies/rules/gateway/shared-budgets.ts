import { routesUnder } from '../../ai-routes';
import type { RuleKinds } from '../../kinds';
import { defineRule } from '../../rule';
import { tokenBudget } from './samples';

type Route = RuleKinds['AIGatewayRoute'];
type Limit = NonNullable<
  NonNullable<NonNullable<RuleKinds['BackendTrafficPolicy']['spec']['rateLimit']>['global']>['rules']
>[number];

/** The header in which the AI gateway has the name of the model. */
const MODEL = 'x-ai-eg-model';

const OSS = 'backendtrafficpolicy/ai/oss';
const RULE = '/spec/rateLimit/global/rules/0';

const model = (...values: readonly string[]) => ({
  backendRefs: [{ name: 'oss', modelNameOverride: 'oss' }],
  timeouts: { request: '600s' },
  matches: values.map((value) => ({ headers: [{ name: MODEL, value }] })),
});

const sample = (rules: readonly object[], limit: object) => ({
  'aigatewayroute/ai/oss': { spec: { rules } },
  ...tokenBudget(limit),
});

export const sharedBudgets = defineRule({
  id: 'R52',
  title: 'a token budget for several models is one budget',
  effect: 'fragile',
  why:
    'Without shared: true Envoy counts separately for each HTTPRoute, rule, match and host name: a tenant that calls five ' +
    'models has the budget five times.',
  source: 'envoyproxy/gateway v1.8.3, internal/xds/translator/ratelimit.go',
  fix: 'set shared: true; where each model is to have a budget of its own, add a selector for the header x-ai-eg-model',
  area: 'gateway',
  scope: 'graph',
  kinds: ['BackendTrafficPolicy'],
  good: [
    {
      shows: 'one budget for two models',
      change: sample([model('oss'), model('oss-small')], { shared: true }),
    },
    { shows: 'one model', change: sample([model('oss')], {}) },
    {
      shows: 'a budget for each model',
      change: sample([model('oss'), model('oss-small')], {
        clientSelectors: [{ headers: [{ name: MODEL, type: 'Distinct' }] }],
      }),
    },
  ],
  bad: [
    {
      shows: 'two models in two rules',
      change: sample([model('oss'), model('oss-small')], {}),
      finds: [`${OSS} ${RULE}/shared`],
    },
    {
      shows: 'two models in one rule',
      change: sample([model('oss', 'oss-small')], { shared: false }),
      finds: [`${OSS} ${RULE}/shared`],
    },
  ],
  check(all, one) {
    const separate = [...(one.spec.rateLimit?.global?.rules ?? []).entries()].filter(
      ([, limit]) => limit.cost?.response !== undefined && limit.shared !== true && !isByModel(limit),
    );
    const times = separate.length === 0 ? 0 : routesUnder(all, one).flatMap(matchesOf).length;
    if (times < 2) return [];
    return separate.map(([index]) => {
      const pointer = `/spec/rateLimit/global/rules/${index}/shared`;
      const problem = `a client has this budget ${times} times, once for each match of a route`;
      return { pointer, problem, patch: [{ op: 'add', path: pointer, value: true }] };
    });
  },
});

/** What Envoy Gateway makes routes of, each with a count of its own. */
const matchesOf = ({ spec }: Route) =>
  (spec?.rules ?? []).flatMap(({ matches = [] }): readonly object[] =>
    matches.length === 0 ? [{}] : matches,
  );

const isByModel = ({ clientSelectors = [] }: Limit) =>
  clientSelectors.some(({ headers = [] }) => headers.some(({ name }) => name.toLowerCase() === MODEL));
