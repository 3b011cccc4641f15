import { RENAMED_METRICS } from '../../../base/metrics';
import { ofBundle } from '../../bundle';
import type { RuleKinds } from '../../kinds';
import { type Located, select } from '../../pointer';
import { query } from '../../promql';
import { defineRule } from '../../rule';
import { suggest } from '../../suggest';
import { type Family, scraped } from './targets';

/** Where a kind holds PromQL. */
const PLACES = ['/spec/groups/*/rules/*/expr', '/spec/triggers/*/metadata/query'];

const RULES = 'prometheusrule/ai/oss';
const EXPR = '/spec/groups/0/rules/0/expr';

const rule = (expr: string, more: object = {}) => ({
  [RULES]: { spec: { groups: [{ name: 'oss', rules: [{ record: 'llm:requests:sum', expr, ...more }] }] } },
});

const bad = (shows: string, expr: string) => ({ shows, change: rule(expr), finds: [`${RULES} ${EXPR}`] });

function expressions(one: RuleKinds['PrometheusRule'] | RuleKinds['ScaledObject']): Located[] {
  return PLACES.flatMap((place) => select(one, place)).filter(({ value }) => typeof value === 'string');
}

export const parses = defineRule({
  id: 'O01',
  title: 'every query is valid PromQL',
  severity: 'error',
  why:
    'Without the webhook of the operator a rule is first parsed by Prometheus, which then loads no rule of ' +
    'the file: none of its alerts can fire.',
  source: 'Prometheus, @prometheus-io/lezer-promql; prometheus-operator, PrometheusRule',
  fix: 'correct the expression',
  area: 'observability',
  scope: 'graph',
  kinds: ['PrometheusRule', 'ScaledObject'],
  good: [
    {
      shows: 'a rate by model',
      change: rule('sum by (model_name) (rate(vllm:generation_tokens_total[1m]))'),
    },
  ],
  bad: [
    bad('a bracket too few', 'sum(rate(vllm:generation_tokens_total[1m])'),
    bad('SQL', 'select count(*) from requests'),
  ],
  check: (_, one) =>
    expressions(one).flatMap(({ pointer, value }) => {
      const { error } = query(`${value}`);
      if (error === undefined) return [];
      const rest = `${value}`.slice(error, error + 20);
      const at = rest === '' ? 'the end' : `${JSON.stringify(rest)}, character ${error + 1}`;
      return [{ pointer, value, problem: `is not valid PromQL from ${at} on` }];
    }),
});

export const knownMetrics = defineRule({
  id: 'O02',
  title: 'every query uses metrics that are scraped or recorded',
  severity: 'error',
  why:
    'A query for a metric that nothing exposes has no result and no error: an alert on it never fires, and an ' +
    'autoscaler never scales. vLLM and the AI gateway have renamed their metrics more than once.',
  source: 'vLLM 0.8 to 0.33, v1/metrics/loggers.py; AI Gateway 1.0, internal/metrics/genai.go',
  fix: 'use the name that is exposed, or add the target or the recording rule',
  area: 'observability',
  scope: 'graph',
  kinds: ['PrometheusRule', 'ScaledObject'],
  fields: ['podmonitor/ai/oss /spec/podMetricsEndpoints/0'],
  good: [
    { shows: 'the metrics of the node', change: rule('container_cpu_cfs_throttled_periods_total') },
    { shows: 'what another rule records', change: rule('llm:requests:sum') },
    {
      shows: 'an old name beside the new one',
      change: rule('max(vllm:kv_cache_usage_perc or vllm:gpu_cache_usage_perc)'),
    },
  ],
  bad: [
    bad('a name of vLLM before 0.12', 'max(vllm:gpu_cache_usage_perc)'),
    bad('a name of the AI gateway before 0.5', 'sum(gen_ai_client_token_usage_token_sum)'),
    bad('a recorded name that nobody records', 'llm:request:sum > 5'),
    bad('a target that is not scraped', 'sum(DCGM_FI_DEV_GPU_UTIL)'),
  ],
  check(all, one) {
    const recorded = recordedNames(all);
    const families = scraped(all);
    return expressions(one).flatMap(({ pointer, value }) => {
      const { metrics, error } = query(`${value}`);
      if (error !== undefined) return [];
      const names = new Set(metrics.map(({ name }) => name));
      return [...names].flatMap((name) => {
        // Whoever asks for the old name beside the new one is ready for both.
        if (names.has(RENAMED_METRICS[name] ?? '')) return [];
        const complaint = complaintAbout(name, recorded, families);
        return complaint === undefined ? [] : [{ pointer, value, ...complaint }];
      });
    });
  },
});

function complaintAbout(name: string, recorded: ReadonlySet<string>, families: readonly Family[]) {
  if (recorded.has(name)) return undefined;
  const renamed = RENAMED_METRICS[name];
  if (renamed !== undefined) return { problem: `${name} is no longer exposed`, fix: `use ${renamed}` };
  const family = families.find(({ prefix }) => name.startsWith(prefix));
  if (family !== undefined) {
    return family.isScraped
      ? undefined
      : { problem: `no PodMonitor scrapes ${family.of}, so ${name} has no data`, fix: 'add a PodMonitor' };
  }
  if (!name.includes(':')) return undefined;
  const fix = suggest(name, [...recorded]);
  return { problem: `no rule records ${name}`, ...(fix && { fix }) };
}

/** Every name that a rule of the bundle records. */
const recordedNames = ofBundle(
  (all): ReadonlySet<string> =>
    new Set(
      all
        .ofKind('PrometheusRule')
        .flatMap(({ spec }) => spec?.groups ?? [])
        .flatMap(({ rules = [] }) => rules)
        .flatMap(({ record }) => record ?? []),
    ),
);
