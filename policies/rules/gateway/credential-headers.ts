import type { Manifest } from '../../../base/manifest';
import { attachmentsOf, type Listener } from '../../attachment';
import type { Bundle } from '../../bundle';
import type { RuleKinds } from '../../kinds';
import { linksTo } from '../../links';
import { defineRule } from '../../rule';
import { inForceAt } from './listeners';
import { removes } from './trusted-headers';

type Service = RuleKinds['AIServiceBackend'];
type Mutation = { readonly remove?: readonly string[]; readonly set?: readonly { readonly name: string }[] };

/** Where the APIs of model providers, and browsers, carry credentials. */
const CREDENTIAL_HEADERS = ['authorization', 'x-api-key', 'api-key', 'cookie'];

/** The header that the AI gateway writes its own credentials into (internal/backendauth), by type of the policy. */
const WRITTEN: Readonly<Record<string, string>> = {
  APIKey: 'authorization',
  AWSCredentials: 'authorization',
  AnthropicAPIKey: 'x-api-key',
  AzureAPIKey: 'api-key',
  AzureCredentials: 'authorization',
  GCPCredentials: 'authorization',
};

const BACKEND = 'aiservicebackend/ai/chat';
const REMOVE = `${BACKEND} /spec/headerMutation/remove`;

const remove = (...names: readonly string[]) => ({
  [BACKEND]: { spec: { headerMutation: { remove: names } } },
});

/** What is left when the key of the gateway goes into `authorization`. */
const REST = ['x-api-key', 'api-key', 'cookie', 'x-client-id'];

export const credentialHeaders = defineRule({
  id: 'R19',
  title: 'no backend receives the credentials of a client',
  effect: 'unsafe',
  why:
    'The AI gateway adds its own key and removes nothing: credentials of the client in any other header are ' +
    'sent to the provider. The header of its own key it overwrites, and with sanitize the authentication at the ' +
    'Gateway removes the header in which the client sent its key. Removing a header does not remove the key of ' +
    'the gateway, which is added afterwards.',
  source: 'envoyproxy/ai-gateway, internal/backendauth',
  fix: 'add them to spec.headerMutation.remove',
  area: 'gateway',
  scope: 'graph',
  fields: [REMOVE.replace('/remove', ''), REMOVE],
  kinds: ['AIServiceBackend'],
  good: [
    {
      shows: 'names in capitals',
      change: remove('Authorization', 'X-API-Key', 'API-Key', 'Cookie', 'x-client-id'),
    },
    { shows: 'a header that the key of the gateway overwrites', change: remove(...REST) },
    {
      shows: 'a header that the gateway removes once it has read the key',
      change: {
        ...remove(...REST),
        'backendsecuritypolicy/ai/chat': null,
        'backend/ai/chat': {
          spec: { tls: null, endpoints: [{ fqdn: { hostname: 'chat.ai.svc', port: 8000 } }] },
        },
      },
    },
    {
      shows: 'headers that are removed before anything reads them',
      change: {
        ...remove('x-client-id'),
        'clienttrafficpolicy/ai/chat': {
          spec: {
            headers: {
              earlyRequestHeaders: {
                remove: [
                  'x-envoy-original-path',
                  'x-gateway-destination-endpoint',
                  'X-Api-Key',
                  'api-key',
                  'cookie',
                ],
              },
            },
          },
        },
      },
    },
    {
      shows: 'a route that removes them',
      change: {
        ...remove('x-client-id'),
        'aigatewayroute/ai/chat': {
          spec: {
            rules: [
              {
                matches: [{ headers: [{ name: 'x-ai-eg-model', value: 'chat' }] }],
                backendRefs: [{ name: 'chat', headerMutation: { remove: REST } }],
                timeouts: { request: '600s' },
              },
            ],
          },
        },
      },
    },
  ],
  bad: [
    {
      shows: 'cookies go to the provider',
      change: remove('authorization', 'x-api-key', 'api-key', 'x-client-id'),
      finds: [REMOVE],
    },
    {
      shows: 'a header that neither key overwrites',
      change: {
        ...remove('api-key', 'cookie', 'x-client-id', 'authorization'),
        'securitypolicy/ai/chat': { spec: { apiKeyAuth: { extractFrom: [{ headers: ['x-key'] }] } } },
      },
      finds: [REMOVE],
    },
  ],
  check(all, service) {
    const gone = goneHeaders(all, service);
    const kept = CREDENTIAL_HEADERS.filter((name) => !gone.has(name));
    if (kept.length === 0) return [];
    const problem = `the backend receives the client headers ${kept.join(', ')}`;
    return [
      {
        pointer: '/spec/headerMutation/remove',
        value: service.spec?.headerMutation?.remove,
        problem,
        elsewhere: !isWholeWay(all, service),
      },
    ];
  },
});

