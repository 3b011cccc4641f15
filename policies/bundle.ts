import { apiVersionOf, type RuleKind, type RuleKinds } from './kinds';
import { groupOf, type Manifest } from './manifest';
import { identitiesOf, type Reference, referencesOf, type Target } from './references';

/** All objects that are checked together, indexed by who is there and who names whom. */
export class Bundle {
  private readonly objects = new Map<string, Manifest>();
  private readonly references = new Map<string, Reference[]>();
  private readonly kinds = new Map<string, Manifest[]>();

  private readonly named: ReadonlySet<string>;

  /**
   * @param manifests What rules read.
   * @param present All that are there, those included of which nothing can be read; default: the same.
   */
  constructor(manifests: readonly Manifest[], present: readonly Manifest[] = manifests) {
    this.named = new Set(present.flatMap(identitiesOf).map(key));
    for (const manifest of manifests) {
      const kind = `${groupOf(manifest)}/${manifest.kind}`;
      const alike = this.kinds.get(kind) ?? [];
      alike.push(manifest);
      this.kinds.set(kind, alike);
      for (const identity of identitiesOf(manifest)) this.objects.set(key(identity), manifest);
      for (const reference of referencesOf(manifest)) {
        const known = this.references.get(key(reference.to)) ?? [];
        known.push(reference);
        this.references.set(key(reference.to), known);
      }
    }
  }

  /** Whether an object of this identity is there, be it readable or not. */
  has(target: Target): boolean {
    return this.named.has(key(target));
  }

  /** The object of this identity; undefined when it is not in the bundle, or cannot be read. */
  find(target: Target): Manifest | undefined {
    return this.objects.get(key(target));
  }

  /** The objects of a kind, in the order of the bundle. */
  ofKind<K extends RuleKind>(kind: K): readonly RuleKinds[K][] {
    const group = groupOf({ apiVersion: apiVersionOf(kind) });
    return (this.kinds.get(`${group}/${kind}`) ?? []) as unknown as RuleKinds[K][];
  }

  /** The references that objects of a kind make to an object, in the order of the bundle. */
  referencesTo(target: Target, fromKind: string): readonly Reference[] {
    return (this.references.get(key(target)) ?? []).filter(({ from }) => from.kind === fromKind);
  }
}

function key({ group, kind, namespace, name }: Target): string {
  return [group, kind, namespace, name].join('/');
}
