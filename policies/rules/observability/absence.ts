import { ASKING, about, judgeAsked } from '../../asked';
import { type Comparison, comparisonOf, type Expr, walk } from '../../promql/tree';
import { defineRule } from '../../rule';
import { alert, board, inRule, onBoard } from './samples';

const isAbsence = (expr: Expr) => expr.kind === 'call' && /^absent(?:_over_time)?$/.test(expr.name);

/** What counts what is there, and has no value where nothing is. */
const isCount = (expr: Expr) =>
  (expr.kind === 'aggregate' && (expr.op === 'count' || expr.op === 'group')) ||
  (expr.kind === 'call' && (expr.name === 'count_over_time' || expr.name === 'present_over_time'));

/** Whether a comparison wants less than one. */
const wantsNone = ({ op, limit }: Comparison) =>
  ((op === '==' || op === '<=') && limit === 0) || (op === '<' && limit > 0 && limit <= 1);

function faultOf(comparison: Comparison): { problem: string; fix: string } | undefined {
  const { of, op, limit } = comparison;
  if (isAbsence(of)) {
    const isTrue = { '>': limit < 1, '>=': limit <= 1, '<': limit > 1, '<=': limit >= 1 };
    const holds = op === '==' ? limit === 1 : op === '!=' ? limit !== 1 : isTrue[op];
    if (holds) return undefined;
    return {
      problem: 'absent is 1 or has no value: the comparison is never true',
      fix: 'leave out the comparison',
    };
  }
  if (!isCount(of) || !wantsNone(comparison)) return undefined;
  return {
    problem: 'a count of nothing has no value, and is never 0',
    fix: 'use absent(…), or append or vector(0)',
  };
}

export const absence = defineRule({
  id: 'O14',
  title: 'a condition on missing series can be true',
  effect: 'ineffective',
  why:
    'Where there is no series, there is no value: count over nothing is not 0 but nothing, and a comparison of nothing is ' +
    'nothing. The alert that should tell that a target is gone never fires.',
  source: 'Prometheus, querying basics, and functions absent and absent_over_time',
  fix: 'use absent(…)',
  area: 'observability',
  scope: 'graph',
  kinds: ASKING,
  good: [
    {
      shows: 'absent alone and compared with 1',
      change: alert('absent(up{job="vllm"}) or absent(up{job="envoy"}) == 1'),
    },
    { shows: 'a count that may be 0', change: alert('(count(vllm:num_requests_running) or vector(0)) == 0') },
    { shows: 'a sum of what is there', change: alert('sum(up{job="vllm"}) == 0') },
    { shows: 'too few', change: alert('count(vllm:num_requests_running) < 2') },
  ],
  bad: [
    inRule('a count that shall be 0', alert('count(vllm:num_requests_running) == 0')),
    inRule('a count that shall be below 1', alert('count(up{job="vllm"} == 1) < 1')),
    inRule('absent compared with 0', alert('absent(up{job="vllm"}) == 0')),
    onBoard('the same on a dashboard', board('count(up{job="vllm"}) == 0', 'stat')),
  ],
  check: (_, one) =>
    judgeAsked(one, (asked) => {
      const { tree } = asked.query;
      return [...(tree === undefined ? [] : walk(tree))].flatMap(([expr]) => {
        const comparison = comparisonOf(expr);
        const fault = comparison && !comparison.isBool ? faultOf(comparison) : undefined;
        return fault === undefined ? [] : [{ ...about(asked, fault.problem), fix: fault.fix }];
      });
    }),
});
