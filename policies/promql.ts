import { parser } from '@prometheus-io/lezer-promql';
import { PROMQL_UNITS, seconds } from '../base/duration';

/** What an expression of PromQL asks for. */
export interface Query {
  /** Names of metrics and where they begin; of selectors without a name there is none. */
  readonly metrics: readonly { readonly name: string; readonly from: number }[];
  /** Ranges in seconds: `[5m]`. */
  readonly ranges: readonly number[];
  /** Where it stops to be PromQL; undefined when it does not. */
  readonly error?: number;
}

/** Reads an expression of PromQL without asking a Prometheus. */
export function query(expression: string): Query {
  const metrics: { name: string; from: number }[] = [];
  const ranges: number[] = [];
  let error: number | undefined;
  parser.parse(expression).iterate({
    enter: ({ type, name, from, to, node }) => {
      if (type.isError) error = error === undefined ? from : Math.min(error, from);
      if (name === 'Identifier' && node.parent?.name === 'VectorSelector')
        metrics.push({ name: expression.slice(from, to), from });
      if (name === 'DurationExpr' && node.parent?.name === 'MatrixSelector')
        ranges.push(seconds(expression.slice(from, to), PROMQL_UNITS));
    },
  });
  return { metrics, ranges, ...(error !== undefined && { error }) };
}
