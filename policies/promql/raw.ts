import { type Exposed, exposed, isCounter } from '../metrics/known';
import { type Comparison, comparisonOf, constantOf, type Expr, type Selector } from './tree';

/** Aggregations whose value is a value of their argument, or a sum or a mean of such. */
const KEEPING = new Set(['sum', 'avg', 'min', 'max', 'topk', 'bottomk', 'quantile', 'limitk']);

/** Functions that return what they are given, changed in a way that keeps it rising. */
const PASSING = new Set([
  ...['abs', 'ceil', 'floor', 'round', 'clamp', 'clamp_min', 'clamp_max', 'scalar'],
  ...['sort', 'sort_desc', 'sort_by_label', 'sort_by_label_desc', 'label_replace', 'label_join'],
  ...['last_over_time', 'first_over_time', 'max_over_time', 'min_over_time', 'avg_over_time'],
]);

/** A counter that an expression shows as it is, counted since its process started. */
export interface Raw {
  readonly name: string;
  readonly series: Exposed;
}

/** The raw counter that the value of an expression is made of; undefined where it has none. */
export function rawCounter(expr: Expr | undefined): Raw | undefined {
  switch (expr?.kind) {
    case 'selector':
      return rawSelector(expr);
    case 'ranged':
      return rawCounter(expr.of);
    case 'call':
      return PASSING.has(expr.name) ? rawCounter(expr.args[0]) : undefined;
    case 'aggregate':
      return KEEPING.has(expr.op) ? rawCounter(expr.args.at(-1)) : undefined;
    case 'binary':
      return rawOfBinary(expr.op, expr.left, expr.right, expr.isBool);
    default:
      return undefined;
  }
}

function rawSelector({ name, isShifted }: Selector): Raw | undefined {
  const series = exposed(name);
  if (name === undefined || isShifted || !isCounter(series) || series.metric.isLasting) return undefined;
  return { name, series };
}

function rawOfBinary(op: string, left: Expr, right: Expr, isBool: boolean): Raw | undefined {
  const constant = constantOf(left) ?? constantOf(right);
  const vector = constantOf(left) === undefined ? left : right;
  // Of two vectors, differences and quotients of counters are something else.
  if (constant === undefined && op === '+') return rawCounter(left) ?? rawCounter(right);
  if (op === 'or') return rawCounter(left) ?? rawCounter(right);
  if (constant === undefined && ['*', '/', '-', '%', '^', 'atan2'].includes(op)) return undefined;
  // `0 * x` asks whether there is an x, `100 - x` falls.
  if (op === '*' && constant === 0) return undefined;
  if (vector === right && !['*', '+'].includes(op) && !isComparison(op)) return undefined;
  // Comparisons, `and` and `unless` leave the values of the left side.
  return isBool ? undefined : rawCounter(vector);
}

const isComparison = (op: string) => ['>', '>=', '<', '<=', '==', '!='].includes(op);

/** The raw counter with which a condition, once true, stays true until a restart. */
export function everTrue(expr: Expr | undefined): Raw | undefined {
  if (expr === undefined) return undefined;
  const compared = comparisonOf(expr);
  if (compared !== undefined) return everAbove(compared);
  if (expr.kind === 'aggregate' && expr.args.at(-1)?.kind === 'binary') return everTrue(expr.args.at(-1));
  if (expr.kind !== 'binary') return rawCounter(expr);
  const { op, left, right } = expr;
  if (op === 'or') return everTrue(left) ?? everTrue(right);
  if (op === 'and') return everTrue(right) && everTrue(left);
  return ['+', '*', '/', '-'].includes(op) ? rawCounter(expr) : undefined;
}

const everAbove = ({ of, op, limit, isBool }: Comparison): Raw | undefined =>
  !isBool && limit >= 0 && ['>', '>=', '!='].includes(op) ? rawCounter(of) : undefined;
