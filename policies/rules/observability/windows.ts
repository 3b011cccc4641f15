import { PROMQL_UNITS, seconds } from '../../../base/duration';
import { ASKING, type Asked, about, judgeAsked } from '../../asked';
import { type Expr, walk } from '../../promql/tree';
import { defineRule } from '../../rule';
import { alert, inRule, recording } from './samples';
import { type Family, scraped } from './targets';

/** Functions that need two values of a series. */
const OF_TWO = /^(?:rate|irate|increase|delta|idelta|deriv|predict_linear)$/;

/** How the model server of the sound bundle is scraped. */
const every = (interval: string) => ({
  'podmonitor/ai/oss': { spec: { podMetricsEndpoints: [{ port: 'http', path: '/metrics', interval }] } },
});

/** How often a series of a known target is scraped, where a monitor of the bundle says it. */
const intervalOf = (expr: Expr, families: readonly Family[]): number | undefined =>
  expr.kind === 'selector'
    ? families.find(({ prefix }) => expr.name?.startsWith(prefix))?.interval
    : undefined;

/** Ranges that hold fewer than two scrapes. */
function shortRanges({ query: { tree } }: Asked, families: readonly Family[]): string[] {
  return [...(tree === undefined ? [] : walk(tree))].flatMap(([expr]) => {
    const [range] = expr.kind === 'call' && OF_TWO.test(expr.name) ? expr.args : [];
    if (range?.kind !== 'ranged' || expr.kind !== 'call') return [];
    const interval = intervalOf(range.of, families);
    if (interval === undefined || !(range.seconds < 2 * interval)) return [];
    return [`${expr.name} over ${range.seconds} s of what is scraped every ${interval} s`];
  });
}

/** Whether an alert waits for less than the next value. */
function shortWait({ waits, query: { tree } }: Asked, families: readonly Family[]): string[] {
  const wait = seconds(waits, PROMQL_UNITS);
  if (!(wait > 0) || tree === undefined) return [];
  const intervals = [...walk(tree)].flatMap(([expr]) => intervalOf(expr, families) ?? []);
  const [slowest = 0] = intervals.toSorted((a, b) => b - a);
  return wait < slowest ? [`for ${waits} ends before the next scrape, which is after ${slowest} s`] : [];
}

export const windows = defineRule({
  id: 'O17',
  title: 'ranges hold two scrapes, and alerts wait for one',
  effect: 'fragile',
  why:
    'A rate of fewer than two values has no value: the panel has gaps, and an alert that waits starts to wait again at ' +
    'each of them. An alert that waits for less than a scrape fires on a single value.',
  source: 'Prometheus, functions, rate; alerting rules, for',
  fix: 'take a range of at least two, better four, scrapes, and wait for longer than one',
  area: 'observability',
  scope: 'graph',
  kinds: ASKING,
  good: [
    {
      shows: 'two scrapes',
      change: { ...every('15s'), ...recording('rate(vllm:prompt_tokens_total[30s])') },
    },
    {
      shows: 'an interval that Prometheus decides',
      change: recording('rate(vllm:prompt_tokens_total[15s])'),
    },
    {
      shows: 'the largest value of a short time',
      change: { ...every('30s'), ...recording('max_over_time(vllm:num_requests_waiting[30s])') },
    },
    {
      shows: 'an alert that waits',
      change: { ...every('30s'), ...alert('vllm:num_requests_waiting > 10', 'Queue', { for: '1m' }) },
    },
  ],
  bad: [
    inRule('a rate of one value', { ...every('30s'), ...recording('rate(vllm:prompt_tokens_total[30s])') }),
    inRule('an alert that does not wait', {
      ...every('30s'),
      ...alert('vllm:num_requests_waiting > 10', 'Queue', { for: '10s' }),
    }),
  ],
  check(all, one) {
    const families = scraped(all);
    return judgeAsked(one, (asked) => {
      if (asked.isOpen) return [];
      const problems = [...shortRanges(asked, families), ...shortWait(asked, families)];
      return problems.map((problem) => about(asked, problem));
    });
  },
});
