import { select } from '../../pointer';
import { defineRule } from '../../rule';

const POLICY = 'backendtrafficpolicy/ai/chat';
const RULES = '/spec/rateLimit/local/rules';

const header = (value: string, more: object = {}) => ({ name: 'x-client-id', value, ...more });
const limit = (...clientSelectors: readonly object[]) => ({
  [POLICY]: {
    spec: { rateLimit: { local: { rules: [{ clientSelectors, limit: { requests: 5, unit: 'Second' } }] } } },
  },
});

export const seemingLimits = defineRule({
  id: 'G54',
  title: 'the conditions of a limit can hold at once',
  effect: 'ineffective',
  why:
    'Of all headers in all elements of clientSelectors each has to match: no request has two values of one header, so the ' +
    'limit counts nothing. A limit for each client needs a rule for each, or the type Distinct.',
  source:
    'envoyproxy/gateway v1.8.3, api/v1alpha1/ratelimit_types.go (ClientSelectors) and internal/gatewayapi/backendtrafficpolicy.go (buildRateLimitRule)',
  fix: 'write a rule for each value, or one with the type RegularExpression or Distinct',
  area: 'gateway',
  scope: 'graph',
  kinds: ['BackendTrafficPolicy'],
  good: [
    { shows: 'one client', change: limit({ headers: [header('batch')] }) },
    {
      shows: 'all but two clients',
      change: limit({ headers: [header('batch', { invert: true }), header('search', { invert: true })] }),
    },
  ],
  bad: [
    {
      shows: 'two clients at once',
      change: limit({ headers: [header('batch'), header('search')] }),
      finds: [`${POLICY} ${RULES}/0/clientSelectors`],
    },
    {
      shows: 'two selectors, as if one of them were enough',
      change: limit({ headers: [header('batch')] }, { headers: [header('search')] }),
      finds: [`${POLICY} ${RULES}/0/clientSelectors`],
    },
  ],
  check: (_, one) =>
    ['global', 'local'].flatMap((kind) =>
      select(one, `/spec/rateLimit/${kind}/rules/*/clientSelectors`).flatMap(({ pointer, value }) => {
        const twice = contradiction(value as readonly Selector[]);
        if (twice === undefined) return [];
        return [
          { pointer, problem: `the limit never applies: no request has two values of ${twice} at once` },
        ];
      }),
    ),
});

interface Selector {
  readonly headers?: readonly {
    readonly name: string;
    readonly type?: string;
    readonly value?: string;
    readonly invert?: boolean;
  }[];
}

/** The header of which selectors ask for two values. */
function contradiction(selectors: readonly Selector[]): string | undefined {
  const values = new Map<string, string | undefined>();
  for (const { name, type = 'Exact', value, invert } of selectors.flatMap(({ headers = [] }) => headers)) {
    if (type !== 'Exact' || invert === true) continue;
    const key = name.toLowerCase();
    if (values.has(key) && values.get(key) !== value) return key;
    values.set(key, value);
  }
  return undefined;
}
