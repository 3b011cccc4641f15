import type { BoardVariable, Expression, VariableSource } from '../../base/board';
import { RECORDED_SERIES, type RecordedName, type RecordedSeries } from '../../base/metrics';
import { TENANT_LABEL, WORKLOAD_LABEL } from '../../config';
import { RECORDED_EXPRESSIONS } from '../recorded-expressions';

/** A model as the gateway's series name it, and as those of the engines do. */
export const GATEWAY_MODEL = 'gen_ai_request_model';
export const ENGINE_MODEL = 'model_name';

/** By which labels a board's variables choose. */
const CHOSEN_BY: Readonly<Record<string, BoardVariable>> = {
  [WORKLOAD_LABEL]: 'workload',
  [TENANT_LABEL]: 'tenant',
  [GATEWAY_MODEL]: 'model',
  [ENGINE_MODEL]: 'model',
};

/** Where the boards about the gateway, and those about engines, find what may be chosen. */
export const WORKLOADS: VariableSource = {
  title: 'Workload',
  series: 'gw:requests:sum',
  label: WORKLOAD_LABEL,
};
export const TENANTS: VariableSource = {
  title: 'Tenant',
  series: 'gw:requests:sum',
  label: TENANT_LABEL,
};
export const GATEWAY_MODELS: VariableSource = {
  title: 'Model',
  series: 'gw:requests:sum',
  label: GATEWAY_MODEL,
};
export const ENGINE_MODELS: VariableSource = {
  title: 'Model',
  series: 'llm:requests_running:sum',
  label: ENGINE_MODEL,
};

const EXPRESSIONS: Readonly<Partial<Record<RecordedName, string>>> = RECORDED_EXPRESSIONS;

/** What the rules of objectives and budgets write, each series of them. */
const FIXED: Readonly<Partial<Record<RecordedSeries['of'], readonly string[]>>> = {
  objectives: ['slo', 'objective', 'workload', 'model'],
  budgets: ['budget'],
};

/** The labels that a recorded series has: those by which its rule groups, or those that it writes. */
export function labelsOf(name: RecordedName): readonly string[] {
  const fixed = FIXED[RECORDED_SERIES[name].of];
  if (fixed !== undefined) return fixed;
  const grouped = / by \(([^)]*)\)/.exec(EXPRESSIONS[name] ?? '')?.[1] ?? '';
  return grouped
    .split(',')
    .map((label) => label.trim())
    .filter((label) => label !== '' && label !== 'le');
}

/** A series with whatever its board lets the reader choose, and with labels that the panel fixes. */
function selector(name: RecordedName, fixed: Readonly<Record<string, string>>): string {
  const chosen = labelsOf(name).flatMap((label) => {
    const variable = CHOSEN_BY[label];
    return variable === undefined ? [] : `${label}=~"$${variable}"`;
  });
  const matchers = [...chosen, ...Object.entries(fixed).map(([label, value]) => `${label}="${value}"`)];
  return matchers.length === 0 ? name : `${name}{${matchers.join(',')}}`;
}

const of = (promql: string, ...parts: readonly Expression[]): Expression => ({
  promql,
  series: [...new Set(parts.flatMap(({ series }) => series))],
});

/** The recorded values as they are. */
export function recorded(name: RecordedName, fixed: Readonly<Record<string, string>> = {}): Expression {
  return { promql: selector(name, fixed), series: [name] };
}

/**
 * How much a sum of counters rises in a second. Two minutes hold four evaluations where rules are evaluated every 30 s,
 * as the Prometheus operator does by default.
 */
export function perSecond(name: RecordedName, fixed?: Readonly<Record<string, string>>): Expression {
  return of(`rate(${recorded(name, fixed).promql}[2m])`, recorded(name));
}

/** By how much a sum of counters rose in the time that is shown. */
export function risen(name: RecordedName, fixed?: Readonly<Record<string, string>>): Expression {
  return of(`increase(${recorded(name, fixed).promql}[$__range])`, recorded(name));
}

/** One value for each combination of these labels; without labels one for all. */
export function sumBy(expression: Expression, ...labels: readonly string[]): Expression {
  return of(`sum${by(labels)}(${expression.promql})`, expression);
}

/** The smallest for each combination of these labels; without labels of all. */
export function minBy(expression: Expression, ...labels: readonly string[]): Expression {
  return of(`min${by(labels)}(${expression.promql})`, expression);
}

/** How many values there are of which a condition holds; 0 where it holds of none. */
export function countWhere(expression: Expression, condition: string): Expression {
  const { promql } = expression;
  return of(`(count(${promql} ${condition}) or 0 * count(${promql}))`, expression);
}

/** What a share leaves of the whole. */
export function restOf(expression: Expression): Expression {
  return of(`1 - ${expression.promql}`, expression);
}

/** The largest for each combination of these labels; without labels of all. */
export function maxBy(expression: Expression, ...labels: readonly string[]): Expression {
  return of(`max${by(labels)}(${expression.promql})`, expression);
}

const by = (labels: readonly string[]) => (labels.length === 0 ? '' : ` by (${labels.join(', ')}) `);

/** A share; nothing where the whole is 0. */
export function share(part: Expression, whole: Expression): Expression {
  return of(`${part.promql} / (${whole.promql} > 0)`, part, whole);
}

/**
 * The first, and 0 where only the second has a value: no error is recorded where there was none, and the calls say that
 * there is something to count.
 */
export function orZeroOf(expression: Expression, measured: Expression): Expression {
  return of(`(${expression.promql} or 0 * ${measured.promql})`, expression, measured);
}
