import type { Kinds } from '../../../constructs/crds';
import { type Traffic, trafficOf } from '../../ai-routes';
import { thatName } from '../../links';
import { defineRule } from '../../rule';

type Rule = NonNullable<Kinds['AIGatewayRoute']['spec']>['rules'][number];

/** What a model says that is overloaded, or away. */
const CODES = [429, 503];

const route = (spec: object) => ({ 'backendtrafficpolicy/ai/oss': { spec } });

export const failover = defineRule({
  id: 'R27',
  title: 'a route with a fallback has retries or health checks',
  effect: 'ineffective',
  why:
    'Envoy leaves a priority only when its hosts are unhealthy. Without health checks, and without retries ' +
    'that continue with the next priority, the fallback never receives a request while the first model ' +
    'answers 429 or 503 to every client.',
  source:
    'Envoy Gateway 1.8, internal/xds/translator/route.go (previous_priorities); AI Gateway docs, provider fallback',
  fix: 'set retry with numAttemptsPerPriority 1, the trigger retriable-status-codes and the codes 429 and 503 in a BackendTrafficPolicy on the HTTPRoute of the same name',
  area: 'gateway',
  scope: 'graph',
  kinds: ['AIGatewayRoute'],
  fields: [
    'backendtrafficpolicy/ai/oss /spec/retry',
    'backendtrafficpolicy/ai/oss /spec/retry/numAttemptsPerPriority',
    'backendtrafficpolicy/ai/oss /spec/retry/retryOn',
    'backendtrafficpolicy/ai/oss /spec/retry/retryOn/httpStatusCodes',
    'backendtrafficpolicy/ai/oss /spec/targetRefs/0',
  ],
  good: [
    {
      shows: 'ejection of models that fail, instead of retries',
      change: route({
        retry: null,
        healthCheck: { passive: { maxEjectionPercent: 100 }, panicThreshold: 0 },
      }),
    },
    {
      shows: 'status codes, and the triggers of Envoy Gateway',
      change: route({ retry: { retryOn: { triggers: null } } }),
    },
    {
      shows: 'two models that share the requests: there is no fallback',
      change: {
        ...route({ retry: null }),
        'aigatewayroute/ai/oss': {
          spec: {
            rules: [
              {
                backendRefs: [
                  { name: 'oss', weight: 9, modelNameOverride: 'oss' },
                  { name: 'spare', weight: 1, modelNameOverride: 'oss-small' },
                ],
                timeouts: { request: '600s' },
                matches: [{ headers: [{ name: 'x-ai-eg-model', value: 'oss' }] }],
              },
            ],
          },
        },
      },
    },
  ],
  bad: [
    {
      shows: 'retries that stay with the first model',
      change: route({ retry: { numAttemptsPerPriority: null } }),
      finds: ['aigatewayroute/ai/oss /spec/rules/0/backendRefs'],
    },
    {
      shows: 'retries in a policy that its controller refuses',
      change: route({ retry: { perRetry: { backOff: { baseInterval: '1s', maxInterval: '100ms' } } } }),
      finds: ['aigatewayroute/ai/oss /spec/rules/0/backendRefs'],
      also: [
        'G52 backendtrafficpolicy/ai/oss /spec/retry/perRetry/backOff/maxInterval',
        'S17 deployment/ai/oss /spec/template/spec/containers/0/env',
      ],
    },
    {
      shows: 'retries, but not of a model that is overloaded',
      change: route({ retry: { retryOn: { httpStatusCodes: [500, 502] } } }),
      finds: ['aigatewayroute/ai/oss /spec/rules/0/backendRefs'],
    },
  ],
  check(all, one) {
    const lacks = lacking(trafficOf(all, one));
    if (lacks === undefined) return [];
    return [...(one.spec?.rules ?? []).entries()]
      .filter(([, rule]) => priorities(rule) > 1)
      .map(([index]) => ({
        pointer: `/spec/rules/${index}/backendRefs`,
        problem: `the models of lower priority never receive a request: ${lacks}`,
        elsewhere: thatName(all, one, 'BackendTrafficPolicy').length === 0,
      }));
  },
});

function priorities({ backendRefs = [] }: Rule): number {
  return new Set(backendRefs.map(({ priority = 0 }) => priority)).size;
}

/** What Envoy Gateway retries where nothing is said. */
const DEFAULT_RETRIES: NonNullable<NonNullable<Traffic['retry']>['retryOn']> = { httpStatusCodes: [503] };

/** Why nothing leads from one priority to the next. */
function lacking({ retry, healthCheck }: Partial<Traffic>): string | undefined {
  if (healthCheck?.active !== undefined || healthCheck?.passive !== undefined) return undefined;
  if (retry === undefined) return 'the route has neither retries nor health checks';
  if (retry.numAttemptsPerPriority === undefined) return 'retry.numAttemptsPerPriority is not set';
  const { triggers = [], httpStatusCodes = [] } = retry.retryOn ?? DEFAULT_RETRIES;
  // Without triggers Envoy Gateway has its own, and this is among them (internal/xds/translator/route.go).
  if (triggers.length > 0 && !triggers.includes('retriable-status-codes'))
    return 'retries are not triggered by status codes';
  const missing = CODES.filter((code) => !httpStatusCodes.includes(code));
  return missing.length > 0 ? `${missing.join(' and ')} are not retried` : undefined;
}
