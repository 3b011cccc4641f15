import { RENAMED_METRICS } from '../../../base/metrics';
import { nearest } from '../../../base/text';
import { ASKING, type Asked, about, judgeAsked, renaming } from '../../asked';
import { type Bundle, ofBundle } from '../../bundle';
import { retired } from '../../metrics/retired';
import { modelServers } from '../../model-servers';
import { recordings } from '../../recordings';
import { defineRule } from '../../rule';
import { board, inRule, onBoard, onPerses, perses, recording } from './samples';
import { type Family, scraped } from './targets';

export const parses = defineRule({
  id: 'O01',
  title: 'every query is valid PromQL',
  effect: 'refused',
  why:
    'Without the webhook of the operator a rule is first parsed by Prometheus, which then loads no rule of ' +
    'the file: none of its alerts can fire.',
  source: 'Prometheus, @prometheus-io/lezer-promql; prometheus-operator, PrometheusRule',
  fix: 'correct the expression',
  area: 'observability',
  scope: 'graph',
  kinds: ASKING,
  good: [
    {
      shows: 'a rate by model',
      change: recording('sum by (model_name) (rate(vllm:generation_tokens_total[1m]))'),
    },
  ],
  bad: [
    inRule('a bracket too few', recording('sum(rate(vllm:generation_tokens_total[1m])')),
    inRule('SQL', recording('select count(*) from requests')),
    onPerses('on a dashboard', perses('sum(rate(vllm:generation_tokens_total[1m])')),
  ],
  check: (_, one) =>
    judgeAsked(one, (asked) => {
      const { promql, isOpen, query } = asked;
      if (query.error === undefined || isOpen) return [];
      const rest = promql.slice(query.error, query.error + 20);
      const at = rest === '' ? 'the end' : `${JSON.stringify(rest)}, character ${query.error + 1}`;
      return [about(asked, `is not valid PromQL from ${at} on`)];
    }),
});

export const knownMetrics = defineRule({
  id: 'O02',
  title: 'every query uses metrics that are scraped or recorded',
  effect: 'ineffective',
  why:
    'A query for a metric that nothing exposes has no result and no error: an alert on it never fires, and an ' +
    'autoscaler never scales. vLLM and the AI gateway have renamed their metrics more than once.',
  source: 'vLLM 0.8 to 0.33, v1/metrics/loggers.py; AI Gateway 1.0, internal/metrics/genai.go',
  fix: 'use the name that is exposed, or add the target or the recording rule',
  area: 'observability',
  scope: 'graph',
  kinds: ASKING,
  fields: ['podmonitor/ai/oss /spec/podMetricsEndpoints/0'],
  good: [
    { shows: 'the metrics of the node', change: recording('container_cpu_cfs_throttled_periods_total') },
    { shows: 'what another rule records', change: recording('llm:requests:sum') },
    {
      shows: 'an old name beside the new one',
      change: recording('max(vllm:kv_cache_usage_perc or vllm:gpu_cache_usage_perc)'),
    },
    {
      shows: 'what another repository records',
      change: recording('node_namespace_pod:kube_pod_info:'),
    },
  ],
  bad: [
    inRule('a name of vLLM before 0.12', recording('max(vllm:gpu_cache_usage_perc)')),
    inRule('a name of the AI gateway before 0.5', recording('sum(gen_ai_client_token_usage_token_sum)')),
    inRule('a recorded name that nobody records', recording('llm:request:sum > 5')),
    inRule('a target that is not scraped', recording('sum(DCGM_FI_DEV_GPU_UTIL)')),
    onBoard('a metric of the first engine of vLLM', board('vllm:num_requests_swapped{model_name="$model"}')),
    onPerses('an old name on a dashboard of Perses', perses('avg(vllm:gpu_cache_usage_perc)')),
  ],
  check(all, one) {
    const recorded = recordings(all);
    const families = scraped(all);
    const version = oldestServer(all);
    return judgeAsked(one, (asked) => {
      const { metrics, error } = asked.query;
      if (error !== undefined) return [];
      const names = new Set(metrics.map(({ name }) => name));
      return [...names].flatMap((name) => {
        // Whoever asks for the old name beside the new one is ready for both.
        if (recorded.has(name) || names.has(RENAMED_METRICS[name] ?? '')) return [];
        const gone = goneSince(name, version);
        const complaint = gone ?? (isRule(asked) ? missing(name, recorded, families) : undefined);
        if (complaint === undefined) return [];
        const patch = gone?.isRename ? renaming(asked, (old) => successor(old, version)) : {};
        return [
          {
            ...about(asked, complaint.problem),
            ...fixOf(complaint),
            ...patch,
            elsewhere: gone === undefined,
          },
        ];
      });
    });
  },
});

interface Complaint {
  readonly problem: string;
  readonly fix?: string;
  /** Whether a new name is all that it takes. Default: false. */
  readonly isRename?: boolean;
}

const fixOf = ({ fix }: Complaint) => (fix === undefined ? {} : { fix });

/** Dashboards are also of what other repositories scrape and record. */
const isRule = ({ use }: Asked) => use === 'alert' || use === 'recording' || use === 'scaler';

/** Whether a name was given up before the model servers of the bundle, or before all that are still in use. */
function goneSince(name: string, version: number | undefined): Complaint | undefined {
  const { until, instead } = retired(name) ?? {};
  const renamed = RENAMED_METRICS[name];
  const isStillThere = until !== undefined && version !== undefined && version <= until;
  if (isStillThere || (instead === undefined && renamed === undefined)) return undefined;
  const isRename = instead === undefined;
  return { problem: `${name} is no longer exposed`, fix: instead ?? `use ${renamed}`, isRename };
}

/** The name of today of one that was given up, where nothing else is to change. */
const successor = (name: string, version: number | undefined) =>
  goneSince(name, version)?.isRename ? RENAMED_METRICS[name] : undefined;

/** The lowest minor version of vLLM 0 among the images of a bundle; undefined where no tag says it. */
const oldestServer = ofBundle((all: Bundle): number | undefined => {
  const minors = modelServers(all).flatMap(({ container }) => {
    const [, minor] = /:v?0\.(\d+)\.\d+/.exec(container.image ?? '') ?? [];
    return minor === undefined ? [] : [Number(minor)];
  });
  return minors.length === 0 ? undefined : Math.min(...minors);
});

function missing(
  name: string,
  recorded: ReadonlyMap<string, unknown>,
  families: readonly Family[],
): Complaint | undefined {
  const family = families.find(({ prefix }) => name.startsWith(prefix));
  if (family !== undefined) {
    return family.isScraped
      ? undefined
      : { problem: `no PodMonitor scrapes ${family.of}, so ${name} has no data`, fix: 'add a PodMonitor' };
  }
  // Without a name that is nearly the same, another repository may record it.
  const near = name.includes(':') ? nearest(name, recorded.keys()) : undefined;
  return near === undefined ? undefined : { problem: `no rule records ${name}`, fix: `use ${near}` };
}
