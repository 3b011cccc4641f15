import { type Asked, type Asking, askedIn, judgeAsked } from './asked';
import { type Bundle, ofBundle } from './bundle';
import { exposed } from './metrics/known';
import type { Expr } from './promql/tree';
import type { Violation } from './rule';

/** What the recording rules of a bundle make, and of what; undefined for an expression that is not PromQL. */
export const recordings = ofBundle(
  (all: Bundle): ReadonlyMap<string, Expr | undefined> =>
    new Map(
      all
        .ofKind('PrometheusRule')
        .flatMap((one) => askedIn(one))
        .flatMap(({ use, name, query: { tree } }) =>
          use === 'recording' && name !== undefined ? [[name, tree] as const] : [],
        ),
    ),
);

/**
 * What is wrong with the expressions of an object by what is known of metrics. Where a rule records something else under
 * the name of a metric, nothing is known of it.
 */
export function judgeKnown(
  all: Bundle,
  one: Asking,
  judge: (asked: Asked) => readonly Violation[],
): Violation[] {
  const isRedefined = (name: string) => exposed(name) !== undefined && recordings(all).has(name);
  return judgeAsked(one, (asked) =>
    asked.query.metrics.some(({ name }) => isRedefined(name)) ? [] : judge(asked),
  );
}
