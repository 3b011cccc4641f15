import { seconds } from '../../../base/duration';
import { attachedTo } from '../../attachment';
import type { Bundle } from '../../bundle';
import type { RuleKinds } from '../../kinds';
import { namedBy, thatName } from '../../links';
import { select } from '../../pointer';
import { defineRule } from '../../rule';
import { aiListenersUnder } from './listeners';

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
  title: 'a route sets the timeout of an answer, for all attempts together',
  effect: 'failing',
  why:
    'Without timeouts.request the AI gateway ends answers after 60 seconds, and a long answer that is not ' +
    'streamed takes minutes. A shorter timeouts.backendRequest replaces it for the whole request: an ' +
    'AIGatewayRoute has no retries, so Envoy Gateway uses backendRequest as the timeout of the route. An ' +
    'attempt that hangs then ends the request, and no fallback is tried.',
  source:
    'envoyproxy/ai-gateway v1.0.0, api/v1beta1/ai_gateway_route_helper.go; envoyproxy/gateway v1.8.3, ' +
    'internal/gatewayapi/route.go (processRouteTimeout)',
  fix: 'set timeouts.request to the duration of the longest answer, such as 600s',
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
      problem: 'answers end after 60s, the default timeout of the AI gateway',
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
          "rule.timeouts.request + ', even if attempts are left'",
      },
      fix: 'remove it; use retry.perRetry.timeout of a BackendTrafficPolicy to limit one attempt',
      patch: [{ op: 'remove', path: '/spec/rules/*/timeouts/backendRequest' }],
    },
  ],
});

export const idleRequestTimeout = defineRule({
  id: 'G06',
  title: 'the request timeout is set where it takes effect',
  effect: 'fragile',
  why:
    'The AI gateway sets a timeout for every rule, 60 seconds by default, and Envoy Gateway prefers the ' +
    'timeout of the route to the timeout of a BackendTrafficPolicy.',
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
  title: 'no timeout of a stream is shorter than the request timeout',
  effect: 'fragile',
  why:
    'An answer that is not streamed sends no byte until it is complete, and a reasoning model sends none for ' +
    'minutes: an idle timeout shorter than timeouts.request ends them. Without one, Envoy Gateway uses one ' +
    'hour, or timeouts.request if that is longer. At maxStreamDuration Envoy ends a stream however far its answer ' +
    'is: a streamed one breaks off in the middle.',
  source:
    'envoyproxy/gateway v1.8.3, internal/xds/translator/route.go (idleTimeout, MaxStreamDuration) and listener.go; envoyproxy/ai-gateway#2169',
  fix: 'set it one second longer than timeouts.request, or remove it',
  area: 'gateway',
  scope: 'graph',
  kinds: ['BackendTrafficPolicy', 'ClientTrafficPolicy'],
  good: [
    { shows: 'a second longer', change: http({ streamIdleTimeout: '601s' }) },
    { shows: 'none at all', change: http({ streamIdleTimeout: '0s', maxStreamDuration: '0s' }) },
  ],
  bad: [
    {
      shows: 'streams of at most a minute',
      change: http({ maxStreamDuration: '60s' }),
      finds: ['backendtrafficpolicy/ai/chat /spec/timeout/http/maxStreamDuration'],
    },
    {
      shows: 'streams of at most a minute at all listeners',
      change: {
        'clienttrafficpolicy/ai/chat': {
          spec: { connection: { connectionLimit: { value: 4096, maxStreamDuration: '60s' } } },
        },
      },
      finds: ['clienttrafficpolicy/ai/chat /spec/connection/connectionLimit/maxStreamDuration'],
    },
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
    const longest = Math.max(0, ...routesUnder(all, policy).flatMap(answers));
    return Object.entries(STREAMS)
      .flatMap(([place, ends]) => select(policy, place).map((found) => ({ ...found, ends })))
      .filter(({ value }) => seconds(`${value}`) > 0 && seconds(`${value}`) < longest)
      .map(({ pointer, value, ends }) => ({
        pointer,
        value,
        problem: `answers may take ${longest}s, but end after ${value}${ends}`,
      }));
  },
});

/** What ends a stream, and when. */
const STREAMS: Readonly<Record<string, string>> = {
  '/spec/timeout/http/streamIdleTimeout': ' without a byte',
  '/spec/timeout/http/maxStreamDuration': '',
  '/spec/connection/connectionLimit/maxStreamDuration': '',
};

function routesUnder(
  all: Bundle,
  policy: RuleKinds['BackendTrafficPolicy' | 'ClientTrafficPolicy'],
): RuleKinds['AIGatewayRoute'][] {
  if (policy.kind === 'ClientTrafficPolicy') {
    return aiListenersUnder(all, policy as RuleKinds['ClientTrafficPolicy'])
      .flatMap((listener) => attachedTo(all, listener, 'AIGatewayRoute'))
      .map(({ route }) => route as RuleKinds['AIGatewayRoute']);
  }
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
