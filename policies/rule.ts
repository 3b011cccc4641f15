import type { KindName, Kinds } from '../constructs/crds';
import type { Bundle } from './bundle';
import type { Finding, Severity } from './finding';

/**
 * Something that the API server accepts and that goes wrong later. Whoever looks for the reason of a finding
 * reads `title`, `why` and `fix`; the samples show it.
 */
export interface Rule<K extends KindName = KindName> {
  /** Stable; never given to another rule. */
  readonly id: string;
  /** What holds when there is no finding. */
  readonly title: string;
  readonly severity: Severity;
  /** What happens otherwise, and where that is known from. */
  readonly why: string;
  /** What to do about a finding that names no fix of its own. */
  readonly fix: string;
  /** The kinds whose objects are looked at. */
  readonly kinds: readonly K[];
  readonly good: readonly Sample[];
  readonly bad: readonly BadSample[];

  /**
   * @param all every object that is checked together
   * @param one an object of one of `kinds` that its schema accepts
   * @returns what is wrong with `one`
   */
  check(all: Bundle, one: Kinds[K]): Violation[];
}

/** A finding before it is known which rule and which object it is about. */
export type Violation = Pick<Finding, 'pointer' | 'value' | 'problem' | 'fix'>;

/** A change to the sound bundle of `rules/baseline.ts`. */
export interface Sample {
  readonly shows: string;
  /** JSON merge patches (RFC 7396) by object id; null removes the object, an unknown id adds one. */
  readonly change: Readonly<Record<string, object | null>>;
}

export interface BadSample extends Sample {
  /** The only findings, each as `<object> <pointer>`. */
  readonly finds: readonly string[];
}

/** Gives `check` the types of the kinds that a rule names. */
export function defineRule<K extends KindName>(rule: Rule<K>): Rule<K> {
  return rule;
}
