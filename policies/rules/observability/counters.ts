import { ASKING, type Asked, about, renaming } from '../../asked';
import { exposed, misnamed } from '../../metrics/known';
import { everTrue, type Raw, rawCounter } from '../../promql/raw';
import { type Expr, type Selector, walk } from '../../promql/tree';
import { judgeKnown, recordings } from '../../recordings';
import { defineRule } from '../../rule';
import {
  alert,
  board,
  GPUS,
  inRule,
  inScaler,
  onBoard,
  onPerses,
  perses,
  recording,
  scaler,
} from './samples';

/** What was meant where only one name can be. */
function onlyName(name: string): string | undefined {
  const [only, ...others] = misnamed(name)?.instead ?? [];
  return others.length === 0 ? only : undefined;
}

const METRICS = 'the pages of the targets: policies/metrics/table.ts names version and place of each';

const RATES = new Set(['rate', 'irate', 'increase']);
const isRate = (expr: Expr) => expr.kind === 'call' && RATES.has(expr.name);

/** Selectors of an expression by their names, each with what it stands in. */
function* named({ query: { tree } }: Asked): Generator<readonly [string, Selector, readonly Expr[]]> {
  for (const [expr, above] of tree === undefined ? [] : walk(tree)) {
    if (expr.kind === 'selector' && expr.name !== undefined) yield [expr.name, expr, above];
  }
}

export const exposedNames = defineRule({
  id: 'O06',
  title: 'every series is asked under the name that its page has',
  effect: 'ineffective',
  why:
    'Clients of Prometheus append _total to counters, and histograms have the three series _bucket, _count and ' +
    '_sum: the name of the source code alone has no result and no error.',
  source: `OpenMetrics, counters and histograms; ${METRICS}`,
  fix: 'use the name that /metrics has',
  area: 'observability',
  scope: 'graph',
  kinds: ASKING,
  good: [
    {
      shows: 'both names of a counter',
      change: recording('rate(vllm:prompt_tokens_total[1m]) or rate(vllm:prompt_tokens[1m])'),
    },
    {
      shows: 'counters of Envoy, which have no suffix',
      change: board('sum(rate(envoy_http_downstream_rq_xx[$__rate_interval]))'),
    },
    {
      shows: 'a native histogram',
      change: board('histogram_quantile(0.9, sum(rate(vllm:time_to_first_token_seconds[5m])))'),
    },
    { shows: 'names that nobody described', change: recording('sum(rate(app_prompt_tokens[5m]))') },
  ],
  bad: [
    inRule('a counter without its suffix', recording('sum(rate(vllm:prompt_tokens[1m]))')),
    onBoard('the same on a dashboard', board('rate(vllm:num_preemptions{pod=~"$pod"}[$__rate_interval])')),
    onPerses('the same on a dashboard of Perses', perses('sum(rate(vllm:generation_tokens[5m]))')),
    inRule('a gauge with the suffix of counters', alert('vllm:num_requests_waiting_total > 5')),
    inRule('a histogram by the name of the family', alert('avg(vllm:e2e_request_latency_seconds) > 60')),
  ],
  check: (all, one) =>
    judgeKnown(all, one, (asked) => {
      const names = new Set(asked.query.metrics.map(({ name }) => name));
      return [...named(asked)].flatMap(([name, , above]) => {
        const wrong = misnamed(name);
        if (wrong === undefined || recordings(all).has(name)) return [];
        if (wrong.mayBeNative && above.some(isRate)) return [];
        // Whoever asks for both names is ready for either.
        if (wrong.instead.some((other) => names.has(other))) return [];
        return [
          {
            ...about(asked, `${name} ${wrong.reason}`),
            fix: `use ${wrong.instead.join(', ')}`,
            ...renaming(asked, onlyName),
          },
        ];
      });
    }),
});

export const ratesOfCounters = defineRule({
  id: 'O07',
  title: 'rates are taken of counters, not of gauges',
  effect: 'ineffective',
  why:
    'rate and increase take every fall of a value for a restart and add the whole value again: of a gauge, which rises ' +
    'and falls, they make a number that means nothing, and often a large one.',
  source: `Prometheus, promql/functions.go (extrapolatedRate); ${METRICS}`,
  fix: 'use the value, avg_over_time or max_over_time of it, or delta for its change',
  area: 'observability',
  scope: 'graph',
  kinds: ASKING,
  good: [
    { shows: 'the change of a gauge', change: alert('delta(vllm:num_requests_waiting[5m]) > 10') },
    { shows: 'the rate of a counter', change: recording('sum(rate(vllm:num_preemptions_total[5m]))') },
    { shows: 'the rate of something unknown', change: recording('sum(rate(queue_length[5m]))') },
  ],
  bad: [
    inRule('a rate of a queue', alert('rate(vllm:num_requests_waiting[5m]) > 1')),
    onBoard(
      'an increase of the number of the last error of a GPU',
      board('increase(DCGM_FI_DEV_XID_ERRORS[5m])'),
    ),
    onBoard(
      'a rate of what is a rate already',
      board('rate(DCGM_FI_PROF_NVLINK_TX_BYTES[$__rate_interval])'),
    ),
    inRule('a subquery of a gauge', alert('rate(vllm:kv_cache_usage_perc[5m:30s]) > 0.1')),
  ],
  check: (all, one) =>
    judgeKnown(all, one, (asked) =>
      [...named(asked)].flatMap(([name, selector, above]) => {
        const [rated, ranged] = [above.at(-2), above.at(-1)];
        const isRated = rated?.kind === 'call' && RATES.has(rated.name) && ranged?.kind === 'ranged';
        if (!isRated || ranged.of !== selector || exposed(name)?.as !== 'gauge') return [];
        return [about(asked, `${rated.name} of ${name}, which is a gauge`)];
      }),
    ),
});

