import type { Bundle } from '../../bundle';
import type { RuleKinds } from '../../kinds';
import { namedBy, thatName } from '../../links';
import { defineRule, type Violation } from '../../rule';

const MATCHES = [{ headers: [{ name: 'x-ai-eg-model', value: 'chat' }] }];
const RULE = {
  matches: MATCHES,
  backendRefs: [{ name: 'chat' }, { name: 'second' }],
  timeouts: { request: '600s' },
};

/** A second backend of the only rule. */
const second = (endpoint: object) => ({
  'aigatewayroute/ai/chat': { spec: { rules: [RULE] } },
  'aiservicebackend/ai/second': {
    apiVersion: 'aigateway.envoyproxy.io/v1beta1',
    kind: 'AIServiceBackend',
    metadata: { namespace: 'ai', name: 'second' },
    spec: {
      schema: { name: 'OpenAI' },
      backendRef: { group: 'gateway.envoyproxy.io', kind: 'Backend', name: 'second' },
      headerMutation: { remove: ['authorization', 'x-api-key', 'api-key', 'cookie'] },
    },
  },
  'backend/ai/second': {
    apiVersion: 'gateway.envoyproxy.io/v1alpha1',
    kind: 'Backend',
    metadata: { namespace: 'ai', name: 'second' },
    spec: { endpoints: [endpoint] },
  },
});

const SERVER = { fqdn: { hostname: 'second.ai.svc.cluster.local', port: 8000 } };

export const oneCluster = defineRule({
  id: 'R11',
  title: 'the backends of a rule form one Envoy cluster',
  effect: 'failing',
  why:
    'For backends with host names Envoy Gateway creates one cluster, in which the AI gateway distinguishes ' +
    'them. For several backends with IP addresses it distinguishes only the first: every request gets the ' +
    'schema, the key and the model of that backend. If Envoy Gateway creates a cluster for each backend ' +
    '(names mixed with addresses, HTTP/2 with WebSockets, preferred zones), the AI gateway recognises none of ' +
    'them: requests are sent as the client wrote them, without the key of the provider and with the ' +
    'credentials of the client.',
  source:
    'envoyproxy/ai-gateway#2135 and v1.0.0, internal/extensionserver/post_translate_modify.go; ' +
    'envoyproxy/gateway v1.8.3, internal/ir/xds.go (NeedsClusterPerSetting)',
  fix: 'use host names (fqdn), one protocol and no preferred zone for all backends of the rule',
  area: 'gateway',
  scope: 'graph',
  kinds: ['AIGatewayRoute'],
  fields: ['backend/ai/oss /spec/endpoints/0/fqdn'],
  good: [{ shows: 'two names', change: second(SERVER) }],
  bad: [
    {
      shows: 'a name and an address',
      change: second({ ip: { address: '10.0.0.7', port: 8000 } }),
      finds: ['aigatewayroute/ai/chat /spec/rules/0/backendRefs/1'],
    },
    {
      shows: 'a preferred zone',
      change: {
        ...second(SERVER),
        'backendtrafficpolicy/ai/chat': {
          spec: { loadBalancer: { type: 'LeastRequest', zoneAware: { preferLocal: {} } } },
        },
      },
      finds: ['aigatewayroute/ai/chat /spec/rules/0/backendRefs'],
    },
  ],
  check(all, route) {
    const zones = zonesOf(all, route);
    return (route.spec?.rules ?? []).flatMap(({ backendRefs = [] }, rule) => {
      const pointer = `/spec/rules/${rule}/backendRefs`;
      const used = [...backendRefs.entries()].filter(([, { weight }]) => weight !== 0);
      if (used.length < 2) return [];
      const backends = used.map(([index]) => ({
        pointer: `${pointer}/${index}`,
        backend: backendAt(all, route, `${pointer}/${index}`),
      }));
      return [...backends.flatMap(unnamed), ...protocols(pointer, backends), ...split(pointer, zones)];
    });
  },
});

interface Used {
  readonly pointer: string;
  readonly backend: RuleKinds['Backend'] | undefined;
}

function backendAt(all: Bundle, route: RuleKinds['AIGatewayRoute'], pointer: string) {
  const reference = all.referencesFrom(route).find((each) => each.pointer === pointer);
  const service = reference && all.find(reference.to);
  return service && namedBy(all, service, 'Backend')[0];
}

function unnamed({ pointer, backend }: Used): Violation[] {
  if (backend?.spec.endpoints?.every(({ fqdn }) => fqdn !== undefined) ?? true) return [];
  const { name } = backend?.metadata ?? {};
  const problem = `Backend ${name} has an IP address instead of a host name, in a rule with several backends`;
  return [{ pointer, value: name, problem }];
}

function protocols(pointer: string, used: readonly Used[]): Violation[] {
  const spoken = new Set<string>(used.flatMap(({ backend }) => backend?.spec.appProtocols ?? []));
  const http2 = spoken.has('gateway.envoyproxy.io/h2c');
  if (!http2 || !['ws', 'wss'].some((name) => spoken.has(`gateway.envoyproxy.io/${name}`))) return [];
  return [{ pointer, problem: 'some of the backends use HTTP/2 and others WebSockets' }];
}

function split(pointer: string, zones: boolean): Violation[] {
  const problem = 'a BackendTrafficPolicy prefers zones, which creates a separate cluster for each backend';
  return zones ? [{ pointer, problem }] : [];
}

/** Whether some policy of a route, or of its gateways, prefers zones. */
function zonesOf(all: Bundle, route: RuleKinds['AIGatewayRoute']): boolean {
  return [route, ...namedBy(all, route, 'Gateway')]
    .flatMap((target) => thatName(all, target, 'BackendTrafficPolicy'))
    .some(({ spec: { loadBalancer } }) => {
      const { preferLocal, weightedZones = [] } = loadBalancer?.zoneAware ?? {};
      return preferLocal !== undefined || weightedZones.length > 0;
    });
}
