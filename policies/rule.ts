import type { Operation } from 'fast-json-patch';
import type { Finding } from '../base/finding';
import type { Bundle } from './bundle';
import type { Effect } from './effects';
import type { RuleKind, RuleKinds } from './kinds';
import type { Parameters } from './parameters';

/** What a rule is about; also its folder in `rules/`. */
export type Area = 'gateway' | 'serving' | 'cluster' | 'observability' | 'exposure';

/**
 * Something that the API server accepts and that goes wrong later. Whoever looks for the reason of a finding
 * reads `title`, `why` and `fix`; the samples show it.
 */
export interface RuleBase<K extends RuleKind = RuleKind> {
  /** Stable; never given to another rule. */
  readonly id: string;
  /** What holds when there is no finding. */
  readonly title: string;
  /** What happens where it does not hold; the severity follows. */
  readonly effect: Effect;
  /** What happens otherwise. */
  readonly why: string;
  /** Where that is known from: an upstream file, an issue or a reference, in words. */
  readonly source: string;
  /** What to do about a finding that names no fix of its own. */
  readonly fix: string;
  readonly area: Area;
  /**
   * Whether the controller refuses the whole policy that breaks the rule: nothing in it is in force then, and for other rules
   * a BackendTrafficPolicy or ClientTrafficPolicy is not there. Default: false.
   */
  readonly voids?: true;
  /** The kinds whose objects are looked at. */
  readonly kinds: readonly K[];
  readonly good: readonly Sample[];
  readonly bad: readonly BadSample[];
  /**
   * What the rule depends on, each as `<object> <pointer>` in the sound bundle: without the field the rule
   * has a finding. Default: nothing, where no removal can do that.
   */
  readonly fields?: readonly string[];
}

/**
 * A rule about one object alone. It holds before a deployment, at its preview, and in the cluster, as a
 * ValidatingAdmissionPolicy.
 */
export interface ObjectRule<K extends RuleKind = RuleKind> extends RuleBase<K> {
  readonly scope: 'object';
  readonly checks: readonly CelCheck[];
}

/** One condition on an object, or on each element of lists in it. */
export interface CelCheck {
  /** The kinds that can have what the check is about. Default: all of the rule. */
  readonly kinds?: readonly RuleKind[];
  /**
   * Paths to lists, outermost first: `['spec.rules', 'rule.backendRefs']`. A path that begins with a name of
   * `as` goes on from that element, any other from the object. What is absent has no elements; default: the
   * condition is on the whole object.
   */
  readonly each?: readonly string[];
  /** A name for the elements of each of these lists: `['rule', 'backend']`. */
  readonly as?: readonly string[];
  /** CEL over the innermost element alone: the condition is on those elements for which it is true; default: all. */
  readonly only?: string;
  /**
   * True when all is well: CEL over `object`, the elements and `params`, of what kube-apiserver 1.34
   * compiles. Whole numbers are of type int, others double. An error counts as false, as in the cluster.
   */
  readonly expression: string;
  /** JSON pointer of the finding, where `*` stands for the indices of `each`: `/spec/listeners/*`. */
  readonly pointer: string;
  /** What is wrong: a text, or CEL for one. */
  readonly problem: string | { readonly expression: string };
  /** Default: the fix of the rule. */
  readonly fix?: string;
  /** What mends the object (RFC 6902), with the same `*` in its paths. */
  readonly patch?: readonly Operation[];
}

/** A rule about an object and those around it. */
export interface GraphRule<K extends RuleKind = RuleKind> extends RuleBase<K> {
  readonly scope: 'graph';

  /**
   * @param all every object that is checked together
   * @param one an object of one of `kinds` that its schema accepts
   * @param params what the platform team decided
   * @returns what is wrong with `one`
   */
  check(all: Bundle, one: RuleKinds[K], params: Parameters): Violation[];
}

export type Rule<K extends RuleKind = RuleKind> = ObjectRule<K> | GraphRule<K>;

/** A finding before it is known which rule and which object it is about. */
export interface Violation extends Pick<Finding, 'pointer' | 'value' | 'problem' | 'fix' | 'patch'> {
  /**
   * Whether all that is wrong is that something is missing which another repository or the cluster may have: of a
   * part of the objects that is an info. Default: false.
   */
  readonly elsewhere?: boolean;
}

/** A change to the sound bundle of `rules/baseline.ts`. */
export interface Sample {
  readonly shows: string;
  /** JSON merge patches (RFC 7396) by object id; null removes the object, an unknown id adds one. */
  readonly change: Readonly<Record<string, object | null>>;
}

export interface BadSample extends Sample {
  /** The only findings of the rule, each as `<object> <pointer>`. */
  readonly finds: readonly string[];
  /** What other rules find in the same change, each as `<rule> <object> <pointer>`; default: nothing. */
  readonly also?: readonly string[];
}

/** Gives `check` the types of the kinds that a rule names. */
export function defineRule<K extends RuleKind>(rule: ObjectRule<K>): ObjectRule<K>;
export function defineRule<K extends RuleKind>(rule: GraphRule<K>): GraphRule<K>;
export function defineRule(rule: Rule): Rule {
  return rule;
}
