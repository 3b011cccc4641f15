import { seconds } from '../../../base/duration';
import type { Bundle } from '../../bundle';
import type { RuleKinds } from '../../kinds';
import { namedBy, thatName } from '../../links';
import { defineRule } from '../../rule';

const timeouts = (change: object) => ({
  'aigatewayroute/ai/chat': {
    spec: {
      rules: [
        {
          matches: [{ headers: [{ name: 'x-ai-eg-model', value: 'chat' }] }],
          backendRefs: [{ name: 'chat' }],
          timeouts: change,
        },
      ],
    },
  },
});

const http = (change: object) => ({
  'backendtrafficpolicy/ai/chat': { spec: { timeout: { http: change } } },
});

export const routeTimeouts = defineRule({
  id: 'R06',
  title: 'a route says how long an answer may take, all attempts together',
  severity: 'error',
  why:
    'Without timeouts.request the AI gateway cuts answers after 60 seconds, and a long answer that is not ' +
    'streamed takes minutes. A shorter timeouts.backendRequest takes its place for the whole request: an ' +
    'AIGatewayRoute has no retry of its own, so Envoy Gateway makes it the timeout of the route. An attempt ' +
    'that hangs then ends the request, and no fallback is asked.',
  source:
    'envoyproxy/ai-gateway v1.0.0, api/v1beta1/ai_gateway_route_helper.go; envoyproxy/gateway v1.8.3, ' +
    'internal/gatewayapi/route.go (processRouteTimeout)',
  fix: 'set timeouts.request to the longest answer, such as 600s',
  area: 'gateway',
  scope: 'object',
  kinds: ['AIGatewayRoute'],
  fields: [
    'aigatewayroute/ai/chat /spec/rules/0/timeouts',
    'aigatewayroute/ai/chat /spec/rules/0/timeouts/request',
  ],
  good: [
    { shows: 'both alike, in two spellings', change: timeouts({ request: '10m', backendRequest: '600s' }) },
    { shows: 'no limit', change: timeouts({ request: '0s' }) },
  ],
  bad: [
    {
      shows: 'the minute of the AI gateway',
      change: timeouts({}),
      finds: ['aigatewayroute/ai/chat /spec/rules/0/timeouts/request'],
    },
    {
      shows: 'an attempt that takes the place of the whole',
      change: timeouts({ request: '600s', backendRequest: '120s' }),
      finds: ['aigatewayroute/ai/chat /spec/rules/0/timeouts/backendRequest'],
    },
  ],
  checks: [
    {
      each: ['spec.rules'],
      as: ['rule'],
      expression: 'rule.?timeouts.?request.hasValue()',
      pointer: '/spec/rules/*/timeouts/request',
      problem: 'answers are cut after 60s, which is what the AI gateway sets by itself',
    },
    {
      each: ['spec.rules'],
      as: ['rule'],
      expression:
        '!rule.?timeouts.?request.hasValue() || !rule.?timeouts.?backendRequest.hasValue() || ' +
        'duration(rule.timeouts.request) == duration(rule.timeouts.backendRequest)',
      pointer: '/spec/rules/*/timeouts/backendRequest',
      problem: {
        expression:
          "'the whole request ends after ' + rule.timeouts.backendRequest + ', not after ' + " +
          "rule.timeouts.request + ', whatever attempts are left'",
      },
      fix: 'leave it out; one attempt is limited by retry.perRetry.timeout of a BackendTrafficPolicy',
      patch: [{ op: 'remove', path: '/spec/rules/*/timeouts/backendRequest' }],
    },
  ],
});

