import { isPrivateHost } from '../../../base/hosts';
import type { Manifest } from '../../../base/manifest';
import type { Bundle } from '../../bundle';
import type { RuleKind } from '../../kinds';
import { namedBy, thatName } from '../../links';
import { select } from '../../pointer';
import { defineRule } from '../../rule';
import { addresses } from './backend-tls';
import { hasAiRoutes } from './listeners';
import { identifyingHeaders, RESERVED_PREFIX, TRUSTED_HEADERS, trustedHeaders } from './trusted-headers';

/** Where each kind decides by headers. */
const DECISIONS: Partial<Record<RuleKind, readonly string[]>> = {
  AIGatewayRoute: ['/spec/rules/*/matches/*/headers/*'],
  BackendTrafficPolicy: [
    '/spec/rateLimit/global/rules/*/clientSelectors/*/headers/*',
    '/spec/rateLimit/local/rules/*/clientSelectors/*/headers/*',
  ],
  SecurityPolicy: ['/spec/authorization/rules/*/principal/headers/*'],
};

/** Whoever knows what is in these may say so. */
const SECRETS = ['authorization', 'x-api-key', 'api-key'];

const limitBy = (name: string) => ({
  'backendtrafficpolicy/ai/chat': {
    spec: {
      rateLimit: {
        local: {
          rules: [
            {
              clientSelectors: [{ headers: [{ name, type: 'Distinct' }] }],
              limit: { requests: 10, unit: 'Second' },
            },
          ],
        },
      },
    },
  },
});

const LIMIT = '/spec/rateLimit/local/rules/0/clientSelectors/0/headers/0';

export const identityHeaders = defineRule({
  id: 'R23',
  title: 'no decision depends on a header that clients can set',
  effect: 'unsafe',
  why:
    'A limit per header value does not limit clients that omit the header, and a client that sends the name ' +
    'of another spends the budget of the other. A route or a permission that depends on such a header is open ' +
    'to all clients.',
  source: 'envoyproxy/gateway v1.8.3, internal/xds/translator/{ratelimit,local_ratelimit}.go',
  fix:
    'let authentication at the Gateway set it (forwardClientIDHeader, claimToHeaders, headersToBackend), or ' +
    `name it in the annotation ${TRUSTED_HEADERS} of the Gateway if a proxy in front sets it`,
  area: 'gateway',
  scope: 'graph',
  kinds: ['AIGatewayRoute', 'BackendTrafficPolicy', 'SecurityPolicy'],
  good: [
    { shows: 'the name that goes with an API key', change: limitBy('X-Client-ID') },
    {
      shows: 'a header of the proxy in front',
      change: {
        ...limitBy('x-team'),
        'gateway/ai/chat': { metadata: { annotations: { [TRUSTED_HEADERS]: 'x-org, X-Team' } } },
        'aiservicebackend/ai/chat': {
          spec: {
            headerMutation: {
              remove: ['authorization', 'x-api-key', 'api-key', 'cookie', 'x-client-id', 'x-org', 'x-team'],
            },
          },
        },
      },
    },
  ],
  bad: [
    {
      shows: 'a limit for each team that clients say they are',
      change: limitBy('x-team'),
      finds: [`backendtrafficpolicy/ai/chat ${LIMIT}`],
    },
    {
      shows: 'a route for who says so',
      change: {
        'aigatewayroute/ai/chat': {
          spec: {
            rules: [
              {
                matches: [
                  {
                    headers: [
                      { name: 'x-ai-eg-model', value: 'chat' },
                      { name: 'x-team', value: 'research' },
                    ],
                  },
                ],
                backendRefs: [{ name: 'chat' }],
                timeouts: { request: '600s' },
              },
            ],
          },
        },
      },
      finds: ['aigatewayroute/ai/chat /spec/rules/0/matches/0/headers/1'],
    },
  ],
  check(all, one) {
    const untrusted = gatewaysOf(all, one).map(({ gateway, trusted }) => ({
      gateway,
      open: (header: string) =>
        !header.startsWith(RESERVED_PREFIX) && !SECRETS.includes(header) && !trusted.has(header),
    }));
    const headers = (DECISIONS[one.kind] ?? []).flatMap((at) => select(one, at));
    const first = new Map(headers.toReversed().map((each) => [Object(each.value).name.toLowerCase(), each]));
    return [...first.values()].reverse().flatMap(({ pointer, value }) => {
      const name: string = Object(value).name;
      const found = untrusted.find(({ open }) => open(name.toLowerCase()));
      if (found === undefined) return [];
      const problem = `gateway ${found.gateway.metadata.name} does not set ${name}, so clients choose its value`;
      const elsewhere = (['SecurityPolicy', 'ClientTrafficPolicy'] as const).some(
        (kind) => thatName(all, found.gateway, kind).length === 0,
      );
      return [{ pointer, value: name, problem, elsewhere }];
    });
  },
});

