import { aiRoutesOf } from '../../ai-routes';
import { aiGatewayFlags } from '../../controllers';
import { defineRule } from '../../rule';

/** Where Envoy Gateway runs unless somebody says otherwise, and where the AI gateway thinks it does. */
const DEFAULT = 'envoy-gateway-system';

const SYSTEM = {
  'gateway/envoy-gateway-system/tools': {
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'Gateway',
    metadata: { namespace: 'envoy-gateway-system', name: 'tools' },
    spec: {
      gatewayClassName: 'envoy',
      listeners: [
        { name: 'admin', protocol: 'HTTP', port: 9000, allowedRoutes: { namespaces: { from: 'All' } } },
      ],
    },
  },
};

export const gatewayNamespace = defineRule({
  id: 'R39',
  title: 'a Gateway with AI routes is not in the namespace of Envoy Gateway',
  effect: 'failing',
  why:
    'In the namespace of Envoy Gateway the AI gateway finds the proxies of a Gateway twice and stops with an ' +
    'error. It also stores the keys of the providers there, unencrypted, in a Secret for each Gateway: anyone ' +
    'who may manage the Gateway could read them.',
  source: 'envoyproxy/ai-gateway#2304; AI Gateway 1.0, internal/controller/gateway.go',
  fix: 'move the Gateway and its routes to another namespace',
  area: 'gateway',
  scope: 'graph',
  kinds: ['Gateway'],
  good: [{ shows: 'a Gateway without AI routes beside Envoy Gateway', change: SYSTEM }],
  bad: [
    {
      shows: 'AI routes on a Gateway beside Envoy Gateway',
      change: {
        ...SYSTEM,
        'clienttrafficpolicy/envoy-gateway-system/tools': {
          apiVersion: 'gateway.envoyproxy.io/v1alpha1',
          kind: 'ClientTrafficPolicy',
          metadata: { namespace: 'envoy-gateway-system', name: 'tools' },
          spec: {
            targetRefs: [{ group: 'gateway.networking.k8s.io', kind: 'Gateway', name: 'tools' }],
            connection: { bufferLimit: '50Mi' },
            headers: {
              earlyRequestHeaders: {
                removeOnMatch: ['x-ai-eg-', 'x-envoy-', 'x-gateway-'].map((value) => ({
                  type: 'Prefix',
                  value,
                })),
              },
            },
          },
        },
        'aigatewayroute/ai/oss': {
          spec: { parentRefs: [{ name: 'chat' }, { name: 'tools', namespace: 'envoy-gateway-system' }] },
        },
      },
      finds: ['gateway/envoy-gateway-system/tools /metadata/namespace'],
      also: [
        'G03 gateway/envoy-gateway-system/tools /metadata/annotations/aigateway.envoyproxy.io~1gateway-config',
        'R21 gateway/envoy-gateway-system/tools /spec/listeners/0',
      ],
    },
  ],
  check(all, one) {
    const told = aiGatewayFlags(all).map(({ values }) => values.get('envoyGatewayNamespace'));
    const system = told.find((namespace) => namespace !== undefined) ?? DEFAULT;
    const { namespace } = one.metadata;
    if (namespace !== system || aiRoutesOf(all, one).length === 0) return [];
    const problem = `${system} is the namespace of Envoy Gateway, which contains the keys of the providers`;
    return [{ pointer: '/metadata/namespace', value: namespace, problem }];
  },
});
