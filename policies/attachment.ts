import type { Manifest } from '../base/manifest';
import { listed } from '../base/text';
import type { Kinds } from '../constructs/crds';
import { type Bundle, ofBundle } from './bundle';
import type { RuleKinds } from './kinds';
import { add } from './lists';
import { select } from './pointer';
import { GATEWAY_API } from './references';
import type { Selector } from './selectors';
import { admits } from './target-selectors';

type Gateway = Kinds['Gateway'];
type Spec = Gateway['spec']['listeners'][number];
type Parent = NonNullable<Kinds['HTTPRoute']['spec']['parentRefs']>[number];

/** A listener of a Gateway and where it stands. */
export interface Listener {
  readonly gateway: Gateway;
  readonly name: string;
  readonly pointer: string;
  readonly spec: Spec;
}

/** What comes of one parentRef of a route. */
export interface Attachment {
  readonly route: Manifest;
  /** JSON pointer to the parentRef. */
  readonly pointer: string;
  readonly parent: Parent;
  readonly gateway: Gateway;
  /** Those that take the route, each with the hosts for which they do. */
  readonly listeners: readonly { readonly listener: Listener; readonly hosts: readonly string[] }[];
  /** Why none does, and the listeners that the last condition was about. */
  readonly refusal?: Refusal;
}

export interface Refusal {
  readonly by: 'sectionName' | 'port' | 'kind' | 'namespace' | 'hostname';
  readonly listeners: readonly Listener[];
}

/** Kinds that attach to listeners, and as what: the AI gateway makes HTTPRoutes of its own. */
const ROUTES = {
  AIGatewayRoute: 'HTTPRoute',
  GRPCRoute: 'GRPCRoute',
  HTTPRoute: 'HTTPRoute',
  MCPRoute: 'HTTPRoute',
  TLSRoute: 'TLSRoute',
} as const;

export type RouteKind = keyof typeof ROUTES;

export const ROUTE_KINDS = Object.keys(ROUTES) as RouteKind[];

/** The kind that listeners know a route as. */
export function asTaken(kind: string): string {
  return ROUTES[kind as RouteKind];
}

/** The kinds of routes of a protocol (Envoy Gateway, internal/gatewayapi/listener.go, getAllowedRouteKinds). */
const KINDS: Readonly<Record<string, readonly string[]>> = {
  HTTP: ['HTTPRoute', 'GRPCRoute'],
  HTTPS: ['HTTPRoute', 'GRPCRoute'],
  TLS: ['TLSRoute', 'TCPRoute'],
};

/** The listeners of a Gateway. */
export function listenersOf(gateway: Gateway): Listener[] {
  return [...gateway.spec.listeners.entries()].map(([index, spec]) => ({
    gateway,
    name: spec.name,
    pointer: `/spec/listeners/${index}`,
    spec,
  }));
}

/** Listeners as a message tells them: `http and https`. */
export const namesOf = (listeners: readonly Listener[]) =>
  listed(
    listeners.map(({ name }) => name),
    'and',
  );

interface Attached {
  readonly byRoute: ReadonlyMap<Manifest, readonly Attachment[]>;
  readonly byListener: ReadonlyMap<RouteKind, ReadonlyMap<Spec, readonly Attachment[]>>;
}

const attached = ofBundle((all): Attached => {
  const byRoute = new Map<Manifest, readonly Attachment[]>();
  const byListener = new Map<RouteKind, Map<Spec, Attachment[]>>();
  for (const kind of ROUTE_KINDS) {
    const ofKind = new Map<Spec, Attachment[]>();
    byListener.set(kind, ofKind);
    for (const route of all.ofKind(kind) as readonly RuleKinds[RouteKind][]) {
      const own = attachmentsIn(all, route as Manifest);
      byRoute.set(route as Manifest, own);
      for (const one of own) for (const { listener } of one.listeners) add(ofKind, listener.spec, one);
    }
  }
  return { byRoute, byListener };
});

/** What comes of the parentRefs of a route whose Gateways are in the bundle. */
export function attachmentsOf(all: Bundle, route: Manifest): readonly Attachment[] {
  return attached(all).byRoute.get(route) ?? [];
}

/** The routes of a kind that a listener takes, with their attachments. */
export function attachedTo(all: Bundle, { spec }: Listener, kind: RouteKind): readonly Attachment[] {
  return attached(all).byListener.get(kind)?.get(spec) ?? [];
}

