import { ASKING, type Asked, about } from '../../asked';
import { type Comparison, comparisonOf, walk } from '../../promql/tree';
import { type Values, valuesOf } from '../../promql/values';
import { judgeKnown, recordings } from '../../recordings';
import { defineRule } from '../../rule';
import { alert, board, GPUS, inRule, inScaler, onBoard, recording, scaler } from './samples';

/** Limits of this size leave out what DCGM could not read: `DCGM_FI_DEV_FB_USED < 1e15`. */
const BLANK = 1e12;

/** Comparisons of an expression with numbers, and that of an autoscaler with its threshold. */
function comparisonsIn({ use, threshold, query: { tree } }: Asked): readonly Comparison[] {
  if (tree === undefined) return [];
  const inside = [...walk(tree)].flatMap(([expr]) => comparisonOf(expr) ?? []);
  if (use !== 'scaler' || threshold === undefined) return inside;
  return [...inside, { of: tree, op: '>', limit: threshold, isBool: false }];
}

/** When a comparison is true; undefined where it depends on the values. */
function verdict({ op, limit }: Comparison, { most, least }: Values): string | undefined {
  const isBelow = op === '<' || op === '<=';
  if (most !== undefined) {
    if (op === '>' ? limit >= most : limit > most && (op === '>=' || op === '==')) return 'never true';
    if (isBelow && limit > most && limit < BLANK) return 'always true';
  }
  // A tenth of it asks whether there is anything at all.
  if (least === undefined || limit <= least / 10 || limit >= least) return undefined;
  if (op === '>' || op === '>=') return 'true as soon as there is anything';
  // Half a percent is what idle GPUs are compared with.
  return isBelow && limit >= least / 2 ? 'hardly ever true' : undefined;
}

/** The limit in the unit of the values, where it seems to be written in another. */
function meant(
  limit: number,
  { most = Number.POSITIVE_INFINITY, least = 0, confused }: Values,
): number | undefined {
  if (confused === undefined) return undefined;
  const better = Number((limit * confused).toPrecision(3));
  return better <= most && better >= least && better > 0 ? better : undefined;
}

function problemOf({ of, unit, most }: Values, limit: number, when: string): string {
  if (unit === 'ratio' || unit === 'percent') {
    const measure = unit === 'ratio' ? 'a ratio' : 'in percent,';
    return `${of} is ${measure} from 0 to ${most}: a comparison with ${limit} is ${when}`;
  }
  return `${of} is in ${unit}: a comparison with ${limit} is ${when} where anything works`;
}

const slow = (seconds: number) =>
  alert(
    `histogram_quantile(0.99, sum by (le) (rate(vllm:time_to_first_token_seconds_bucket[5m]))) > ${seconds}`,
  );

export const limitsInUnits = defineRule({
  id: 'O13',
  title: 'limits are in the unit of what they are compared with',
  effect: 'ineffective',
  why:
    'A ratio compared with 80, seconds with milliseconds, percent with 0.9: such a condition is never true, or always, ' +
    'and an autoscaler with such a threshold never scales. vLLM says perc of a ratio, and DCGM has percent, ratios and ' +
    'mebibytes side by side.',
  source:
    'units: policies/metrics/table.ts names version and place of each; the longest times: policies/metrics/limits.ts',
  fix: 'write the limit in the unit of the metric',
  area: 'observability',
  scope: 'graph',
  kinds: ASKING,
  good: [
    {
      shows: 'a ratio, as it is and in percent',
      change: alert('avg(vllm:kv_cache_usage_perc) > 0.9 or vllm:kv_cache_usage_perc * 100 > 90'),
    },
    { shows: 'two seconds', change: slow(2) },
    { shows: 'a sum of ratios', change: alert('sum(vllm:kv_cache_usage_perc) > 2') },
    {
      shows: 'percent',
      change: { ...GPUS, ...alert('DCGM_FI_DEV_GPU_UTIL / 100 > 0.95 and DCGM_FI_DEV_GPU_UTIL > 95') },
    },
    {
      shows: 'what DCGM could not read',
      change: { ...GPUS, ...recording('avg(DCGM_FI_DEV_FB_USED < 1e15)') },
    },
    {
      shows: 'milliseconds of Envoy as seconds',
      change: board(
        'rate(envoy_http_downstream_rq_time_sum[5m]) / rate(envoy_http_downstream_rq_time_count[5m]) / 1000 > 0.5',
      ),
    },
    { shows: 'an idle GPU', change: { ...GPUS, ...alert('avg_over_time(DCGM_FI_DEV_GPU_UTIL[1h]) < 0.1') } },
  ],
  bad: [
    inRule('percent of a ratio', alert('avg(vllm:kv_cache_usage_perc) > 90')),
    inRule('milliseconds of seconds', slow(2000)),
    inRule('a ratio of percent', { ...GPUS, ...alert('DCGM_FI_DEV_GPU_UTIL > 0.95') }),
    inRule(
      'seconds of milliseconds',
      alert('histogram_quantile(0.9, rate(envoy_cluster_upstream_rq_time_bucket[5m])) > 0.5'),
    ),
    inRule('bytes of mebibytes', { ...GPUS, ...alert('DCGM_FI_DEV_FB_FREE < 1073741824') }),
    inRule('memory in use in percent', {
      ...GPUS,
      ...alert('DCGM_FI_DEV_FB_USED / (DCGM_FI_DEV_FB_USED + DCGM_FI_DEV_FB_FREE) > 90'),
    }),
    inRule(
      'a share of failed requests in percent',
      alert('sum(rate(app_requests_total{code=~"5.."}[5m])) / sum(rate(app_requests_total[5m])) > 5'),
    ),
    inScaler('a threshold in percent', scaler('avg(vllm:kv_cache_usage_perc)', '80')),
    onBoard('what nobody would wait', board('vllm:kv_cache_usage_perc > 1')),
  ],
  check(all, one) {
    const recorded = (name: string) => recordings(all).get(name);
    return judgeKnown(all, one, (asked) =>
      comparisonsIn(asked).flatMap((comparison) => {
        const values = valuesOf(comparison.of, recorded);
        const when = values && verdict(comparison, values);
        if (values === undefined || when === undefined) return [];
        const better = meant(comparison.limit, values);
        return [
          {
            ...about(asked, problemOf(values, comparison.limit, when)),
            ...(better !== undefined && { fix: `use ${better}` }),
          },
        ];
      }),
    );
  },
});
