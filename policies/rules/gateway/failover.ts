import type { Kinds } from '../../../constructs/crds';
import { type Traffic, trafficOf } from '../../ai-routes';
import { thatName } from '../../links';
import { defineRule } from '../../rule';

type Route = Kinds['AIGatewayRoute'];

const route = (spec: object) => ({ 'backendtrafficpolicy/ai/oss': { spec } });

export const failover = defineRule({
  id: 'R27',
  title: 'a route with a fallback has retries or health checks',
  effect: 'ineffective',
  why:
    'Envoy leaves a priority only when its hosts are unhealthy, or when it has none. Without health checks, and without ' +
    'retries that continue with the next priority, the fallback receives no request while the first model fails all ' +
    'of them.',
  source:
    'Envoy Gateway 1.8, internal/xds/translator/route.go (previous_priorities); AI Gateway docs, provider fallback',
  fix: 'set retry with numAttemptsPerPriority 1, the trigger retriable-status-codes and the codes 429 and 503 in a BackendTrafficPolicy on the HTTPRoute of the same name',
  area: 'gateway',
  scope: 'graph',
  kinds: ['AIGatewayRoute'],
  fields: [
    'backendtrafficpolicy/ai/oss /spec/retry',
    'backendtrafficpolicy/ai/oss /spec/retry/numAttemptsPerPriority',
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
      shows: 'a policy for retries that comes second',
      change: {
        'backendtrafficpolicy/ai/limits': {
          apiVersion: 'gateway.envoyproxy.io/v1alpha1',
          kind: 'BackendTrafficPolicy',
          metadata: { namespace: 'ai', name: 'limits' },
          spec: {
            targetRefs: [{ group: 'gateway.networking.k8s.io', kind: 'HTTPRoute', name: 'oss' }],
            circuitBreaker: { maxParallelRequests: 64 },
          },
        },
      },
      finds: ['aigatewayroute/ai/oss /spec/rules/0/backendRefs'],
      also: [
        'R14 backendtrafficpolicy/ai/oss /spec/targetRefs/0',
        'S17 deployment/ai/oss /spec/template/spec/containers/0/env',
      ],
    },
    {
      shows: 'no attempt after the first',
      change: route({ retry: { numRetries: 0 } }),
      finds: ['aigatewayroute/ai/oss /spec/rules/0/backendRefs'],
    },
  ],
  check(all, one) {
    const lacks = lacking(trafficOf(all, one));
    if (lacks === undefined) return [];
    return fallbacksOf(one).map((pointer) => ({
      pointer,
      problem: `the models of lower priority receive no request while the first has endpoints: ${lacks}`,
      elsewhere: thatName(all, one, 'BackendTrafficPolicy').length === 0,
    }));
  },
});

/** JSON pointers to the backends of the rules in which some have a lower priority than others. */
export function fallbacksOf({ spec }: Route): string[] {
  return [...(spec?.rules ?? []).entries()]
    .filter(([, { backendRefs = [] }]) => new Set(backendRefs.map(({ priority = 0 }) => priority)).size > 1)
    .map(([index]) => `/spec/rules/${index}/backendRefs`);
}

/** Why nothing leads from one priority to the next; undefined where something does. */
export function lacking({ retry, healthCheck }: Partial<Traffic>): string | undefined {
  if (isChecked(healthCheck)) return undefined;
  if (retry === undefined) return 'the route has neither retries nor health checks';
  if (retry.numRetries === 0) return 'retry.numRetries is 0';
  return (retry.numAttemptsPerPriority ?? 0) > 0 ? undefined : 'retry.numAttemptsPerPriority is not set';
}

/** Whether models that fail are left alone for a while. */
export const isChecked = (healthCheck: Traffic['healthCheck']) =>
  healthCheck?.active !== undefined || healthCheck?.passive !== undefined;
