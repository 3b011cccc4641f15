import type { Manifest } from '../../../base/manifest';
import type { Bundle } from '../../bundle';
import type { RuleKind, RuleKinds } from '../../kinds';
import { linksTo, thatName } from '../../links';

type Gateway = RuleKinds['Gateway'];

/** A listener and where it stands. */
export interface Listening {
  readonly name: string;
  readonly pointer: string;
}

/** Whether routes to models are attached to a Gateway. */
export function hasAiRoutes(all: Bundle, gateway: Manifest): boolean {
  return thatName(all, gateway, 'AIGatewayRoute').length > 0;
}

/**
 * The listeners that no policy of a kind covers: neither one for the listener nor one for the whole Gateway.
 *
 * @param counts which of the policies count; default: all
 */
export function bareListeners<K extends RuleKind>(
  all: Bundle,
  gateway: Gateway,
  kind: K,
  counts: (policy: RuleKinds[K]) => boolean = () => true,
): Listening[] {
  const covered = new Set(
    linksTo(all, gateway, kind)
      .filter(({ object }) => counts(object))
      .map(({ reference }) => reference.sectionName),
  );
  if (covered.has(undefined)) return [];
  return [...gateway.spec.listeners.entries()]
    .filter(([, { name }]) => !covered.has(name))
    .map(([index, { name }]) => ({ name, pointer: `/spec/listeners/${index}` }));
}
