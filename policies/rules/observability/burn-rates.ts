import { isDeepStrictEqual } from 'node:util';
import { PROMQL_UNITS, seconds } from '../../../base/duration';
import { type Asked, about, judgeAsked } from '../../asked';
import { comparisonOf, constantOf, type Expr, partsOf } from '../../promql/tree';
import { defineRule } from '../../rule';
import { alert, inRule } from './samples';

const HOUR = 3600;
const DAY = 24 * HOUR;

/** A rate of errors over a window, and the part of the budget that it may spend. */
interface Burn {
  /** Of the longest range in seconds. */
  readonly window: number;
  /** What is compared, without its window. */
  readonly of: unknown;
  /** The limit as a number, where it is one. */
  readonly limit?: number;
  /** Whether the limit is the budget itself: `1 - 0.999` and not `14.4 * (1 - 0.999)`. */
  readonly isWholeBudget: boolean;
  /** Whether the limit is a budget, or a multiple of one. */
  readonly isBudget: boolean;
  /** Whether the limit is written as a product of numbers: `14.4 * 0.001`. */
  readonly isProduct: boolean;
}

/** The window in the name of a recorded series: `slo:errors:ratio5m`, `job:errors:ratio_rate1h`. */
const WINDOW = /(?<=[a-z_:])(\d+(?:ms|[smhdw]))$/;

function windowOf(expr: Expr): number {
  const own =
    expr.kind === 'ranged'
      ? expr.seconds
      : expr.kind === 'selector'
        ? seconds(WINDOW.exec(expr.name ?? '')?.[1], PROMQL_UNITS)
        : Number.NaN;
  return [own, ...partsOf(expr).map(windowOf)].reduce(
    (a, b) => (b > a || Number.isNaN(a) ? b : a),
    Number.NaN,
  );
}

/** An expression with the same text for every window. */
const withoutWindows = (expr: Expr): unknown =>
  JSON.parse(
    JSON.stringify(expr, (key, value) =>
      key === 'seconds' ? 0 : key === 'name' && typeof value === 'string' ? value.replace(WINDOW, '') : value,
    ),
  );

const isBudget = (limit: Expr): boolean => {
  if (limit.kind !== 'binary') return false;
  if (limit.op === '*' || limit.op === '/') return isBudget(limit.left) || isBudget(limit.right);
  const share = constantOf(limit.right);
  return (
    limit.op === '-' && constantOf(limit.left) === 1 && (share === undefined || (share > 0.5 && share < 1))
  );
};

/** Names of alerts and series that say that an error budget is meant. */
const BUDGET = /burn|error_?budget|\bslo\b|^slo:/i;

function burnOf(expr: Expr): Burn | undefined {
  if (expr.kind !== 'binary' || (expr.op !== '>' && expr.op !== '>=')) return undefined;
  const window = windowOf(expr.left);
  if (Number.isNaN(window)) return undefined;
  const limit = comparisonOf(expr)?.limit;
  return {
    window,
    of: withoutWindows(expr.left),
    ...(limit !== undefined && { limit }),
    isWholeBudget: isBudget(expr.right) && expr.right.kind === 'binary' && expr.right.op === '-',
    isBudget: isBudget(expr.right),
    isProduct: expr.right.kind === 'binary' && expr.right.op === '*' && limit !== undefined,
  };
}

/** Alternatives beyond these come of `or` inside of `and`, which no burn rate has. */
const MOST_ALTERNATIVES = 32;

/** The conditions that have to hold together, for each alternative of `or`. */
function alternatives(expr: Expr): readonly (readonly Burn[])[] {
  if (expr.kind === 'aggregate') return alternatives(expr.args.at(-1) ?? expr.args[0] ?? { kind: 'text' });
  if (expr.kind !== 'binary') return [];
  if (expr.op === 'or') return [...alternatives(expr.left), ...alternatives(expr.right)];
  if (expr.op === 'and') {
    const [left, right] = [alternatives(expr.left), alternatives(expr.right)];
    if (left.length * right.length > MOST_ALTERNATIVES) return [];
    return left.flatMap((some) =>
      right.length === 0 ? [some] : right.map((others) => [...some, ...others]),
    );
  }
  if (expr.op === 'unless') return alternatives(expr.left);
  const burn = burnOf(expr);
  return burn === undefined ? [] : [[burn]];
}

