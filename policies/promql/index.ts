import { parser } from '@prometheus-io/lezer-promql';
import { PROMQL_UNITS, seconds } from '../../base/duration';
import { type Expr, exprOf } from './tree';

/** What an expression of PromQL asks for. */
export interface Query {
  /** Names of metrics and where they begin; of selectors without a name there is none. */
  readonly metrics: readonly { readonly name: string; readonly from: number }[];
  /** Ranges in seconds: `[5m]`. */
  readonly ranges: readonly number[];
  /** Where it stops to be PromQL; undefined when it does not. */
  readonly error?: number;
  /** What its value is made of; undefined for what is not PromQL, and for what is too deep to be judged. */
  readonly tree?: Expr;
}

/** Levels of the grammar, several for each bracket; the deepest of 234 rules of kube-prometheus has 21. */
const DEEPEST = 500;

/** Reads an expression of PromQL without asking a Prometheus. */
export function query(expression: string): Query {
  const metrics: { name: string; from: number }[] = [];
  const ranges: number[] = [];
  let error: number | undefined;
  const parsed = parser.parse(expression);
  let [depth, deepest] = [0, 0];
  parsed.iterate({
    leave: () => {
      depth -= 1;
    },
    enter: ({ type, name, from, to, node }) => {
      depth += 1;
      deepest = Math.max(deepest, depth);
      if (type.isError) error = error === undefined ? from : Math.min(error, from);
      if (name === 'Identifier' && node.parent?.name === 'VectorSelector')
        metrics.push({ name: expression.slice(from, to), from });
      if (name === 'DurationExpr' && node.parent?.name === 'MatrixSelector')
        ranges.push(seconds(expression.slice(from, to), PROMQL_UNITS));
    },
  });
  if (error !== undefined) return { metrics, ranges, error };
  if (deepest > DEEPEST) return { metrics, ranges };
  return { metrics, ranges, tree: exprOf(parsed.topNode.firstChild ?? undefined, expression) };
}
