import type { Kinds } from '../../../constructs/crds';
import type { Bundle } from '../../bundle';
import { defineRule } from '../../rule';

const AI = 'aigateway.envoyproxy.io';

const quota = (spec: object) => ({
  'quotapolicy/ai/daily': {
    apiVersion: `${AI}/v1alpha1`,
    kind: 'QuotaPolicy',
    metadata: { namespace: 'ai', name: 'daily' },
    spec: { targetRefs: [{ group: AI, kind: 'AIServiceBackend', name: 'spare' }], ...spec },
  },
});

const model = (modelName: string) => ({
  perModelQuotas: [{ modelName, quota: { defaultBucket: { limit: 1000, duration: '1d' } } }],
});

export const quotas = defineRule({
  id: 'R43',
  title: 'a quota names a model by the name that a route requests',
  effect: 'fragile',
  why:
    'Quotas are counted by the name that a route sets as modelNameOverride: for any other name nothing is ' +
    'counted, without any error. Quotas need a separate rate-limit service, which no chart installs.',
  source: 'AI Gateway 1.0, internal/ratelimit/translator/translator.go',
  fix: 'use the modelNameOverride of a backendRef to the target',
  area: 'gateway',
  scope: 'graph',
  kinds: ['QuotaPolicy'],
  good: [{ shows: 'the name that the provider is asked for', change: quota(model('oss-small')) }],
  bad: [
    {
      shows: 'the name that clients use',
      change: quota(model('oss')),
      finds: ['quotapolicy/ai/daily /spec/perModelQuotas/0/modelName'],
    },
  ],
  check(all, one) {
    const targets = (one.spec?.targetRefs ?? []).map(({ name }) => `${name}`);
    const names = new Set(
      targets.flatMap((target) => overridesOf(all, one.metadata.namespace ?? '', target)),
    );
    return [...(one.spec?.perModelQuotas ?? []).entries()]
      .filter(([, { modelName }]) => !names.has(modelName ?? ''))
      .map(([index, { modelName }]) => ({
        pointer: `/spec/perModelQuotas/${index}/modelName`,
        value: modelName,
        problem: `no route requests ${modelName} from ${targets.join(', ')}`,
        fix: `use ${[...names].join(' or ') || 'a modelNameOverride, and set one'}`,
      }));
  },
});

/** The names of models under which routes ask a backend. */
function overridesOf(all: Bundle, namespace: string, name: string): string[] {
  return all
    .referencesTo({ group: AI, kind: 'AIServiceBackend', namespace, name }, 'AIGatewayRoute')
    .flatMap(({ from }) => (from as Kinds['AIGatewayRoute']).spec?.rules ?? [])
    .flatMap(({ backendRefs = [] }) => backendRefs)
    .filter((ref) => ref.name === name)
    .flatMap(({ modelNameOverride }) => modelNameOverride ?? []);
}
