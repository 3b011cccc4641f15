import { type Traffic, trafficOf } from '../../ai-routes';
import { defineRule } from '../../rule';
import { fallbacksOf, isChecked, lacking } from './failover';

type RetryOn = NonNullable<NonNullable<Traffic['retry']>['retryOn']>;

/** What a model answers that is overloaded, or away. */
const CODES = [429, 503];

/** Triggers of Envoy that take in 503 without its code. */
const AWAY = ['5xx', 'gateway-error'];

const FOUND = ['aigatewayroute/ai/oss /spec/rules/0/backendRefs'];

const retryOn = (change: object | null) => ({
  'backendtrafficpolicy/ai/oss': { spec: { retry: { retryOn: change } } },
});

export const fallbackCodes = defineRule({
  id: 'G60',
  title: 'a fallback takes over when a model is overloaded',
  effect: 'fragile',
  why:
    'A model that is overloaded answers 429, and one that is away 503. Envoy Gateway retries connections that fail, and of ' +
    'status codes those that are named, or 503 where nothing is said: a client gets the others, though there is a model ' +
    'that would answer.',
  source: 'envoyproxy/gateway v1.8.3, internal/xds/translator/route.go (buildRetryPolicy)',
  fix: 'add the codes 429 and 503 to retry.retryOn.httpStatusCodes, and retriable-status-codes to triggers where it has any',
  area: 'gateway',
  scope: 'graph',
  kinds: ['AIGatewayRoute'],
  fields: [
    'backendtrafficpolicy/ai/oss /spec/retry/retryOn',
    'backendtrafficpolicy/ai/oss /spec/retry/retryOn/httpStatusCodes',
  ],
  good: [
    { shows: 'status codes, and the triggers of Envoy Gateway', change: retryOn({ triggers: null }) },
    {
      shows: 'every error of a server, and one code',
      change: retryOn({ triggers: ['5xx', 'retriable-status-codes'], httpStatusCodes: [429] }),
    },
  ],
  bad: [
    {
      shows: 'errors, but not a model that is overloaded',
      change: retryOn({ httpStatusCodes: [500, 502] }),
      finds: FOUND,
    },
    {
      shows: 'every error of a server, to which 429 does not belong',
      change: retryOn({ triggers: ['5xx'], httpStatusCodes: null }),
      finds: FOUND,
    },
  ],
  check(all, one) {
    const traffic = trafficOf(all, one);
    if (lacking(traffic) !== undefined || isChecked(traffic.healthCheck)) return [];
    const retried = retriedCodes(traffic.retry?.retryOn);
    const missing = CODES.filter((code) => !retried.includes(code));
    if (missing.length === 0) return [];
    const problem = `no other model takes over from one that answers ${missing.join(' or ')}`;
    return fallbacksOf(one).map((pointer) => ({ pointer, problem }));
  },
});

/** Those of {@link CODES} that are retried. */
function retriedCodes(retryOn: RetryOn | undefined): readonly number[] {
  if (retryOn === undefined) return [503];
  const { triggers = [], httpStatusCodes = [] } = retryOn;
  // Without triggers Envoy Gateway has its own, and this is among them.
  const byCode = triggers.length === 0 || triggers.includes('retriable-status-codes');
  return [...(byCode ? httpStatusCodes : []), ...(triggers.some((one) => AWAY.includes(one)) ? [503] : [])];
}
