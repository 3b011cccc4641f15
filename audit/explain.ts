/**
 * Why two sources differ by tokens:
 *
 * - `lost`: the gateway saw the call, and the ledger has no record of it
 * - `bypassed`: tokens of calls that never passed the gateway
 * - `aborted`: of a stream that its client left
 * - `retried`: of attempts that did not answer
 * - `late`: of calls that are in the period by one clock and not by the other
 */
export const CLASSES = ['lost', 'bypassed', 'aborted', 'retried', 'late'] as const;

export type Class = (typeof CLASSES)[number];

/** How many tokens a class can explain, by what is known of the calls. */
export interface Range {
  readonly least: number;
  readonly most: number;
}

export interface Cause extends Range {
  readonly class: Class;
}

/** A difference by class; all of them and `unexplained` add up to it. */
export interface Explained {
  readonly classes: Readonly<Partial<Record<Class, number>>>;
  readonly unexplained: number;
}

const clamp = (value: number, { least, most }: Range) => Math.min(Math.max(value, least), most);

/**
 * Divides a difference among its causes. What a cause explains for certain comes first; then each takes as much of the rest
 * as it can, in the order in which they are given.
 */
export function explain(difference: number, causes: readonly Cause[]): Explained {
  const certain = causes.map((cause) => clamp(0, cause));
  let rest = difference - certain.reduce((sum, tokens) => sum + tokens, 0);
  const classes: Partial<Record<Class, number>> = {};
  causes.forEach((cause, index) => {
    const known = certain[index] ?? 0;
    const taken = clamp(known + rest, cause);
    rest -= taken - known;
    if (taken !== 0) classes[cause.class] = (classes[cause.class] ?? 0) + taken;
  });
  return { classes, unexplained: rest };
}
