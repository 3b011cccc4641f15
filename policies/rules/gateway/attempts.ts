import { seconds } from '../../../base/duration';
import { DEFAULT_REQUEST_TIMEOUT, trafficOf } from '../../ai-routes';
import { defineRule } from '../../rule';

export const attempts = defineRule({
  id: 'R29',
  title: 'an attempt ends before its route',
  effect: 'ineffective',
  why:
    'The timeout of a route applies to all attempts together. An attempt that may take longer never times out ' +
    'on its own: the client gets 504, and the fallback receives no request.',
  source: 'Envoy, router filter, per try timeout; Envoy Gateway 1.8, internal/xds/translator/route.go',
  fix: 'set retry.perRetry.timeout of the BackendTrafficPolicy to at most timeouts.request',
  area: 'gateway',
  scope: 'graph',
  kinds: ['AIGatewayRoute'],
  fields: [
    'aigatewayroute/ai/oss /spec/rules/0/timeouts',
    'aigatewayroute/ai/oss /spec/rules/0/timeouts/request',
  ],
  good: [
    {
      shows: 'each of three attempts has a third of the time',
      change: { 'backendtrafficpolicy/ai/oss': { spec: { retry: { perRetry: { timeout: '200s' } } } } },
    },
  ],
  bad: [
    {
      shows: 'an attempt may take longer than its route',
      change: { 'backendtrafficpolicy/ai/oss': { spec: { retry: { perRetry: { timeout: '1h' } } } } },
      finds: ['aigatewayroute/ai/oss /spec/rules/0/timeouts/request'],
    },
  ],
  check(all, one) {
    const perRetry = trafficOf(all, one).retry?.perRetry?.timeout;
    return [...(one.spec?.rules ?? []).entries()].flatMap(([index, { timeouts = {} }]) => {
      const { request = DEFAULT_REQUEST_TIMEOUT } = timeouts;
      // A time-out of 0s is none.
      if (seconds(request) === 0 || !(seconds(perRetry) > seconds(request))) return [];
      return [
        {
          pointer: `/spec/rules/${index}/timeouts/request`,
          value: timeouts.request,
          problem: `one attempt may take ${perRetry}, and the route ends after ${request}`,
          fix: `set retry.perRetry.timeout to at most ${request}`,
        },
      ];
    });
  },
});
