import { isDeepStrictEqual } from 'node:util';
import { RECORDED_SERIES, type RecordedSeries } from '../../base/metrics';
import { type Exposed, exposed } from '../metrics/known';
import { patienceFor } from '../metrics/limits';
import { type Aggregate, type Binary, type Call, constantOf, type Expr, type Selector } from './tree';

/** What values an expression can have. */
export interface Values {
  /** What it is, for people: `vllm:kv_cache_usage_perc`, `a share`. */
  readonly of: string;
  /** `ratio`, `percent`, `seconds`: what one of it is. */
  readonly unit: string;
  /** The largest value; of times the longest that anybody would wait. */
  readonly most?: number;
  /** Limits above 0 and below this mean another unit: half a percent, half a millisecond. */
  readonly least?: number;
  /** By what a limit in the unit that people confuse with it is multiplied: of milliseconds for seconds 1/1000. */
  readonly confused?: number;
}

/** The expression of a recorded series; undefined for what the bundle does not record. */
export type Recorded = (name: string) => Expr | undefined;

/** Recorded series that are made of recorded series: more levels than any rule file has. */
const DEEPEST = 4;

const UNITS: Readonly<Record<string, Omit<Values, 'of' | 'unit'>>> = {
  ratio: { most: 1, confused: 1 / 100 },
  percent: { most: 100, least: 1, confused: 100 },
  milliseconds: { least: 1, confused: 1000 },
  // 1.6 TB of memory of one GPU: limits above are bytes; below 1 they are ratios.
  mebibytes: { most: 1.6e6, least: 1, confused: 1 / 1_048_576 },
  // No sensor of a GPU reads more.
  'degrees Celsius': { most: 150 },
  // The largest boards take 1.4 kW: limits above are milliwatts.
  watts: { most: 10_000, confused: 1 / 1000 },
  // A certificate of 30 years: limits above are seconds.
  days: { most: 11_000, confused: 1 / 86_400 },
};

const share = (of: string): Values => ({ of, unit: 'ratio', most: 1, confused: 1 / 100 });

/** Recorded ratios that are shares; others are quotients that may be above 1, or differences below 0. */
const SHARES = /overhead|throttled|cache_usage|cache_hits|memory_used|sm_active|errors:ratio|objective:ratio/;

/** Shares that the platform records. */
const PLATFORM: ReadonlySet<string> = new Set(
  Object.entries<RecordedSeries>(RECORDED_SERIES)
    .filter(([name, { unit }]) => unit === 'ratio' && SHARES.test(name))
    .map(([name]) => name),
);

/** Metrics that call themselves a ratio are quotients: of two counts of the same tokens, for one. */
const QUOTIENT = /_ratio$/;

/** What is known of the values of an expression; undefined where nothing is. */
export function valuesOf(expr: Expr | undefined, recorded: Recorded, depth = 0): Values | undefined {
  if (expr === undefined || depth > DEEPEST) return undefined;
  const inner = (of: Expr | undefined) => valuesOf(of, recorded, depth);
  switch (expr.kind) {
    case 'selector':
      return ofSelector(expr, recorded, depth);
    case 'ranged':
      return inner(expr.of);
    case 'call':
      return ofCall(expr, inner);
    case 'aggregate':
      return ofAggregate(expr, inner);
    case 'binary':
      return ofBinary(expr, inner);
    default:
      return undefined;
  }
}

function ofSelector({ name }: Selector, recorded: Recorded, depth: number): Values | undefined {
  if (name === undefined) return undefined;
  const series = exposed(name);
  if (series !== undefined) return series.as === 'gauge' ? ofUnit(series.metric.unit, name) : undefined;
  const rule = recorded(name);
  if (rule !== undefined) {
    const values = valuesOf(rule, recorded, depth + 1);
    return values && { ...values, of: name };
  }
  return PLATFORM.has(name) ? share(name) : undefined;
}

function ofUnit(unit: string, of: string): Values | undefined {
  const limits = QUOTIENT.test(of) ? undefined : UNITS[unit];
  return limits && { of, unit, ...limits };
}

const BOUNDED = new Set(['avg', 'min', 'max', 'topk', 'bottomk', 'quantile', 'limitk']);

function ofAggregate({ op, args }: Aggregate, inner: (of: Expr | undefined) => Values | undefined) {
  const values = BOUNDED.has(op) || op === 'sum' ? inner(args.at(-1)) : undefined;
  // A sum of ratios is not a ratio, a sum of milliseconds is of milliseconds.
  return op === 'sum' ? unbounded(values) : values;
}

function unbounded(values: Values | undefined): Values | undefined {
  if (values === undefined) return undefined;
  const { most, ...rest } = values;
  return rest.least === undefined ? undefined : rest;
}

const SAME = new Set([
  ...['abs', 'ceil', 'floor', 'round', 'clamp', 'clamp_min', 'clamp_max', 'scalar', 'sort', 'sort_desc'],
  ...['label_replace', 'label_join', 'avg_over_time', 'max_over_time', 'min_over_time', 'last_over_time'],
]);

function ofCall({ name, args }: Call, inner: (of: Expr | undefined) => Values | undefined) {
  if (SAME.has(name)) return inner(args[0]);
  if (name === 'quantile_over_time') return inner(args[1]);
  if (name !== 'histogram_quantile') return undefined;
  const buckets = seriesIn(args[1]);
  return buckets?.as === 'bucket' ? ofHistogram(buckets, 'quantile') : undefined;
}