/** The listeners of a Gateway that take AI routes. */
export function aiListeners(all: Bundle, gateway: Gateway): Listener[] {
  return listenersOf(gateway).filter((listener) => attachedTo(all, listener, 'AIGatewayRoute').length > 0);
}

/** The hosts for which a listener takes the route of an attachment, of those that are given. */
export function sharedHosts(one: Attachment, { spec }: Listener, hosts: readonly string[]): string[] {
  const own = one.listeners.find(({ listener }) => listener.spec === spec)?.hosts ?? [];
  return own.filter((host) => hosts.includes(host));
}

function attachmentsIn(all: Bundle, route: Manifest): Attachment[] {
  return select(route, '/spec/parentRefs/*').flatMap(({ pointer, value }) => {
    const parent = value as Parent;
    const { group = GATEWAY_API, kind = 'Gateway', name } = parent;
    const namespace = parent.namespace ?? route.metadata?.namespace ?? '';
    if (kind !== 'Gateway') return [];
    const gateway = all.find({ group, kind, namespace, name }) as Gateway | undefined;
    return gateway === undefined ? [] : [attachment(all, route, pointer, parent, gateway)];
  });
}

/** Mirrors processAllowedListenersForParentRefs of Envoy Gateway (internal/gatewayapi/route.go). */
function attachment(
  all: Bundle,
  route: Manifest,
  pointer: string,
  parent: Parent,
  gateway: Gateway,
): Attachment {
  const { sectionName, port } = parent;
  const kind = ROUTES[route.kind as RouteKind];
  const namespace = route.metadata?.namespace ?? '';
  const steps: readonly (readonly [Refusal['by'], (listener: Listener) => boolean])[] = [
    ['sectionName', ({ name }) => sectionName === undefined || sectionName === name],
    ['port', ({ spec }) => port === undefined || port === spec.port],
    ['kind', ({ spec }) => admitsKind(spec, kind)],
    ['namespace', ({ spec }) => admitsNamespace(all, gateway, spec, namespace)],
    ['hostname', (listener) => hostsOf(route, listener).length > 0],
  ];
  const base = { route, pointer, parent, gateway };
  let left = listenersOf(gateway);
  for (const [by, takes] of steps) {
    const taken = left.filter(takes);
    if (taken.length === 0) return { ...base, listeners: [], refusal: { by, listeners: left } };
    left = taken;
  }
  return { ...base, listeners: left.map((listener) => ({ listener, hosts: hostsOf(route, listener) })) };
}

function admitsKind({ protocol, allowedRoutes }: Spec, kind: string): boolean {
  // Another protocol than these is a fault of its own (G28), or of other implementations.
  if (!(KINDS[protocol]?.includes(kind) ?? protocol !== 'TCP')) return false;
  const kinds = allowedRoutes?.kinds ?? [];
  return (
    kinds.length === 0 || kinds.some((one) => (one.group ?? GATEWAY_API) === GATEWAY_API && one.kind === kind)
  );
}

function admitsNamespace(all: Bundle, gateway: Gateway, { allowedRoutes }: Spec, namespace: string): boolean {
  const { from = 'Same', selector }: { from?: string; selector?: Selector } = allowedRoutes?.namespaces ?? {};
  if (from === 'All') return true;
  if (from === 'Selector') return admits(all, selector, namespace);
  return from !== 'None' && namespace === (gateway.metadata.namespace ?? '');
}

/** The hosts for which a listener takes a route (Envoy Gateway, internal/gatewayapi/helpers.go, computeHosts). */
function hostsOf(route: Manifest, { gateway, spec }: Listener): string[] {
  const wanted = select(route, '/spec/hostnames/*').map(({ value }) => `${value}`);
  const own = spec.hostname ?? '';
  if (wanted.length === 0) return [own === '' ? '*' : own];
  const shared = wanted.flatMap((host) => intersection(own, host));
  const elsewhere = gateway.spec.listeners
    .filter((other) => other !== spec && other.port === spec.port)
    .map(({ hostname }) => hostname);
  return [...new Set(shared)].filter((host) => !elsewhere.includes(host));
}

/** The hosts that a listener's and a route's hostname have in common. */
function intersection(listener: string, route: string): string[] {
  if (listener === '' || listener === route || isWithin(route, listener)) return [route];
  return isWithin(listener, route) ? [listener] : [];
}

/** Whether a pattern such as `*.example.com` covers a narrower hostname, with any number of labels. */
function isWithin(host: string, pattern: string): boolean {
  return pattern.startsWith('*') && host !== pattern && host.replace(/^\*/, '').endsWith(pattern.slice(1));
}
