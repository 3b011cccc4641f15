import type { NetworkPolicyIngressRule } from 'kubernetes-types/networking/v1';
import type { Bundle } from '../../bundle';
import type { RuleKinds } from '../../kinds';
import { modelServersIn, serversBehind } from '../../model-servers';
import type { Pods } from '../../pods';
import { select } from '../../pointer';
import { defineRule } from '../../rule';
import { matches, type Selector } from '../../selectors';
import { plainRoute, service } from '../gateway/samples';

const KINDS = ['Deployment', 'LeaderWorkerSet', 'Pod', 'StatefulSet'] as const;

const POLICY = 'networkpolicy/ai/oss';
const SERVER = 'deployment/ai/oss /spec/template/metadata/labels';
const SERVICE = 'service/ai/oss';

const cilium = (matchLabels: object) => ({
  'ciliumnetworkpolicy/ai/oss': {
    apiVersion: 'cilium.io/v2',
    kind: 'CiliumNetworkPolicy',
    metadata: { namespace: 'ai', name: 'oss' },
    spec: {
      endpointSelector: { matchLabels },
      ingress: [{ fromEndpoints: [{ matchLabels: { app: 'envoy' } }] }],
    },
  },
});

export const guardedServers = defineRule({
  id: 'X01',
  title: 'only the gateway and Prometheus can reach a model server',
  effect: 'unsafe',
  why:
    'Without a NetworkPolicy every pod of the cluster can call the model and bypass identity, limits and ' +
    'chargeback. The API key of vLLM is not sufficient: it protects /v1, while /tokenize, /metrics, /score ' +
    'and others stay open.',
  source: 'vLLM 0.33, entrypoints/serve/middleware; Kubernetes, network policies',
  fix:
    'add a NetworkPolicy for its pods that admits the proxies of the gateway and Prometheus, by namespace and ' +
    'labels',
  area: 'exposure',
  scope: 'graph',
  kinds: [...KINDS],
  fields: [`${POLICY} /spec/ingress/0/from`],
  good: [
    {
      shows: 'everything in the namespace is closed, and one policy opens the server to the gateway',
      change: {
        'networkpolicy/ai/closed': {
          apiVersion: 'networking.k8s.io/v1',
          kind: 'NetworkPolicy',
          metadata: { namespace: 'ai', name: 'closed' },
          spec: { podSelector: {}, policyTypes: ['Ingress'] },
        },
      },
    },
    { shows: 'a policy of Cilium', change: { [POLICY]: null, ...cilium({ 'k8s:app': 'oss' }) } },
    {
      shows: 'a policy of a mesh for the namespace',
      change: {
        [POLICY]: null,
        'authorizationpolicy/ai/gateway': {
          apiVersion: 'security.istio.io/v1',
          kind: 'AuthorizationPolicy',
          metadata: { namespace: 'ai', name: 'gateway' },
          spec: { rules: [{ from: [{ source: { namespaces: ['envoy-gateway-system'] } }] }] },
        },
      },
    },
  ],
  bad: [
    { shows: 'no policy', change: { [POLICY]: null }, finds: [SERVER] },
    {
      shows: 'a policy of Cilium for other pods',
      change: { [POLICY]: null, ...cilium({ app: 'gpt' }) },
      finds: [SERVER],
    },
    {
      shows: 'a policy for other pods',
      change: { [POLICY]: { spec: { podSelector: { matchLabels: { app: 'gpt' } } } } },
      finds: [SERVER],
    },
    {
      shows: 'a policy that lets every namespace in',
      change: { [POLICY]: { spec: { ingress: [{ from: [{ namespaceSelector: {} }] }] } } },
      finds: [SERVER],
    },
    {
      shows: 'a policy about what the server may call',
      change: { [POLICY]: { spec: { policyTypes: ['Egress'], ingress: null } } },
      finds: [SERVER],
    },
  ],
  check: (all, one) =>
    modelServersIn(one)
      .slice(0, 1)
      .flatMap((server) => {
        if (isGuardedOtherwise(all, server)) return [];
        const policies = policiesFor(all, server);
        const open = policies.find(({ spec }) => (spec?.ingress ?? []).some(isOpen));
        if (policies.length > 0 && open === undefined) return [];
        const problem =
          open === undefined
            ? 'every pod of the cluster can reach the server'
            : `NetworkPolicy ${open.metadata?.name} admits all pods`;
        return [
          {
            pointer: server.pointer.replace(/spec$/, 'metadata/labels'),
            problem,
            elsewhere: open === undefined,
          },
        ];
      }),
});

