import { apiVersionOf } from '../../kinds';
import { defineRule } from '../../rule';

export const storedVersions = defineRule({
  id: 'R01',
  title: 'objects of the AI gateway use the storage version of their API',
  effect: 'ineffective',
  why:
    'v1alpha1 is served but deprecated, and some of its fields (spec.schema, filterConfig, ' +
    'backendSecurityPolicyRef) have been removed: without strict validation a client gets only a warning, and ' +
    'the object is stored without the values of these fields. QuotaPolicy exists in v1alpha1 only. In a ' +
    'cluster the API server converts an object before admission, so this rule applies to manifests.',
  source: 'envoyproxy/ai-gateway v1.0.0, api/v1beta1 and manifests/charts/ai-gateway-crds-helm',
  fix: 'use the storage version, and look up each field in its reference',
  area: 'gateway',
  scope: 'graph',
  kinds: [
    'AIGatewayRoute',
    'AIServiceBackend',
    'BackendSecurityPolicy',
    'GatewayConfig',
    'MCPRoute',
    'QuotaPolicy',
  ],
  good: [
    {
      shows: 'a quota, which has one version',
      change: {
        'quotapolicy/ai/chat': {
          apiVersion: 'aigateway.envoyproxy.io/v1alpha1',
          kind: 'QuotaPolicy',
          metadata: { namespace: 'ai', name: 'chat' },
          spec: {
            targetRefs: [{ group: 'aigateway.envoyproxy.io', kind: 'AIServiceBackend', name: 'chat' }],
          },
        },
      },
    },
  ],
  bad: [
    {
      shows: 'the version of old tutorials',
      change: { 'aiservicebackend/ai/chat': { apiVersion: 'aigateway.envoyproxy.io/v1alpha1' } },
      finds: ['aiservicebackend/ai/chat /apiVersion'],
    },
  ],
  check(_, { kind, apiVersion }) {
    const stored = apiVersionOf(kind);
    if (apiVersion === stored) return [];
    const problem = `${apiVersion} is not the storage version of ${kind}`;
    return [{ pointer: '/apiVersion', value: apiVersion, problem, fix: `use ${stored}` }];
  },
});