/** The Gateways with AI routes on which an object acts, by itself or through its route. */
function gatewaysOf(all: Bundle, one: Manifest) {
  const routes = one.kind === 'AIGatewayRoute' ? [one] : namedBy(all, one, 'AIGatewayRoute');
  // What a route names has AI routes: the route itself.
  const direct = namedBy(all, one, 'Gateway').filter(
    (gateway) => one.kind === 'AIGatewayRoute' || hasAiRoutes(all, gateway),
  );
  const gateways = new Set([...direct, ...routes.flatMap((route) => namedBy(all, route, 'Gateway'))]);
  return [...gateways].map((gateway) => ({ gateway, trusted: trustedHeaders(all, gateway) }));
}

export const identityLeak = defineRule({
  id: 'G19',
  title: 'providers do not receive client identities',
  effect: 'fragile',
  why:
    'The identity headers are forwarded to the backend like any other header. A provider does not need the ' +
    'names of workloads and tenants, and may store them.',
  source: 'envoyproxy/ai-gateway v1.0.0, internal/extproc/processor_impl.go',
  fix: 'add them to spec.headerMutation.remove',
  area: 'gateway',
  scope: 'graph',
  kinds: ['AIServiceBackend'],
  fields: ['aiservicebackend/ai/chat /spec/headerMutation/remove/3'],
  good: [
    {
      shows: 'a model server of the cluster, which may know',
      change: {
        'backend/ai/chat': {
          spec: { tls: null, endpoints: [{ fqdn: { hostname: 'chat.ai.svc', port: 8000 } }] },
        },
        'aiservicebackend/ai/chat': {
          spec: { headerMutation: { remove: ['authorization', 'x-api-key', 'api-key', 'cookie'] } },
        },
      },
    },
  ],
  bad: [
    {
      shows: 'the name of the client goes to the provider',
      change: {
        'aiservicebackend/ai/chat': {
          spec: { headerMutation: { remove: ['authorization', 'x-api-key', 'api-key', 'cookie'] } },
        },
      },
      finds: ['aiservicebackend/ai/chat /spec/headerMutation/remove'],
    },
  ],
  check(all, service) {
    if (
      namedBy(all, service, 'Backend')
        .flatMap(addresses)
        .every(({ host }) => isPrivateHost(host))
    )
      return [];
    const routes = thatName(all, service, 'AIGatewayRoute');
    const gateways = new Set(routes.flatMap((route) => namedBy(all, route, 'Gateway')));
    const known = new Set([...gateways].flatMap((gateway) => [...identifyingHeaders(all, gateway)]));
    const removed = service.spec?.headerMutation?.remove ?? [];
    const gone = new Set(removed.map((name) => name.toLowerCase()));
    const kept = [...known].filter((name) => !gone.has(name)).sort();
    if (kept.length === 0) return [];
    const problem = `the provider receives ${kept.join(', ')}`;
    return [{ pointer: '/spec/headerMutation/remove', value: removed, problem }];
  },
});
