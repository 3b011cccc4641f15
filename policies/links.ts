import type { Manifest } from '../base/manifest';
import type { Bundle } from './bundle';
import type { RuleKind, RuleKinds } from './kinds';
import { identitiesOf, type Reference } from './references';

/** A reference together with the object at its other end. */
export interface Link<K extends RuleKind> {
  readonly reference: Reference;
  readonly object: RuleKinds[K];
}

/** The objects of a kind that an object names, in the order in which it names them. */
export function linksFrom<K extends RuleKind>(all: Bundle, from: Manifest, kind: K): Link<K>[] {
  return all.referencesFrom(from).flatMap((reference) => {
    const object = all.find(reference.to);
    return object?.kind === kind ? [{ reference, object: object as RuleKinds[K] }] : [];
  });
}

/** The objects of a kind that name an object, or the HTTPRoute that is generated of it. */
export function linksTo<K extends RuleKind>(all: Bundle, to: Manifest, kind: K): Link<K>[] {
  return identitiesOf(to)
    .flatMap((identity) => all.referencesTo(identity, kind))
    .map((reference) => ({ reference, object: reference.from as RuleKinds[K] }));
}

/** {@link linksFrom} without the references, each object once. */
export function namedBy<K extends RuleKind>(all: Bundle, from: Manifest, kind: K): RuleKinds[K][] {
  return [...new Set(linksFrom(all, from, kind).map(({ object }) => object))];
}

/** {@link linksTo} without the references, each object once. */
export function thatName<K extends RuleKind>(all: Bundle, to: Manifest, kind: K): RuleKinds[K][] {
  return [...new Set(linksTo(all, to, kind).map(({ object }) => object))];
}
