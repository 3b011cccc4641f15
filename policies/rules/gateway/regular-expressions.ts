import { RE2JS, RE2JSSyntaxException } from 're2js';
import type { Manifest } from '../../../base/manifest';
import { type Located, select } from '../../pointer';
import { defineRule, type Violation } from '../../rule';

const ROUTE = 'aigatewayroute/ai/chat';

const model = (value: string) => ({
  [ROUTE]: {
    spec: {
      rules: [
        {
          matches: [{ headers: [{ name: 'x-ai-eg-model', type: 'RegularExpression', value }] }],
          backendRefs: [{ name: 'chat' }],
          timeouts: { request: '600s' },
        },
      ],
    },
  },
});

const MODEL = `${ROUTE} /spec/rules/0/matches/0/headers/0`;

const limit = (value: string) => ({
  'backendtrafficpolicy/ai/chat': {
    spec: {
      rateLimit: {
        local: {
          rules: [
            {
              clientSelectors: [{ headers: [{ name: 'x-client-id', type: 'RegularExpression', value }] }],
              limit: { requests: 10, unit: 'Second' },
            },
          ],
        },
      },
    },
  },
});

const SELECTORS = ['global', 'local'].flatMap((limits) =>
  ['headers/*', 'path', 'queryParams/*'].map(
    (part) => `/spec/rateLimit/${limits}/rules/*/clientSelectors/*/${part}`,
  ),
);

const MATCHES = '/spec/rules/*/matches/*';

/** Where objects of each kind hold `type: RegularExpression` with a `value`. */
const PLACES: Readonly<Record<string, readonly string[]>> = {
  AIGatewayRoute: [`${MATCHES}/headers/*`],
  BackendTrafficPolicy: SELECTORS,
  ClientTrafficPolicy: [
    '/spec/headers/earlyRequestHeaders/removeOnMatch/*',
    '/spec/headers/lateResponseHeaders/removeOnMatch/*',
  ],
  EnvoyProxy: ['/spec/telemetry/metrics/matches/*'],
  GRPCRoute: [`${MATCHES}/headers/*`],
  HTTPRoute: [`${MATCHES}/path`, `${MATCHES}/headers/*`, `${MATCHES}/queryParams/*`],
  MCPRoute: ['/spec/headers/*'],
};

/** Where they hold patterns as they are. */
const PATTERNS: Readonly<Record<string, readonly string[]>> = {
  MCPRoute: [
    '/spec/backendRefs/*/toolSelector/includeRegex/*',
    '/spec/backendRefs/*/toolSelector/excludeRegex/*',
  ],
};

export const regularExpressions = defineRule({
  id: 'G37',
  title: 'a regular expression is one that RE2 knows',
  effect: 'refused',
  voids: true,
  why:
    'Envoy and both gateways use RE2, which has no look-ahead, no look-behind and no references to groups. Envoy ' +
    'Gateway drops the rule of a route with such a pattern, while the AIGatewayRoute still has Accepted=True; it ' +
    'refuses a policy, and the routes answer 500.',
  source:
    'envoyproxy/gateway v1.8.3, internal/gatewayapi/route.go (processHTTPRouteRule) and backendtrafficpolicy.go (buildRateLimitRule)',
  fix: 'write the pattern without look-around and references, or list what is meant in several matches',
  area: 'gateway',
  scope: 'graph',
  kinds: [
    'AIGatewayRoute',
    'BackendTrafficPolicy',
    'ClientTrafficPolicy',
    'EnvoyProxy',
    'GRPCRoute',
    'HTTPRoute',
    'MCPRoute',
  ],
  good: [
    {
      shows: 'groups that are not captured, and classes',
      change: limit('(?i)(?:batch|search)-[[:digit:]]{1,3}\\d+?'),
    },
    { shows: 'a named group', change: limit('^(?P<team>[a-z]+)-.*$') },
  ],
  bad: [
    {
      shows: 'a look-ahead',
      change: model('gpt-(?!4).*'),
      finds: [`${MODEL}/value`],
      also: [`G25 ${MODEL}`],
    },
    {
      shows: 'a look-behind',
      change: model('.*(?<!mini)'),
      finds: [`${MODEL}/value`],
      also: [`G25 ${MODEL}`],
    },
    {
      shows: 'the same letter twice',
      change: limit('([a-z])\\1'),
      finds: ['backendtrafficpolicy/ai/chat /spec/rateLimit/local/rules/0/clientSelectors/0/headers/0/value'],
    },
    {
      shows: 'a bracket too many',
      change: limit('batch-[0-9'),
      finds: ['backendtrafficpolicy/ai/chat /spec/rateLimit/local/rules/0/clientSelectors/0/headers/0/value'],
    },
  ],
  check: (_, one) => patternsOf(one as Manifest).flatMap(refused),
});

function patternsOf(one: Manifest): Located[] {
  const typed = (PLACES[one.kind] ?? [])
    .flatMap((place) => select(one, place))
    .filter(({ value }) => Object(value).type === 'RegularExpression')
    .map(({ pointer, value }) => ({ pointer: `${pointer}/value`, value: Object(value).value }));
  return [...typed, ...(PATTERNS[one.kind] ?? []).flatMap((place) => select(one, place))];
}

function refused({ pointer, value }: Located): Violation[] {
  if (typeof value !== 'string') return [];
  try {
    RE2JS.compile(value);
    return [];
  } catch (error) {
    if (!(error instanceof RE2JSSyntaxException)) throw error;
    return [{ pointer, value, problem: `RE2 does not know this pattern: ${error.message}` }];
  }
}
