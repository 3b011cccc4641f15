import { type Asked, about } from '../../asked';
import { exposed } from '../../metrics/known';
import { constantOf, type Expr, type Selector, walk } from '../../promql/tree';
import { judgeKnown } from '../../recordings';
import { defineRule } from '../../rule';
import { inScaler, scaler } from './samples';

/** A series that every replica has, and that reaches the result of an expression by itself. */
function manySeries(expr: Expr | undefined, fixed: ReadonlySet<string>): string | undefined {
  switch (expr?.kind) {
    case 'selector':
      return exposed(expr.name) === undefined || chosesOne(expr) ? undefined : expr.name;
    case 'ranged':
      return manySeries(expr.of, fixed);
    case 'call':
      if (['absent', 'absent_over_time', 'scalar', 'vector'].includes(expr.name)) return undefined;
      return expr.args.map((arg) => manySeries(arg, fixed)).find((name) => name !== undefined);
    case 'aggregate': {
      const { op, grouping, args } = expr;
      if (['topk', 'bottomk', 'limitk'].includes(op)) {
        return args[0] && constantOf(args[0]) === 1 && grouping === undefined
          ? undefined
          : manySeries(args[1], fixed);
      }
      const isOne =
        grouping === undefined || (grouping.by && grouping.labels.every((label) => fixed.has(label)));
      return isOne ? undefined : manySeries(args.at(-1), fixed);
    }
    case 'binary': {
      const [left, right] = [manySeries(expr.left, fixed), manySeries(expr.right, fixed)];
      return constantOf(expr.left) === undefined && constantOf(expr.right) === undefined
        ? left && right
        : (left ?? right);
    }
    default:
      return undefined;
  }
}

const chosesOne = ({ matchers }: Selector) =>
  matchers.some(({ label, op }) => op === '=' && (label === 'pod' || label === 'instance'));

/** Labels that have one value in every series that is asked for. */
function fixedLabels({ query: { tree } }: Asked): ReadonlySet<string> {
  const selectors = [...(tree === undefined ? [] : walk(tree))].flatMap(([expr]) =>
    expr.kind === 'selector'
      ? [new Set(expr.matchers.filter(({ op }) => op === '=').map(({ label }) => label))]
      : [],
  );
  const [first = new Set<string>(), ...others] = selectors;
  return new Set([...first].filter((label) => others.every((other) => other.has(label))));
}

export const oneSeries = defineRule({
  id: 'O16',
  title: 'the query of an autoscaler gives one value',
  effect: 'failing',
  why:
    'KEDA refuses an answer with several series. One replica has one, so the error shows when the second starts: from then ' +
    'on nothing scales, in either direction.',
  source: 'KEDA, pkg/scalers/prometheus_scaler.go (ExecutePromQuery)',
  fix: 'aggregate without labels: sum(…), max(…), avg(…)',
  area: 'observability',
  scope: 'graph',
  kinds: ['ScaledObject'],
  good: [
    { shows: 'a sum', change: scaler('sum(vllm:num_requests_waiting{model_name="chat"})') },
    {
      shows: 'a sum by a label that has one value',
      change: scaler('sum by (model_name) (rate(vllm:prompt_tokens_total{model_name="chat"}[1m]))'),
    },
    { shows: 'a recorded series', change: scaler('llm:requests:sum') },
    { shows: 'one of several', change: scaler('topk(1, vllm:num_requests_waiting)') },
  ],
  bad: [
    inScaler('a series for each pod', scaler('vllm:num_requests_waiting{model_name="chat"}')),
    inScaler('a rate for each pod', scaler('rate(vllm:prompt_tokens_total[1m])', '500')),
    inScaler('a sum for each pod', scaler('sum by (pod) (vllm:num_requests_running)')),
  ],
  check: (all, one) =>
    judgeKnown(all, one, (asked) => {
      const name = manySeries(asked.query.tree, fixedLabels(asked));
      return name === undefined ? [] : [about(asked, `${name} has a series for each replica`)];
    }),
});
