import { groupOf, type Manifest } from '../base/manifest';
import { apiVersionOf, type RuleKind, type RuleKinds } from './kinds';
import { add } from './lists';
import { ALWAYS_THERE, ANY_NAMESPACE, madeBy } from './made-objects';
import { identitiesOf, keyOf, type Reference, referencesOf, type Target } from './references';
import { selectedBy } from './target-selectors';

/** All objects that are checked together, indexed by who is there and who names whom. */
export class Bundle {
  private readonly objects = new Map<string, Manifest>();
  private readonly references = new Map<string, Reference[]>();
  private readonly naming = new Map<Manifest, readonly Reference[]>();
  private readonly kinds = new Map<string, Manifest[]>();
  private readonly namespaced = new Map<string, Manifest[]>();
  /** What refused policies name: Envoy Gateway decides who has a target before it reads what a policy says. */
  private readonly claims = new Map<string, Reference[]>();

  private readonly named: ReadonlySet<string>;

  /**
   * @param manifests What rules read.
   * @param present All that are there, those included of which nothing can be read; default: the same.
   * @param refused Policies that their controller refuses, which are not among the manifests; default: none.
   */
  constructor(
    readonly manifests: readonly Manifest[],
    present: readonly Manifest[] = manifests,
    private readonly refused: readonly Manifest[] = [],
  ) {
    this.named = new Set(
      [...ALWAYS_THERE, ...present.flatMap((one) => [...identitiesOf(one), ...madeBy(one)])].map(keyOf),
    );
    for (const manifest of manifests) {
      const kind = `${groupOf(manifest)}/${manifest.kind}`;
      add(this.kinds, kind, manifest);
      add(this.namespaced, `${kind}/${manifest.metadata?.namespace ?? ''}`, manifest);
      for (const identity of identitiesOf(manifest)) this.objects.set(keyOf(identity), manifest);
      this.name(manifest, referencesOf(manifest));
    }
    for (const [policy, selected] of selectedBy(manifests, this)) this.name(policy, selected);
    if (refused.length > 0) this.claim(manifests);
  }

  private name(from: Manifest, references: readonly Reference[]): void {
    this.naming.set(from, [...(this.naming.get(from) ?? []), ...references]);
    for (const reference of references) {
      add(this.references, `${from.kind} ${keyOf(reference.to)}`, reference);
    }
  }

  private claim(manifests: readonly Manifest[]): void {
    const selected = selectedBy([...manifests, ...this.refused], this);
    for (const policy of this.refused) {
      for (const reference of [...referencesOf(policy), ...(selected.get(policy) ?? [])]) {
        add(this.claims, `${policy.kind} ${keyOf(reference.to)}`, reference);
      }
    }
  }

  /** Whether an object of this identity is there, or will be because of one that is, be it readable or not. */
  has(target: Target): boolean {
    return this.named.has(keyOf(target)) || this.named.has(keyOf({ ...target, namespace: ANY_NAMESPACE }));
  }

  /** The object of this identity; undefined when it is not in the bundle, or cannot be read. */
  find(target: Target): Manifest | undefined {
    return this.objects.get(keyOf(target));
  }

  /** The objects of a kind, in the order of the bundle; with a namespace, those that are in it. */
  ofKind<K extends RuleKind>(kind: K, namespace?: string): readonly RuleKinds[K][] {
    const name = `${groupOf({ apiVersion: apiVersionOf(kind) })}/${kind}`;
    const found =
      namespace === undefined ? this.kinds.get(name) : this.namespaced.get(`${name}/${namespace}`);
    return (found ?? []) as unknown as RuleKinds[K][];
  }

  /** The objects of a kind that rules have no types for, by its group and name. */
  ofForeignKind(group: string, kind: string): readonly Manifest[] {
    return this.kinds.get(`${group}/${kind}`) ?? [];
  }

  /** What an object names and what its targetSelectors select; of what it names also what is not in the bundle. */
  referencesFrom(manifest: Manifest): readonly Reference[] {
    return this.naming.get(manifest) ?? referencesOf(manifest);
  }

  /** The references that objects of a kind make to an object, in the order of the bundle. */
  referencesTo(target: Target, fromKind: string): readonly Reference[] {
    return this.references.get(`${fromKind} ${keyOf(target)}`) ?? [];
  }

  /** {@link referencesTo} after those of policies that their controller refuses, which keep others from a target. */
  claimsOn(target: Target, fromKind: string): readonly Reference[] {
    const claims = this.claims.get(`${fromKind} ${keyOf(target)}`);
    const inForce = this.referencesTo(target, fromKind);
    return claims === undefined ? inForce : [...claims, ...inForce];
  }

  /** Whether a policy keeps others from its targets though nothing in it is in force. */
  isRefused(policy: Manifest): boolean {
    return this.refused.includes(policy);
  }
}

/**
 * What is worked out of a whole bundle, once for each: a bundle never changes, and what is known of it goes
 * with it.
 */
export function ofBundle<T>(work: (all: Bundle) => T): (all: Bundle) => T {
  const known = new WeakMap<Bundle, { readonly result: T }>();
  return (all) => {
    const { result } = known.get(all) ?? { result: work(all) };
    known.set(all, { result });
    return result;
  };
}
