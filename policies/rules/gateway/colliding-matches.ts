import { type Manifest, objectId } from '../../../base/manifest';
import { aiGenerated } from '../../ai-routes';
import { type Attachment, attachmentsOf } from '../../attachment';
import { type Bundle, ofBundle } from '../../bundle';
import type { RuleKinds } from '../../kinds';
import { add } from '../../lists';
import { defineRule, type Violation } from '../../rule';
import { mcpRoute, plainRoute, service } from './samples';

const COLLIDING = ['AIGatewayRoute', 'MCPRoute', 'HTTPRoute', 'GRPCRoute'] as const;

const MODEL = 'x-ai-eg-model';

const rule = (...headers: readonly object[]) => ({
  matches: [{ headers }],
  backendRefs: [{ name: 'chat' }],
  timeouts: { request: '600s' },
});

const second = (spec: object) => ({ 'aigatewayroute/ai/oss': { spec } });

const mcp = (name: string, spec: object = {}) => mcpRoute(name, 'chat', spec);

const grpc = (name: string, method = 'Embed') => ({
  ...service('ai', 'site'),
  [`grpcroute/ai/${name}`]: {
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'GRPCRoute',
    metadata: { namespace: 'ai', name },
    spec: {
      parentRefs: [{ name: 'chat' }],
      rules: [
        {
          matches: [{ method: { service: 'vectors.Embedder', method } }],
          backendRefs: [{ name: 'site', port: 80 }],
        },
      ],
    },
  },
});

const site = (name: string, path: object, more: object = {}) => ({
  ...service('ai', 'site'),
  ...plainRoute(name, path, { name: 'site', port: 80 }, more),
});

export const collidingMatches = defineRule({
  id: 'G38',
  title: 'no two rules of a listener match the same requests',
  effect: 'ineffective',
  why:
    'Of two rules with one match for one host, Envoy uses the rule of the older route, or the earlier one of a ' +
    'route; the other never gets a request, and there is no error in any status. An MCPRoute without a path is ' +
    'at /mcp. After a restore of the cluster another route may be the older one.',
  source:
    'envoyproxy/gateway v1.8.3, internal/gatewayapi/sort.go; envoyproxy/ai-gateway v1.0.0, internal/controller/mcp_route.go; envoyproxy/ai-gateway#1585',
  fix: 'change one of the matches, or give one of the routes another hostname or listener',
  area: 'gateway',
  scope: 'graph',
  kinds: COLLIDING,
  good: [
    {
      shows: 'another model, and one model for a client of its own',
      change: second({
        rules: [
          rule({ name: MODEL, value: 'chat-mini' }),
          rule({ name: MODEL, value: 'chat' }, { name: 'x-client-id', value: 'batch' }),
        ],
      }),
    },
    {
      shows: 'one model on two hosts',
      change: {
        ...second({ hostnames: ['b.example.com'], rules: [rule({ name: MODEL, value: 'chat' })] }),
        'aigatewayroute/ai/chat': { spec: { hostnames: ['a.example.com'] } },
      },
    },
    { shows: 'two methods of gRPC', change: { ...grpc('a', 'Embed'), ...grpc('b', 'Rerank') } },
    { shows: 'two paths of MCP', change: { ...mcp('a', { path: '/a' }), ...mcp('b', { path: '/b' }) } },
    {
      shows: 'one path for two methods',
      change: {
        ...site('read', { value: '/site' }),
        ...site('write', { value: '/site' }),
        'httproute/ai/write': {
          apiVersion: 'gateway.networking.k8s.io/v1',
          kind: 'HTTPRoute',
          metadata: { namespace: 'ai', name: 'write' },
          spec: {
            parentRefs: [{ name: 'chat' }],
            rules: [
              {
                matches: [{ path: { value: '/site' }, method: 'POST' }],
                backendRefs: [{ name: 'site', port: 80 }],
              },
            ],
          },
        },
      },
    },
  ],
  bad: [
    {
      shows: 'one model in two routes',
      change: second({ rules: [rule({ name: MODEL, value: 'new' }), rule({ name: MODEL, value: 'chat' })] }),
      finds: ['aigatewayroute/ai/oss /spec/rules/1/matches/0'],
    },
    {
      shows: 'one model, written otherwise',
      change: second({
        rules: [rule({ type: 'Exact', name: 'X-AI-EG-Model', value: 'chat' })],
        hostnames: [],
      }),
      finds: ['aigatewayroute/ai/oss /spec/rules/0/matches/0'],
    },
    {
      shows: 'one model in two rules of a route',
      change: second({ rules: [rule({ name: MODEL, value: 'a' }), rule({ name: MODEL, value: 'a' })] }),
      finds: ['aigatewayroute/ai/oss /spec/rules/1/matches/0'],
    },
    {
      shows: 'the default path of MCP twice',
      change: { ...mcp('a'), ...mcp('b', { path: '/mcp' }) },
      finds: ['mcproute/ai/b /spec/path'],
    },
    {
      shows: 'a site on the path of MCP',
      change: { ...mcp('a', { path: '/tools' }), ...site('tools', { type: 'Exact', value: '/tools' }) },
      finds: ['mcproute/ai/a /spec/path'],
    },
    {
      shows: 'one method of gRPC in two routes',
      change: { ...grpc('a'), ...grpc('b') },
      finds: ['grpcroute/ai/b /spec/rules/0/matches/0'],
    },
    {
      shows: 'one path in two sites',
      change: { ...site('a', { value: '/site' }), ...site('b', { type: 'PathPrefix', value: '/site/' }) },
      finds: ['httproute/ai/b /spec/rules/0/matches/0'],
    },
  ],
  check: (all, one) => [...(collisions(all).get(one as Manifest) ?? [])],
});

