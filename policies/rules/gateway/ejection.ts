import type { Kinds } from '../../../constructs/crds';
import { routesUnder } from '../../ai-routes';
import type { Bundle } from '../../bundle';
import { defineRule } from '../../rule';

const PASSIVE = '/spec/healthCheck/passive/maxEjectionPercent';

export const ejection = defineRule({
  id: 'R28',
  title: 'a failing model can be ejected',
  effect: 'fragile',
  why:
    'Envoy ejects at most maxEjectionPercent of the hosts of a rule, by default 10 %: with fewer than ten ' +
    'hosts that is none, and the health check has no effect.',
  source:
    'Envoy Gateway 1.8, api/v1alpha1/healthcheck_types.go; Envoy, outlier detection, max_ejection_percent',
  fix: 'set maxEjectionPercent: 100, or alwaysEjectOneEndpoint: true',
  area: 'gateway',
  scope: 'graph',
  kinds: ['BackendTrafficPolicy'],
  fields: [`backendtrafficpolicy/ai/chat ${PASSIVE}`],
  good: [
    {
      shows: 'one model may always be ejected',
      change: {
        'backendtrafficpolicy/ai/chat': {
          spec: { healthCheck: { passive: { maxEjectionPercent: null, alwaysEjectOneEndpoint: true } } },
        },
      },
    },
  ],
  bad: [
    {
      shows: 'half of one model',
      change: {
        'backendtrafficpolicy/ai/chat': { spec: { healthCheck: { passive: { maxEjectionPercent: 50 } } } },
      },
      finds: [`backendtrafficpolicy/ai/chat ${PASSIVE}`],
    },
  ],
  check(all, one) {
    const passive = one.spec.healthCheck?.passive;
    if (passive === undefined || passive.alwaysEjectOneEndpoint === true) return [];
    // The definition fills in 10.
    const { maxEjectionPercent = 10 } = passive;
    const endpoints = Math.min(...routesUnder(all, one).flatMap((route) => endpointsOf(all, route)));
    if (endpoints * maxEjectionPercent >= 100) return [];
    const hosts = endpoints === 1 ? 'the only host' : `${endpoints} hosts`;
    const problem = `${maxEjectionPercent} % of ${hosts} of a rule is none`;
    return [{ pointer: PASSIVE, value: passive.maxEjectionPercent, problem }];
  },
});

/** How many hosts each rule has; those of a pool are not known. */
function endpointsOf(all: Bundle, { metadata, spec }: Kinds['AIGatewayRoute']): number[] {
  return (spec?.rules ?? []).flatMap(({ backendRefs = [] }) => {
    if (backendRefs.some(({ kind }) => kind === 'InferencePool')) return [];
    const hosts = backendRefs.map(({ name, namespace = metadata.namespace ?? '' }) => {
      const group = 'aigateway.envoyproxy.io';
      const service = all.find({ group, kind: 'AIServiceBackend', namespace, name });
      const backend = (service as Kinds['AIServiceBackend'] | undefined)?.spec?.backendRef.name ?? '';
      const target = { group: 'gateway.envoyproxy.io', kind: 'Backend', namespace, name: backend };
      return (all.find(target) as Kinds['Backend'] | undefined)?.spec?.endpoints?.length ?? 1;
    });
    return hosts.length > 0 ? [hosts.reduce((sum, count) => sum + count, 0)] : [];
  });
}
