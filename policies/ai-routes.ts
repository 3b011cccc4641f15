import { type Manifest, objectId } from '../base/manifest';
import type { Kinds } from '../constructs/crds';
import type { Bundle } from './bundle';
import { GATEWAY_API, identitiesOf, type Reference, type Target } from './references';

type Route = Kinds['AIGatewayRoute'];
type Gateway = Kinds['Gateway'];
type Policy = Kinds['BackendTrafficPolicy'];
export type Traffic = Policy['spec'];

/** What the AI gateway gives a rule that does not say how long an answer may take. */
export const DEFAULT_REQUEST_TIMEOUT = '60s';

/** Whether an HTTPRoute is one that the AI gateway has made, as a cluster gives it out. */
export function aiGenerated({ kind, metadata }: Manifest): boolean {
  const { annotations, ownerReferences } = Object(metadata) as Owned;
  const owners = ownerReferences ?? [];
  return (
    kind === 'HTTPRoute' &&
    (GENERATED.some((name) => annotations?.[name] !== undefined) ||
      owners.some((owner) => owner.kind === 'AIGatewayRoute' || owner.kind === 'MCPRoute'))
  );
}

interface Owned {
  readonly annotations?: Readonly<Record<string, string>>;
  readonly ownerReferences?: readonly { readonly kind?: string }[];
}

/** On the HTTPRoutes that the AI gateway makes itself; without the prefix in the translation of Envoy Gateway. */
const GENERATED = ['gateway.envoyproxy.io/ai-gateway-generated', 'ai-gateway-generated'];

/** The HTTPRoute that the AI gateway makes of a route: what policies attach to. */
export function httpRouteOf({ metadata: { namespace = '', name } }: Route): Target {
  return { group: GATEWAY_API, kind: 'HTTPRoute', namespace, name };
}

/** The Gateways of a route that are in the bundle. */
export function gatewaysOf(all: Bundle, { metadata, spec }: Route): Gateway[] {
  return (spec?.parentRefs ?? []).flatMap(({ name, namespace = metadata.namespace ?? '' }) => {
    const gateway = all.find({ group: GATEWAY_API, kind: 'Gateway', namespace, name });
    return gateway === undefined ? [] : [gateway as Gateway];
  });
}

/** The AI routes that name a Gateway as their parent. */
export function aiRoutesOf(all: Bundle, gateway: Gateway): Route[] {
  return all
    .referencesTo(identitiesOf(gateway)[0] as Target, 'AIGatewayRoute')
    .map(({ from }) => from as Route);
}

/** The AI routes that a traffic policy is on, by their HTTPRoutes or by their Gateways. */
export function routesUnder(all: Bundle, policy: Policy): Route[] {
  const named = all.referencesFrom(policy).flatMap(({ to }) => {
    if (to.kind === 'HTTPRoute') return [all.find(to)].filter((route) => route?.kind === 'AIGatewayRoute');
    return all.referencesTo(to, 'AIGatewayRoute').map(({ from }) => from);
  }) as Route[];
  return [...new Set(named)].filter((route) => policiesOn(all, route).includes(policy));
}

/**
 * The traffic policies in force on a route. Those on its HTTPRoute replace those on its Gateways, whole, unless
 * they say how to merge.
 */
export function policiesOn(all: Bundle, route: Route): Policy[] {
  const own = policiesTo(all, httpRouteOf(route));
  const merges = own.every(({ spec }) => spec.mergeType !== undefined);
  if (!merges) return own;
  const inherited = gatewaysOf(all, route).flatMap((gateway) =>
    policiesTo(all, identitiesOf(gateway)[0] as Target),
  );
  return [...inherited, ...own];
}

/** What the policies on a route say together; of two blocks the route's own. */
export function trafficOf(all: Bundle, route: Route): Partial<Traffic> {
  return Object.assign({}, ...policiesOn(all, route).map(({ spec }) => spec));
}

/**
 * The traffic policies in force on a target: those for its sections, and of several for the whole of it the oldest (R14), or
 * none where that is refused.
 */
function policiesTo(all: Bundle, target: Target): Policy[] {
  const claims = all.claimsOn(target, 'BackendTrafficPolicy');
  const whole = claims.filter(({ sectionName }) => sectionName === undefined);
  const sections = claims.filter(({ sectionName }) => sectionName !== undefined);
  const first = whole.length === 0 ? [] : [whole.reduce(earlier)];
  return [...first, ...sections].map(({ from }) => from as Policy).filter((policy) => !all.isRefused(policy));
}

/** Of policies of one age Envoy Gateway takes the first by name. */
export function earlier(a: Reference, b: Reference): Reference {
  return objectId(b.from) < objectId(a.from) ? b : a;
}

const CONFIG = 'aigateway.envoyproxy.io/gateway-config';

/** Whether all that could add costs to a route is in the bundle: its Gateways, and the GatewayConfigs that these name. */
export function knowsCosts(all: Bundle, route: Route): boolean {
  const gateways = gatewaysOf(all, route);
  const configs = gateways.flatMap((gateway) =>
    all.referencesFrom(gateway).filter(({ to }) => to.kind === 'GatewayConfig'),
  );
  return gateways.length === (route.spec?.parentRefs ?? []).length && configs.every(({ to }) => all.has(to));
}

/** What a route counts: its own costs, and those that a GatewayConfig adds to every route of a Gateway. */
export function costKeysOf(all: Bundle, route: Route): string[] {
  const global = gatewaysOf(all, route).flatMap(({ metadata }) => {
    const name = metadata.annotations?.[CONFIG] ?? '';
    const group = 'aigateway.envoyproxy.io';
    const config = all.find({ group, kind: 'GatewayConfig', namespace: metadata.namespace ?? '', name });
    return (config as Kinds['GatewayConfig'] | undefined)?.spec?.globalLLMRequestCosts ?? [];
  });
  return [...(route.spec?.llmRequestCosts ?? []), ...global].map(({ metadataKey }) => metadataKey);
}
