import { apiVersionOf } from '../../kinds';
import { defineRule } from '../../rule';

export const storedVersions = defineRule({
  id: 'R01',
  title: 'objects of the AI gateway are written in the version that is stored',
  severity: 'error',
  why:
    'v1alpha1 is served and deprecated, and fields of its tutorials (spec.schema, filterConfig, ' +
    'backendSecurityPolicyRef) are gone: a client that does not ask for strict validation gets a warning, and ' +
    'the object is stored without what they said. QuotaPolicy has v1alpha1 only. In a cluster the API server ' +
    'has converted the object before anything can look, so this is for what is written.',
  source: 'envoyproxy/ai-gateway v1.0.0, api/v1beta1 and manifests/charts/ai-gateway-crds-helm',
  fix: 'write the stored version, and look for each field in its reference',
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
    const problem = `${apiVersion} is not the version in which ${kind} is stored`;
    return [{ pointer: '/apiVersion', value: apiVersion, problem, fix: `use ${stored}` }];
  },
});