const PAIRS = '14.4 for 1h and 5m, 6 for 6h and 30m, 3 for 1d and 2h, 1 for 3d and 6h';

function faultOf(burns: readonly Burn[], isNamed: boolean): { problem: string; fix: string } | undefined {
  const [first, second] = burns;
  if (first === undefined || !(isNamed || burns.some((each) => each.isBudget))) return undefined;
  const longest = Math.max(...burns.map(({ window }) => window));
  if (burns.some((each) => each.isWholeBudget) && longest < DAY) {
    return {
      problem: `the budget of the whole period is the limit of ${longest / HOUR} h: no factor says how fast it is spent`,
      fix: `multiply the budget by a factor: ${PAIRS}`,
    };
  }
  if (second === undefined) {
    if (!(first.isBudget || first.isProduct) || first.window < HOUR) return undefined;
    return {
      problem: 'one window alone: the alert goes on for as long as the window after the errors have ended',
      fix: `add the same condition for a twelfth of the window: ${PAIRS}`,
    };
  }
  const isPair =
    burns.length === 2 && isDeepStrictEqual(first.of, second.of) && first.window !== second.window;
  if (!isPair || first.limit === undefined || second.limit === undefined || first.limit === second.limit)
    return undefined;
  return {
    problem: `the two windows have the limits ${first.limit} and ${second.limit}`,
    fix: `give both windows of a pair one factor: ${PAIRS}`,
  };
}

const ratio = (window: string) =>
  `sum(rate(app_errors_total[${window}])) / sum(rate(app_requests_total[${window}]))`;
const burn = (window: string, limit: string) => `(${ratio(window)}) > ${limit}`;

export const burnRates = defineRule({
  id: 'O12',
  title: 'burn-rate alerts have two windows and one factor',
  effect: 'fragile',
  why:
    'Without a factor an alert fires at the rate that the objective allows. With a long window alone it goes on for hours ' +
    'after the end, and with two factors the smaller one has no effect, or delays the alert.',
  source: 'Google, The Site Reliability Workbook, chapter 5, table 5-8',
  fix: `use two windows with one factor: ${PAIRS}`,
  area: 'observability',
  scope: 'graph',
  kinds: ['PrometheusRule'],
  good: [
    {
      shows: 'two pairs',
      change: alert(
        `(${burn('1h', '14.4 * 0.001')} and ${burn('5m', '14.4 * 0.001')}) or (${burn('6h', '6 * 0.001')} and ${burn('30m', '6 * 0.001')})`,
        'ErrorBudgetBurn',
      ),
    },
    {
      shows: 'a factor of 1 for three days',
      change: alert(`${burn('3d', '(1 - 0.999)')} and ${burn('6h', '(1 - 0.999)')}`, 'ErrorBudgetBurn'),
    },
    {
      shows: 'limits of something else',
      change: alert('rate(app_retries_total[1h]) > 10 and rate(app_retries_total[5m]) > 5'),
    },
    { shows: 'a share with a limit of its own', change: alert(burn('1h', '0.05')) },
  ],
  bad: [
    inRule('no factor', alert(`${burn('1h', '(1 - 0.999)')} and ${burn('5m', '(1 - 0.999)')}`)),
    inRule('two factors', alert(`${burn('1h', '14.4 * 0.001')} and ${burn('5m', '6 * 0.001')}`, 'FastBurn')),
    inRule('a long window alone', alert(burn('1h', '14.4 * (1 - 0.999)'))),
    inRule('the same in numbers', alert(burn('6h', '6 * 0.001'), 'ErrorBudgetBurn')),
  ],
  check: (_, one) =>
    judgeAsked(one, (asked: Asked) => {
      const { use, name = '', query } = asked;
      if (use !== 'alert' || query.tree === undefined) return [];
      const isNamed = BUDGET.test(name) || query.metrics.some((metric) => BUDGET.test(metric.name));
      return alternatives(query.tree).flatMap((burns) => {
        const fault = faultOf(burns, isNamed);
        return fault === undefined ? [] : [{ ...about(asked, fault.problem), fix: fault.fix }];
      });
    }),
});
