import type { Manifest } from '../../../base/manifest';
import { aiListeners, type Listener, listenersOf } from '../../attachment';
import type { Bundle } from '../../bundle';
import type { RuleKinds } from '../../kinds';
import { type Link, linksTo, namedBy, thatName } from '../../links';

type Gateway = RuleKinds['Gateway'];

/** The kinds of policies that are for listeners. */
export type ListenerPolicy = 'ClientTrafficPolicy' | 'SecurityPolicy';

/** Whether routes to models name a Gateway. */
export function hasAiRoutes(all: Bundle, gateway: Manifest): boolean {
  return thatName(all, gateway, 'AIGatewayRoute').length > 0;
}

/**
 * The listeners with AI routes that no policy of a kind covers: neither one for the listener nor one for the whole
 * Gateway.
 *
 * @param counts which of the policies count at a listener; default: those that are not refused there
 */
export function bareListeners<K extends ListenerPolicy>(
  all: Bundle,
  gateway: Gateway,
  kind: K,
  counts: (policy: RuleKinds[K], listener: Listener) => boolean = () => true,
): Listener[] {
  return aiListeners(all, gateway).filter(
    (listener) =>
      !inForceAt(all, listener, kind).some(
        (link) => !isRefusedAt(link, listener) && counts(link.object, listener),
      ),
  );
}

/** The policies of a kind that are in force at a listener: those for the listener itself, or else for its Gateway. */
export function inForceAt<K extends ListenerPolicy>(
  all: Bundle,
  { gateway, name }: Listener,
  kind: K,
): Link<K>[] {
  const links = linksTo(all, gateway, kind);
  const own = links.filter(({ reference }) => reference.sectionName === name);
  return own.length > 0 ? own : links.filter(({ reference }) => reference.sectionName === undefined);
}

/** The listeners at which a policy is in force, of those of a Gateway that are given. */
export function listenersUnder<K extends ListenerPolicy>(
  all: Bundle,
  policy: RuleKinds[K],
  of: (gateway: Gateway) => readonly Listener[] = listenersOf,
): Listener[] {
  const gateways = namedBy(all, policy as Manifest, 'Gateway');
  return gateways
    .flatMap(of)
    .filter((listener) => inForceAt(all, listener, policy.kind as K).some(({ object }) => object === policy));
}

/** The listeners with AI routes at which a policy is in force. */
export function aiListenersUnder<K extends ListenerPolicy>(all: Bundle, policy: RuleKinds[K]): Listener[] {
  return listenersUnder(all, policy, (gateway) => aiListeners(all, gateway));
}

/**
 * The other listeners whose requests pass the same filters of Envoy: those without TLS on one port
 * (Envoy Gateway, internal/gatewayapi/helpers.go, listenersWithSameHTTPPort).
 */
export function sharing({ gateway, name, spec }: Listener): Listener[] {
  if (spec.protocol !== 'HTTP') return [];
  return listenersOf(gateway).filter(
    (other) => other.name !== name && other.spec.protocol === 'HTTP' && other.spec.port === spec.port,
  );
}

/** Whether Envoy Gateway refuses a policy at a listener, so that nothing in it is in force there. */
function isRefusedAt<K extends ListenerPolicy>(
  { reference }: Pick<Link<K>, 'reference'>,
  listener: Listener,
): boolean {
  if (reference.from.kind !== 'ClientTrafficPolicy') return false;
  return reference.sectionName !== undefined && sharing(listener).length > 0;
}