/** An expression that changes: `increase(x[10m])`. */
const asChange = ({ name }: Raw) => `use increase(${name}[10m]), or rate(${name}[5m])`;

export const changesOfCounters = defineRule({
  id: 'O08',
  title: 'alerts and autoscalers ask how counters change',
  effect: 'ineffective',
  why:
    'A counter only rises until its process restarts: an alert on its value fires after the first event and never ends, ' +
    'and an autoscaler adds replicas for work that was done long ago.',
  source: `Prometheus, metric types; KEDA, scalers/prometheus; ${METRICS}`,
  fix: 'compare increase or rate of it',
  area: 'observability',
  scope: 'graph',
  kinds: ['PrometheusRule', 'ScaledObject'],
  good: [
    { shows: 'an increase', change: alert('increase(vllm:num_preemptions_total[10m]) > 0') },
    {
      shows: 'a difference of two times',
      change: alert('vllm:num_preemptions_total - vllm:num_preemptions_total offset 5m > 0'),
    },
    {
      shows: 'a guard beside a condition',
      change: alert('vllm:num_requests_waiting > 5 and vllm:request_success_total > 100'),
    },
    {
      shows: 'rows that a GPU has lost',
      change: { ...GPUS, ...alert('DCGM_FI_DEV_UNCORRECTABLE_REMAPPED_ROWS > 0') },
    },
    { shows: 'a sum that others take rates of', change: recording('sum(vllm:request_success_total)') },
  ],
  bad: [
    inRule('more than none', alert('vllm:num_preemptions_total > 0')),
    inRule('how long a GPU was ever too hot', {
      ...GPUS,
      ...alert('max by (gpu) (DCGM_FI_DEV_THERMAL_VIOLATION) > 0'),
    }),
    inRule('the number of observations', alert('sum(vllm:e2e_request_latency_seconds_count) > 1e6')),
    inScaler('all calls since the start', scaler('sum(vllm:request_success_total)')),
  ],
  check: (all, one) =>
    judgeKnown(all, one, (asked) => {
      const { use, query } = asked;
      const raw =
        use === 'alert' ? everTrue(query.tree) : use === 'scaler' ? rawCounter(query.tree) : undefined;
      if (raw === undefined) return [];
      return [{ ...about(asked, `${raw.name} counts since the start and never falls`), fix: asChange(raw) }];
    }),
});

export const curvesOfRates = defineRule({
  id: 'O09',
  title: 'curves show rates of counters',
  effect: 'fragile',
  why:
    'A counter drawn over time is a line that rises until the next restart: load and errors of the last minutes cannot be ' +
    'seen in it.',
  source: `Prometheus, metric types; ${METRICS}`,
  fix: 'draw a rate of it',
  area: 'observability',
  scope: 'graph',
  kinds: ['ConfigMap', 'PersesDashboard'],
  good: [
    {
      shows: 'a rate',
      change: board('sum by (model_name) (rate(vllm:request_success_total[$__rate_interval]))'),
    },
    { shows: 'a total as a figure', change: board('sum(vllm:generation_tokens_total)', 'stat') },
    { shows: 'a gauge of a GPU', change: board('DCGM_FI_DEV_GPU_TEMP{gpu=~"$gpu"}') },
  ],
  bad: [
    onBoard('tokens since the start', board('vllm:generation_tokens_total{model_name="$model"}')),
    onPerses('requests of Envoy since its start', perses('sum(envoy_cluster_upstream_rq_total)')),
  ],
  check: (all, one) =>
    judgeKnown(all, one, (asked) => {
      const raw = asked.use === 'curve' ? rawCounter(asked.query.tree) : undefined;
      if (raw === undefined) return [];
      return [{ ...about(asked, `${raw.name} only rises`), fix: `use rate(${raw.name}[5m])` }];
    }),
});
