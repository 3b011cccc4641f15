import type { Manifest } from '../../../base/manifest';
import { aiRoutesOf } from '../../ai-routes';
import type { Bundle } from '../../bundle';
import type { RuleKinds } from '../../kinds';
import { thatName } from '../../links';
import { defineRule } from '../../rule';

const PROXY = 'envoyproxy/ai/merged';

const merged = (mergeGateways: boolean, parametersRef: object | null = {}) => ({
  'gatewayclass/envoy': {
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'GatewayClass',
    metadata: { name: 'envoy' },
    spec: {
      controllerName: 'gateway.envoyproxy.io/gatewayclass-controller',
      parametersRef: parametersRef && {
        group: 'gateway.envoyproxy.io',
        kind: 'EnvoyProxy',
        name: 'merged',
        namespace: 'ai',
        ...parametersRef,
      },
    },
  },
  [PROXY]: {
    apiVersion: 'gateway.envoyproxy.io/v1alpha1',
    kind: 'EnvoyProxy',
    metadata: { namespace: 'ai', name: 'merged' },
    spec: {
      mergeGateways,
      concurrency: 2,
      shutdown: { drainTimeout: '615s' },
      provider: {
        type: 'Kubernetes',
        kubernetes: {
          envoyDeployment: {
            replicas: 2,
            container: {
              resources: { requests: { cpu: '2', memory: '4Gi' }, limits: { cpu: '2', memory: '4Gi' } },
            },
            pod: { affinity: { podAntiAffinity: {} } },
          },
          envoyPDB: { minAvailable: 1 },
        },
      },
    },
  },
});

export const mergedGateways = defineRule({
  id: 'G41',
  title: 'Gateways with AI routes have an Envoy of their own',
  effect: 'failing',
  why:
    'With mergeGateways all Gateways of a class share the pods of one Envoy, which are labelled with the class. ' +
    'The AI gateway 1.0 finds the Gateway of a pod by the labels of the Gateway: it adds no external processor, ' +
    'and every request for a model ends with 500. A Gateway with an EnvoyProxy of its own is refused then.',
  source:
    'envoyproxy/ai-gateway#1638; envoyproxy/ai-gateway v1.0.0, internal/controller/gateway_mutator.go; envoyproxy/gateway v1.8.3, internal/gatewayapi/helpers.go (IsMergeGatewaysEnabled)',
  fix: 'remove mergeGateways, or use a GatewayClass of its own for the Gateways of models',
  area: 'gateway',
  scope: 'graph',
  kinds: ['EnvoyProxy'],
  good: [
    { shows: 'a class that does not merge', change: merged(false) },
    {
      shows: 'a class of other Gateways that merges',
      change: { ...merged(true), 'gateway/ai/chat': { spec: { gatewayClassName: 'models' } }, ...models() },
    },
  ],
  bad: [
    { shows: 'the class of AI routes merges', change: merged(true), finds: [`${PROXY} /spec/mergeGateways`] },
  ],
  check(all, proxy) {
    if (proxy.spec?.mergeGateways !== true) return [];
    const classes = thatName(all, proxy as Manifest, 'GatewayClass');
    const [gateway] = classes.flatMap((one) => gatewaysOf(all, one.metadata.name));
    if (gateway === undefined) return [];
    return [
      {
        pointer: '/spec/mergeGateways',
        value: true,
        problem: `Gateway ${gateway.metadata.name} has AI routes, and the pods of a shared Envoy get no external processor`,
        patch: [{ op: 'remove', path: '/spec/mergeGateways' }],
      },
    ];
  },
});

/** The Gateways of a class that AI routes name. */
function gatewaysOf(all: Bundle, name: string): RuleKinds['Gateway'][] {
  return all
    .ofKind('Gateway')
    .filter(({ spec }) => spec.gatewayClassName === name)
    .filter((gateway) => aiRoutesOf(all, gateway).length > 0);
}

function models(): Record<string, object> {
  return {
    'gatewayclass/models': {
      apiVersion: 'gateway.networking.k8s.io/v1',
      kind: 'GatewayClass',
      metadata: { name: 'models' },
      spec: { controllerName: 'gateway.envoyproxy.io/gatewayclass-controller' },
    },
  };
}
