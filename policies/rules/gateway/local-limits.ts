import { shown } from '../../../base/text';
import type { Kinds } from '../../../constructs/crds';
import { defineRule, type Violation } from '../../rule';

type Limit = NonNullable<
  NonNullable<Kinds['BackendTrafficPolicy']['spec']['rateLimit']>['local']
>['rules'] extends readonly (infer Rule)[] | undefined
  ? Rule
  : never;

const POLICY = 'backendtrafficpolicy/ai/chat';
const RULES = '/spec/rateLimit/local/rules';

const limits = (...rules: readonly object[]) => ({ [POLICY]: { spec: { rateLimit: { local: { rules } } } } });

const everybody = (requests: number, unit: string) => ({ limit: { requests, unit } });

const client = (requests: number, unit: string, header: object = { value: 'batch' }) => ({
  clientSelectors: [{ headers: [{ name: 'x-client-id', ...header }] }],
  limit: { requests, unit },
});

/** What a unit lasts (Envoy Gateway, internal/utils/ratelimit/unit.go, UnitToSeconds). */
const SECONDS: Readonly<Record<string, number>> = {
  Second: 1,
  Minute: 60,
  Hour: 3600,
  Day: 86400,
  Month: 30 * 86400,
  Year: 365 * 86400,
};

/** What a limit can count. */
const MOST_REQUESTS = 2 ** 32 - 1;

export const localLimits = defineRule({
  id: 'G34',
  title: 'Envoy Gateway can translate local limits',
  effect: 'refused',
  voids: true,
  why:
    'A rule without clientSelectors is the default limit of the route, and there is only one; without it the ' +
    'default is by the second. Envoy fills the buckets of all rules at the pace of the default, so each unit ' +
    'has to be a multiple of its unit. Otherwise Envoy Gateway refuses the whole policy, and the routes answer 500.',
  source: 'envoyproxy/gateway v1.8.3, internal/gatewayapi/backendtrafficpolicy.go (buildLocalRateLimit)',
  fix: 'use the unit of the default limit, or a longer one, and one rule without clientSelectors',
  area: 'gateway',
  scope: 'graph',
  kinds: ['BackendTrafficPolicy'],
  good: [
    { shows: 'a client by the hour', change: limits(everybody(50, 'Second'), client(600, 'Hour')) },
    { shows: 'one unit', change: limits(client(60, 'Minute'), everybody(3000, 'Minute')) },
    { shows: 'no default', change: limits(client(5, 'Second'), client(60, 'Day', { value: 'search' })) },
  ],
  bad: [
    {
      shows: 'a default by the minute and a client by the second',
      change: limits(everybody(3000, 'Minute'), client(5, 'Second')),
      finds: [`${POLICY} ${RULES}/1/limit/unit`],
    },
    {
      shows: 'months in a year',
      change: limits(everybody(9000, 'Month'), client(9000, 'Year')),
      finds: [`${POLICY} ${RULES}/1/limit/unit`],
    },
    {
      shows: 'two defaults',
      change: limits(everybody(50, 'Second'), everybody(600, 'Hour')),
      finds: [`${POLICY} ${RULES}/1/clientSelectors`],
    },
  ],
  check(_, { spec }) {
    const rules = [...(spec.rateLimit?.local?.rules ?? []).entries()];
    const [first, ...others] = rules.filter(([, rule]) => isDefault(rule));
    const unit = first?.[1].limit.unit ?? 'Second';
    return [
      ...others.map(([index]) => ({
        pointer: `${RULES}/${index}/clientSelectors`,
        problem: 'the policy is refused: a rule before this one is the default limit already',
        fix: 'remove one of them, or say with clientSelectors for whom it is',
      })),
      ...rules.flatMap(([index, rule]) => unfitting(`${RULES}/${index}/limit`, rule, unit)),
    ];
  },
});

const isDefault = ({ clientSelectors = [] }: Limit) => clientSelectors.length === 0;

function unfitting(pointer: string, { limit }: Limit, unit: string): Violation[] {
  const [own, default_] = [SECONDS[limit.unit], SECONDS[unit]];
  if (own === undefined || default_ === undefined || own % default_ === 0) return [];
  const requests = (limit.requests * default_) / own;
  const found = {
    pointer: `${pointer}/unit`,
    value: limit.unit,
    problem: `the policy is refused: the default limit is by the ${unit.toLowerCase()}, and ${shown(limit.unit)} is not a multiple of that`,
  };
  if (!Number.isInteger(requests) || requests > MOST_REQUESTS) return [found];
  return [
    {
      ...found,
      fix: `use ${requests} requests by the ${unit.toLowerCase()}`,
      patch: [
        { op: 'replace', path: `${pointer}/unit`, value: unit },
        { op: 'replace', path: `${pointer}/requests`, value: requests },
      ],
    },
  ];
}
