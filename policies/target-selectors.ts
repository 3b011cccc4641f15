import { groupOf, type Manifest } from '../base/manifest';
import type { RuleKind, RuleKinds } from './kinds';
import { add } from './lists';
import { isGranted } from './reference-grants';
import { GATEWAY_API, identitiesOf, type Reference, type Target } from './references';
import { matches, type Selector } from './selectors';

/** What there is to select from. */
export interface Kinds {
  find(target: Target): Manifest | undefined;
  /** The objects of a kind, those of one namespace where one is given. */
  ofKind<K extends RuleKind>(kind: K, namespace?: string): readonly RuleKinds[K][];
}

/** An element of `spec.targetSelectors`. */
export interface TargetSelector extends Selector {
  readonly group?: string;
  readonly kind: string;
  readonly namespaces?: { readonly from?: string; readonly selector?: Selector };
}

interface Candidate {
  readonly manifest: Manifest;
  readonly identity: Target;
}

/** The targetSelectors of an object, by JSON pointer. */
export function targetSelectorsOf(policy: Manifest): [pointer: string, selector: TargetSelector][] {
  const selectors: unknown = Reflect.get(Object(Reflect.get(policy, 'spec')), 'targetSelectors');
  if (!Array.isArray(selectors)) return [];
  return selectors.map((selector, index) => [`/spec/targetSelectors/${index}`, Object(selector)]);
}

/** What the policies of a bundle select by labels, each policy with its references. */
export function selectedBy(
  manifests: readonly Manifest[],
  kinds: Kinds,
): Map<Manifest, readonly Reference[]> {
  const selecting = manifests.filter((one) => targetSelectorsOf(one).length > 0);
  if (selecting.length === 0) return new Map();
  const candidates = candidatesOf(manifests);
  return new Map(
    selecting.map((policy) => {
      const found = targetSelectorsOf(policy).flatMap(([pointer, selector]) =>
        reachable(policy, selector, candidates, kinds)
          .filter(({ manifest }) => matches(selector, manifest.metadata?.labels ?? {}))
          .map(({ identity }) => ({ from: policy, pointer, to: identity })),
      );
      return [policy, found];
    }),
  );
}

/** Objects by group and kind, and by namespace too; the labels of an AI route are those of its HTTPRoute. */
function candidatesOf(manifests: readonly Manifest[]): Map<string, Candidate[]> {
  const found = new Map<string, Candidate[]>();
  for (const manifest of manifests) {
    for (const identity of identitiesOf(manifest)) {
      const kind = `${identity.group}/${identity.kind}`;
      for (const name of [kind, `${kind}/${identity.namespace}`]) {
        add(found, name, { manifest, identity });
      }
    }
  }
  return found;
}

/** Mirrors resolvePolicyTargetsFromSelectors of Envoy Gateway (internal/gatewayapi/helpers.go). */
function reachable(
  policy: Manifest,
  { group = GATEWAY_API, kind, namespaces }: TargetSelector,
  candidates: ReadonlyMap<string, Candidate[]>,
  kinds: Kinds,
): readonly Candidate[] {
  const own = policy.metadata?.namespace ?? '';
  const { from = 'Same', selector } = namespaces ?? {};
  if (from === 'Same') return candidates.get(`${group}/${kind}/${own}`) ?? [];
  const policyKind = { group: groupOf(policy), kind: policy.kind, namespace: own };
  return (candidates.get(`${group}/${kind}`) ?? []).filter(({ identity }) => {
    if (from === 'Selector' && !admits(kinds, selector, identity.namespace)) return false;
    return (
      identity.namespace === own ||
      isGranted(kinds.ofKind('ReferenceGrant', identity.namespace), policyKind, identity)
    );
  });
}

/** The label that every namespace has of itself. */
const NAME_LABEL = 'kubernetes.io/metadata.name';

/**
 * Whether a selector selects a namespace. Labels are known of a namespace that is in the bundle; of another only
 * its name is, and what is not known may well be so.
 */
export function admits(kinds: Kinds, selector: Selector | undefined, namespace: string): boolean {
  if (selector === undefined) return false;
  const known = kinds.find({ group: '', kind: 'Namespace', namespace: '', name: namespace });
  const labels = { ...known?.metadata?.labels, [NAME_LABEL]: namespace };
  if (known !== undefined) return matches(selector, labels);
  const { matchLabels = {}, matchExpressions = [] } = selector;
  return matches(
    {
      matchLabels: Object.fromEntries(Object.entries(matchLabels).filter(([label]) => label === NAME_LABEL)),
      matchExpressions: matchExpressions.filter(({ key }) => key === NAME_LABEL),
    },
    labels,
  );
}

/** The kinds whose objects are, or become, one of a kind. */
const BECOMES: Readonly<Record<string, readonly RuleKind[]>> = {
  HTTPRoute: ['AIGatewayRoute', 'MCPRoute', 'HTTPRoute'],
  Gateway: ['Gateway'],
  GRPCRoute: ['GRPCRoute'],
  TLSRoute: ['TLSRoute'],
};

/**
 * What a selector that selects nothing could have selected: in the namespace of its policy what has other labels,
 * and of other namespaces, whose routes may come from elsewhere, only what has its labels and is not granted.
 */
export function reachedBy(kinds: Kinds, policy: Manifest, selector: TargetSelector): Manifest[] {
  const { kind, namespaces: { from = 'Same' } = {} } = selector;
  const own = policy.metadata?.namespace ?? '';
  const found = (namespace?: string) =>
    (BECOMES[kind] ?? []).flatMap((each) => kinds.ofKind(each, namespace) as readonly Manifest[]);
  if (from === 'Same') return found(own);
  return found().filter(({ metadata }) => matches(selector, metadata?.labels ?? {}));
}