/** Whether all that may take a header from a request to a backend is among the objects. */
function isWholeWay(all: Bundle, service: Service): boolean {
  const listeners = linksTo(all, service, 'AIGatewayRoute').map(({ object }) =>
    attachmentsOf(all, object as Manifest).flatMap((one) => one.listeners),
  );
  return (
    linksTo(all, service, 'BackendSecurityPolicy').length > 0 &&
    listeners.length > 0 &&
    listeners.every(
      (some) =>
        some.length > 0 &&
        some.every(({ listener }) => POLICIES.every((kind) => inForceAt(all, listener, kind).length > 0)),
    )
  );
}

/** Kinds of policies that take headers from requests at a listener. */
const POLICIES = ['ClientTrafficPolicy', 'SecurityPolicy'] as const;

/** The headers of a client, in lower case, that a backend gets by no way. */
function goneHeaders(all: Bundle, service: Service): Set<string> {
  const own = [
    ...mutated(service.spec?.headerMutation ?? {}),
    ...linksTo(all, service, 'BackendSecurityPolicy').map(
      ({ object }) => WRITTEN[`${object.spec?.type}`] ?? '',
    ),
  ];
  const [first = [], ...others] = waysTo(all, service);
  const everywhere = first.filter((name) => others.every((names) => names.includes(name)));
  return new Set([...own, ...everywhere].map((name) => name.toLowerCase()));
}

const mutated = ({ remove = [], set = [] }: Mutation) => [...remove, ...set.map(({ name }) => name)];

/** For each way of a request to a backend, by rule and listener, the headers that are gone on it. */
function waysTo(all: Bundle, service: Service): string[][] {
  return linksTo(all, service, 'AIGatewayRoute').flatMap(({ reference, object: route }) => {
    const listeners = attachmentsOf(all, route as Manifest).flatMap((one) => one.listeners);
    const before = listeners.map(({ listener }) => goneAt(all, listener));
    const names = mutated(mutationAt(route, reference.pointer)).map((name) => name.toLowerCase());
    return before.length === 0 ? [names] : before.map((others) => [...names, ...others]);
  });
}

function mutationAt(route: RuleKinds['AIGatewayRoute'], pointer: string): Mutation {
  const [, rule, ref] = /rules\/(\d+)\/backendRefs\/(\d+)$/.exec(pointer) ?? [];
  return route.spec?.rules[Number(rule)]?.backendRefs?.[Number(ref)]?.headerMutation ?? {};
}

/** What a listener takes from requests: early, and the header of a key that its authentication has read. */
function goneAt(all: Bundle, listener: Listener): string[] {
  const early = inForceAt(all, listener, 'ClientTrafficPolicy').flatMap(
    ({ object }) => object.spec.headers?.earlyRequestHeaders ?? [],
  );
  const read = inForceAt(all, listener, 'SecurityPolicy')
    .map(({ object }) => object.spec.apiKeyAuth)
    .filter((keys) => keys?.sanitize === true)
    .flatMap((keys) => (keys?.extractFrom ?? []).flatMap(({ headers = [] }) => headers));
  return [
    ...CREDENTIAL_HEADERS.filter((name) => early.some((headers) => removes(headers, name))),
    ...read.map((name) => name.toLowerCase()),
  ];
}