function ofHistogram({ metric }: Exposed, as: 'mean' | 'quantile'): Values | undefined {
  const { name, unit } = metric;
  if (unit === 'seconds') {
    return { of: name, unit, most: patienceFor(name, as), confused: 1 / 1000 };
  }
  return ofUnit(unit, name);
}

/** The only series that an expression asks for under a known name, `or` for older names included. */
function seriesIn(expr: Expr | undefined): Exposed | undefined {
  switch (expr?.kind) {
    case 'selector':
      return exposed(expr.name);
    case 'ranged':
      return seriesIn(expr.of);
    case 'call':
      return ['rate', 'increase', 'irate', 'label_replace'].includes(expr.name)
        ? seriesIn(expr.args[0])
        : undefined;
    case 'aggregate':
      return expr.op === 'sum' ? seriesIn(expr.args[0]) : undefined;
    case 'binary':
      return expr.op === 'or' ? (seriesIn(expr.left) ?? seriesIn(expr.right)) : filtered(expr);
    default:
      return undefined;
  }
}

/** `x > 0` is an x that is not 0. */
const filtered = ({ op, left, right, isBool }: Binary) =>
  ['>', '>=', '!='].includes(op) && !isBool && constantOf(right) !== undefined ? seriesIn(left) : undefined;

function ofBinary(expr: Binary, inner: (of: Expr | undefined) => Values | undefined): Values | undefined {
  const { op, left, right, isBool } = expr;
  const [before, after] = [constantOf(left), constantOf(right)];
  if (op === 'or') return inner(left) ?? inner(right);
  if (op === 'and' || op === 'unless') return inner(left);
  if (op === '*' || op === '/') {
    if (after !== undefined) return scaled(inner(left), op === '*' ? after : 1 / after);
    if (before !== undefined) return op === '*' ? scaled(inner(right), before) : undefined;
    return op === '/' ? ofQuotient(left, right) : undefined;
  }
  if (op === '-' && before !== undefined) {
    const values = inner(right);
    return values?.most === before ? values : undefined;
  }
  const isFilter = ['>', '>=', '<', '<=', '!=', '=='].includes(op) && !isBool;
  return isFilter && after !== undefined ? inner(left) : undefined;
}

/** After a change of the unit: `* 100` makes percent of a ratio. */
function scaled(values: Values | undefined, factor: number): Values | undefined {
  if (factor === 1) return values;
  if (values === undefined || !(factor > 0) || !Number.isFinite(factor)) return undefined;
  const { of, unit, most, least } = values;
  const exact = (value: number) => Number((value * factor).toPrecision(12));
  return {
    of,
    unit: renamedUnit(unit, factor),
    ...(most !== undefined && { most: exact(most) }),
    ...(least !== undefined && { least: exact(least) }),
  };
}

function renamedUnit(unit: string, factor: number): string {
  if (unit === 'ratio' && factor === 100) return 'percent';
  if (unit === 'percent' && factor === 0.01) return 'ratio';
  if (unit === 'milliseconds' && factor === 0.001) return 'seconds';
  if (unit === 'seconds' && factor === 1000) return 'milliseconds';
  return `${factor} × ${unit}`;
}

/** Shares, and means of histograms. */
function ofQuotient(left: Expr, right: Expr): Values | undefined {
  const [part, whole] = [seriesIn(left), seriesIn(right)];
  if (part?.as === 'sum' && whole?.as === 'count' && part.metric === whole.metric)
    return ofHistogram(part, 'mean');
  return isShare(left, right) ? share('a share') : undefined;
}

/** Whether what is divided is a part of what it is divided by: `a / (a + b)`, `x{code="500"} / x`. */
function isShare(part: Expr, whole: Expr): boolean {
  if (whole.kind === 'binary' && whole.op === '+') {
    return isDeepStrictEqual(part, whole.left) || isDeepStrictEqual(part, whole.right);
  }
  const unfiltered = whole.kind === 'binary' && filteredLeft(whole) ? whole.left : whole;
  return isSubset(part, unfiltered);
}

const filteredLeft = ({ op, right, isBool }: Binary) =>
  ['>', '>=', '!='].includes(op) && !isBool && constantOf(right) !== undefined;

/** Whether an expression asks for the same with more conditions on labels. */
function isSubset(part: Expr, whole: Expr): boolean {
  if (part.kind === 'selector' && whole.kind === 'selector') {
    return (
      part.name !== undefined &&
      part.name === whole.name &&
      part.isShifted === whole.isShifted &&
      whole.matchers.every((matcher) => part.matchers.some((own) => isDeepStrictEqual(own, matcher)))
    );
  }
  if (part.kind === 'ranged' && whole.kind === 'ranged') {
    return part.seconds === whole.seconds && isSubset(part.of, whole.of);
  }
  if (part.kind === 'call' && whole.kind === 'call') {
    return (
      ['rate', 'increase', 'irate'].includes(part.name) && part.name === whole.name && subsets(part, whole)
    );
  }
  if (part.kind === 'aggregate' && whole.kind === 'aggregate') {
    const same = ['sum', 'count'].includes(part.op) && part.op === whole.op;
    return same && isDeepStrictEqual(part.grouping, whole.grouping) && subsets(part, whole);
  }
  return false;
}

const subsets = (part: Call | Aggregate, whole: Call | Aggregate) =>
  part.args.length === 1 && part.args[0] !== undefined && whole.args[0] !== undefined
    ? isSubset(part.args[0], whole.args[0])
    : false;