function policiesFor(all: Bundle, { namespace, labels }: Pods): RuleKinds['NetworkPolicy'][] {
  return all
    .ofKind('NetworkPolicy', namespace)
    .filter(
      ({ spec }) =>
        (spec?.policyTypes ?? ['Ingress']).includes('Ingress') && matches(spec?.podSelector, labels),
    );
}

/** Policies of network plugins and meshes that admit by rules of their own; where they select by labels, at which place. */
const FOREIGN: readonly (readonly [group: string, kind: string, selector?: string])[] = [
  ['cilium.io', 'CiliumNetworkPolicy', '/spec/endpointSelector'],
  ['cilium.io', 'CiliumClusterwideNetworkPolicy', '/spec/endpointSelector'],
  ['security.istio.io', 'AuthorizationPolicy', '/spec/selector'],
  ['projectcalico.org', 'NetworkPolicy'],
  ['projectcalico.org', 'GlobalNetworkPolicy'],
  ['crd.projectcalico.org', 'NetworkPolicy'],
  ['crd.projectcalico.org', 'GlobalNetworkPolicy'],
  ['crd.antrea.io', 'NetworkPolicy'],
  ['crd.antrea.io', 'ClusterNetworkPolicy'],
  ['policy.networking.k8s.io', 'AdminNetworkPolicy'],
  ['policy.networking.k8s.io', 'BaselineAdminNetworkPolicy'],
  ['policy.networking.k8s.io', 'ClusterNetworkPolicy'],
];

/** Whether a policy of another system is there for a server. What it admits is not read. */
function isGuardedOtherwise(all: Bundle, { namespace, labels }: Pods): boolean {
  return FOREIGN.some(([group, kind, place]) =>
    all.ofForeignKind(group, kind).some((policy) => {
      const own = policy.metadata?.namespace;
      if (own !== undefined && own !== namespace) return false;
      const [found] = place === undefined ? [] : select(policy, place);
      return found === undefined || matches(plain(Object(found.value)), labels);
    }),
  );
}

/** A selector of Cilium without the source of each label: `k8s:app`, `any:app`. */
function plain({ matchLabels = {}, matchExpressions = [] }: Selector): Selector {
  const name = (key: string) => key.replace(/^(?:k8s|any)[:.]/, '');
  return {
    matchLabels: Object.fromEntries(Object.entries(matchLabels).map(([key, value]) => [name(key), value])),
    matchExpressions: matchExpressions.map((each) => ({ ...each, key: name(each.key) })),
  };
}

/** Whether a rule names nobody in particular. */
function isOpen({ from = [] }: NetworkPolicyIngressRule): boolean {
  if (from.length === 0) return true;
  return from.some(({ ipBlock, namespaceSelector, podSelector }) => {
    if (ipBlock !== undefined) return /\/0$/.test(ipBlock.cidr);
    return isEmpty(namespaceSelector) && isEmpty(podSelector ?? {});
  });
}

function isEmpty(selector: object | undefined): boolean {
  return selector !== undefined && Object.keys(selector).length === 0;
}

export const insideServices = defineRule({
  id: 'X02',
  title: 'no Service exposes a model server outside the cluster',
  effect: 'unsafe',
  why: 'A load balancer or a node port is a second entrance without identity, limits, logs or chargeback.',
  source: 'Kubernetes, Service, publishing services',
  fix: 'use ClusterIP, and let clients call the gateway',
  area: 'exposure',
  scope: 'graph',
  kinds: ['Service'],
  good: [
    { shows: 'a cluster address', change: { [SERVICE]: { spec: { clusterIP: null, type: 'ClusterIP' } } } },
  ],
  bad: [
    {
      shows: 'a load balancer',
      change: { [SERVICE]: { spec: { clusterIP: null, type: 'LoadBalancer' } } },
      finds: [`${SERVICE} /spec/type`],
    },
    {
      shows: 'an address of the network',
      change: { [SERVICE]: { spec: { clusterIP: null, externalIPs: ['10.1.2.3'] } } },
      finds: [`${SERVICE} /spec/externalIPs`],
    },
  ],
  check(all, one) {
    const { type, externalIPs = [] } = one.spec ?? {};
    const field = ['LoadBalancer', 'NodePort'].includes(type ?? '')
      ? 'type'
      : externalIPs.length > 0
        ? 'externalIPs'
        : undefined;
    const [server] = field === undefined ? [] : serversBehind(all, one);
    if (field === undefined || server === undefined) return [];
    const problem = `${server.object.metadata?.name} can be called without the gateway`;
    return [{ pointer: `/spec/${field}`, value: one.spec?.[field], problem }];
  },
});