/** A match of a route, as a text that is the same for all that match the same requests. */
interface Match {
  readonly route: Manifest;
  /** The rule in its route. */
  readonly rule: number;
  readonly pointer: string;
  readonly text: string;
}

const collisions = ofBundle((all): ReadonlyMap<Manifest, readonly Violation[]> => {
  const found = new Map<Manifest, Violation[]>();
  const taken = new Map<object, Map<string, Match>>();
  for (const route of routesOf(all)) {
    const matches = matchesOf(route);
    const reported = new Set<string>();
    for (const { listener, host } of placesOf(all, route)) {
      const known = taken.get(listener.spec) ?? new Map<string, Match>();
      taken.set(listener.spec, known);
      for (const match of matches) {
        const key = `${host} ${match.text}`;
        const other = known.get(key);
        if (other === undefined) known.set(key, match);
        else if (isRival(match, other) && !reported.has(match.pointer)) {
          reported.add(match.pointer);
          add(found, route, violation(match, other, listener.name));
        }
      }
    }
  }
  return found;
});

/** The first by name stands for the oldest; nobody knows which one that is. */
function routesOf(all: Bundle): Manifest[] {
  const routes = COLLIDING.flatMap((kind) => all.ofKind(kind) as readonly Manifest[]);
  return routes.filter((route) => !aiGenerated(route)).sort((a, b) => (objectId(a) < objectId(b) ? -1 : 1));
}

function placesOf(all: Bundle, route: Manifest) {
  return attachmentsOf(all, route).flatMap(({ listeners }: Attachment) =>
    listeners.flatMap(({ listener, hosts }) => hosts.map((host) => ({ listener, host }))),
  );
}

/** The same match twice in a rule does no harm, and two versions of one object are never there together. */
function isRival(one: Match, other: Match): boolean {
  if (one.route === other.route) return one.rule !== other.rule;
  return objectId(one.route) !== objectId(other.route);
}

function violation({ route, pointer }: Match, other: Match, listener: string): Violation {
  const problem =
    other.route === route
      ? `rule ${other.rule} before it matches the same requests and gets all of them`
      : `${other.route.kind} ${other.route.metadata?.name} matches the same requests on listener ${listener}, and the older of the two gets all of them`;
  return { pointer, problem };
}

type GrpcMatch = NonNullable<NonNullable<RuleKinds['GRPCRoute']['spec']['rules']>[number]['matches']>[number];
type HttpRule = NonNullable<RuleKinds['HTTPRoute']['spec']['rules']>[number];
type HttpMatch = NonNullable<HttpRule['matches']>[number];

function matchesOf(route: Manifest): Match[] {
  if (route.kind === 'MCPRoute') {
    const { path = '/mcp', headers = [] } = (route as RuleKinds['MCPRoute']).spec ?? {};
    const text = textOf({ path: { type: 'Exact', value: path }, headers });
    return [{ route, rule: 0, pointer: '/spec/path', text }];
  }
  if (route.kind === 'GRPCRoute') return grpcMatchesOf(route as RuleKinds['GRPCRoute']);
  const { rules = [] } = (route as RuleKinds['HTTPRoute']).spec ?? {};
  return rules.flatMap(({ matches = [], filters = [] }: HttpRule, rule) => {
    const pointer = `/spec/rules/${rule}/matches`;
    // An HTTPRouteFilter may hold conditions of its own, on cookies.
    const extensions = filters.flatMap(({ extensionRef }) => extensionRef?.name ?? []);
    const family = [...(route.kind === 'AIGatewayRoute' ? ['models'] : []), ...extensions, ''].join(' ');
    if (matches.length === 0) return [{ route, rule, pointer, text: `${family}${textOf({})}` }];
    return matches.map((match, index) => ({
      route,
      rule,
      pointer: `${pointer}/${index}`,
      text: `${family}${textOf(match)}`,
    }));
  });
}

function grpcMatchesOf(route: RuleKinds['GRPCRoute']): Match[] {
  return (route.spec.rules ?? []).flatMap(({ matches = [] }, rule) => {
    const pointer = `/spec/rules/${rule}/matches`;
    if (matches.length === 0) return [{ route, rule, pointer, text: grpcTextOf({}) }];
    return matches.map((match, index) => ({
      ...{ route, rule, pointer: `${pointer}/${index}`, text: grpcTextOf(match) },
    }));
  });
}

function grpcTextOf({ method, headers = [] }: GrpcMatch): string {
  const { type = 'Exact', service = '', method: name = '' } = method ?? {};
  return JSON.stringify(['grpc', type, service, name, conditions(headers, true)]);
}

type Condition = { readonly name: string; readonly type?: string; readonly value: string };

function conditions(all: readonly Condition[], lower: boolean): string[] {
  return all
    .map(({ name, type = 'Exact', value }) => [lower ? name.toLowerCase() : name, type, value])
    .map((parts) => JSON.stringify(parts))
    .sort();
}

function textOf({ path, method, headers = [], queryParams = [] }: HttpMatch): string {
  const { type = 'PathPrefix', value = '/' } = path ?? {};
  return JSON.stringify([
    type,
    type === 'PathPrefix' ? value.replace(/\/+$/, '') : value,
    method ?? '',
    conditions(headers, true),
    conditions(queryParams, false),
  ]);
}