export const idleRequestTimeout = defineRule({
  id: 'G06',
  title: 'the time of an answer is set where it has an effect',
  severity: 'warning',
  why:
    'The AI gateway gives every rule a timeout, 60 seconds if it has none, and Envoy Gateway prefers a timeout ' +
    'of the route to the one of a BackendTrafficPolicy.',
  source: 'envoyproxy/gateway v1.8.3, internal/xds/translator/route.go (getEffectiveRequestTimeout)',
  fix: 'remove it, and set timeouts.request of the rules of the AIGatewayRoute',
  area: 'gateway',
  scope: 'graph',
  kinds: ['BackendTrafficPolicy'],
  good: [
    { shows: 'a time for connections that nobody uses', change: http({ connectionIdleTimeout: '300s' }) },
  ],
  bad: [
    {
      shows: 'ten minutes that nobody gets',
      change: http({ requestTimeout: '600s' }),
      finds: ['backendtrafficpolicy/ai/chat /spec/timeout/http/requestTimeout'],
    },
  ],
  check(all, policy) {
    const requestTimeout = policy.spec.timeout?.http?.requestTimeout;
    if (requestTimeout === undefined || namedBy(all, policy, 'AIGatewayRoute').length === 0) return [];
    const problem = 'has no effect on an AIGatewayRoute';
    return [{ pointer: '/spec/timeout/http/requestTimeout', value: requestTimeout, problem }];
  },
});

export const idleStreams = defineRule({
  id: 'R07',
  title: 'a stream may be idle for as long as an answer may take',
  severity: 'warning',
  why:
    'An answer that is not streamed shows no byte until it is done, and a model that thinks shows none for ' +
    'minutes: an idle timeout that is shorter than timeouts.request cuts them. Without one Envoy Gateway takes ' +
    'an hour, or timeouts.request if that is longer.',
  source:
    'envoyproxy/gateway v1.8.3, internal/xds/translator/route.go (idleTimeout); envoyproxy/ai-gateway#2169',
  fix: 'set it a second longer than timeouts.request, or leave it out',
  area: 'gateway',
  scope: 'graph',
  kinds: ['BackendTrafficPolicy', 'ClientTrafficPolicy'],
  good: [
    { shows: 'a second longer', change: http({ streamIdleTimeout: '601s' }) },
    { shows: 'none at all', change: http({ streamIdleTimeout: '0s' }) },
  ],
  bad: [
    {
      shows: 'five minutes for answers of ten',
      change: {
        'clienttrafficpolicy/ai/chat': { spec: { timeout: { http: { streamIdleTimeout: '5m' } } } },
      },
      finds: ['clienttrafficpolicy/ai/chat /spec/timeout/http/streamIdleTimeout'],
    },
    {
      shows: 'a minute for one route',
      change: http({ streamIdleTimeout: '1m' }),
      finds: ['backendtrafficpolicy/ai/chat /spec/timeout/http/streamIdleTimeout'],
    },
  ],
  check(all, policy) {
    const value = policy.spec.timeout?.http?.streamIdleTimeout;
    const idle = seconds(value);
    if (Number.isNaN(idle) || idle === 0) return [];
    const longest = Math.max(0, ...routesUnder(all, policy).flatMap(answers));
    if (idle >= longest) return [];
    const problem = `answers may take ${longest}s, and end after ${value} without a byte`;
    return [{ pointer: '/spec/timeout/http/streamIdleTimeout', value, problem }];
  },
});

function routesUnder(
  all: Bundle,
  policy: RuleKinds['BackendTrafficPolicy' | 'ClientTrafficPolicy'],
): RuleKinds['AIGatewayRoute'][] {
  const gateways = namedBy(all, policy, 'Gateway');
  return [
    ...namedBy(all, policy, 'AIGatewayRoute'),
    ...gateways.flatMap((gateway) => thatName(all, gateway, 'AIGatewayRoute')),
  ];
}

/** Seconds that each rule allows for, as far as it says. */
function answers({ spec }: RuleKinds['AIGatewayRoute']): number[] {
  return (spec?.rules ?? [])
    .map(({ timeouts }) => seconds(timeouts?.request))
    .filter((each) => !Number.isNaN(each));
}
