import { parser } from '@prometheus-io/lezer-promql';

/** What an expression of PromQL asks for. */
export interface Query {
  /** Names of metrics and where they begin; of selectors without a name there is none. */
  readonly metrics: readonly { readonly name: string; readonly from: number }[];
  /** Ranges in seconds: `[5m]`. */
  readonly ranges: readonly number[];
  /** Where it stops to be PromQL; undefined when it does not. */
  readonly error?: number;
}

const UNITS: Readonly<Record<string, number>> = {
  ms: 0.001,
  s: 1,
  m: 60,
  h: 3600,
  d: 86400,
  w: 604800,
  y: 31536000,
};

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
        ranges.push(secondsOf(expression.slice(from, to)));
    },
  });
  return { metrics, ranges, ...(error !== undefined && { error }) };
}

function secondsOf(range: string): number {
  const parts = [...range.matchAll(/(\d+)(ms|[smhdwy])/g)];
  return parts.reduce((sum, [, digits, unit = '']) => sum + Number(digits) * (UNITS[unit] ?? 0), 0);
}