interface Door {
  readonly pointer: string;
  readonly namespace: string;
  readonly name: string;
}

export const noDirectRoutes = defineRule({
  id: 'X03',
  title: 'no plain route or Ingress exposes a model server',
  effect: 'unsafe',
  why:
    'A plain route has neither the limits nor the token counts of an AI route, and an Ingress has no identity ' +
    'either: anyone who finds it uses the GPUs free of charge.',
  source: 'AI Gateway 1.0: the external processor is on the routes of AIGatewayRoutes only',
  fix: 'use an AIGatewayRoute to an AIServiceBackend',
  area: 'exposure',
  scope: 'graph',
  kinds: ['HTTPRoute', 'Ingress'],
  good: [
    {
      shows: 'a route to something else',
      change: { ...service('ai', 'site'), ...site({ name: 'site', port: 80 }) },
    },
  ],
  bad: [
    {
      shows: 'a route to its Service',
      change: site({ name: 'oss', port: 8000 }),
      finds: ['httproute/ai/site /spec/rules/0/backendRefs/0'],
    },
    {
      shows: 'an Ingress',
      change: {
        'ingress/ai/site': {
          apiVersion: 'networking.k8s.io/v1',
          kind: 'Ingress',
          metadata: { namespace: 'ai', name: 'site' },
          spec: { defaultBackend: { service: { name: 'oss', port: { number: 8000 } } } },
        },
      },
      finds: ['ingress/ai/site /spec/defaultBackend/service'],
    },
  ],
  check: (all, one) =>
    (one.kind === 'Ingress' ? doorsOfIngress(one) : doorsOfRoute(one as RuleKinds['HTTPRoute'])).flatMap(
      ({ pointer, namespace, name }) => {
        const service = all.find({ group: '', kind: 'Service', namespace, name });
        const [server] = service === undefined ? [] : serversBehind(all, service as RuleKinds['Service']);
        if (server === undefined) return [];
        return [
          {
            pointer,
            value: name,
            problem: `leads to ${server.object.metadata?.name} and bypasses the gateway`,
          },
        ];
      },
    ),
});

function doorsOfRoute({ metadata, spec }: RuleKinds['HTTPRoute']): Door[] {
  return [...(spec.rules ?? []).entries()].flatMap(([rule, { backendRefs = [] }]) =>
    [...backendRefs.entries()]
      .filter(([, { kind = 'Service' }]) => kind === 'Service')
      .map(([index, { name, namespace = metadata.namespace ?? '' }]) => ({
        pointer: `/spec/rules/${rule}/backendRefs/${index}`,
        namespace,
        name,
      })),
  );
}

function doorsOfIngress({ metadata, spec }: RuleKinds['Ingress']): Door[] {
  const paths = [...(spec?.rules ?? []).entries()].flatMap(([rule, { http }]) =>
    [...(http?.paths ?? []).entries()].map(([index, { backend }]) => ({
      pointer: `/spec/rules/${rule}/http/paths/${index}/backend/service`,
      backend,
    })),
  );
  const all = [{ pointer: '/spec/defaultBackend/service', backend: spec?.defaultBackend }, ...paths];
  return all.flatMap(({ pointer, backend }) =>
    backend?.service === undefined
      ? []
      : [{ pointer, namespace: metadata?.namespace ?? '', name: backend.service.name }],
  );
}

function site(backend: object): Record<string, object> {
  return plainRoute('site', { type: 'PathPrefix', value: '/site' }, backend);
}
