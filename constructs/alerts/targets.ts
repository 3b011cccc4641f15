import { METRICS, type RecordedName } from '../../base/metrics';
import { Duration } from '../../config';
import type { Alert } from './alert';

/** What is there as long as anything of its kind is, idle or not. */
const SIGNS_OF_LIFE: Readonly<Record<'gateway' | 'engine' | 'gpu', readonly (RecordedName | string)[]>> = {
  gateway: [METRICS.proxyLive.name],
  engine: [
    'llm:requests_running:sum',
    'llm:kv_cache_usage:avg',
    'llm:prompt_tokens:rate1m',
    'llm:generation_tokens:rate1m',
  ],
  gpu: ['gpu:sm_active:avg', 'gpu:memory_used:ratio', 'gpu:nvlink_gigabytes_per_second:sum'],
};

/** What is scraped. */
export interface Scraped {
  /** Namespace of the PodMonitors: the operator calls a target's job `<namespace>/<monitor>`. */
  readonly namespace: string;
  /** Whether there are model servers of vLLM. */
  readonly engines: boolean;
  /** Whether an exporter tells about the GPUs under them. */
  readonly gpus: boolean;
}

/** What makes every other alert blind. */
export function targetAlerts({ namespace, engines, gpus }: Scraped): readonly Alert[] {
  const parts: readonly (keyof typeof SIGNS_OF_LIFE)[] = [
    'gateway',
    ...(engines ? (['engine'] as const) : []),
    ...(engines && gpus ? (['gpu'] as const) : []),
  ];
  return [
    {
      name: 'TargetDown',
      severity: 'ticket',
      for: Duration.minutes(5),
      expr: `${METRICS.up.name}{job=~"${namespace}/.+"} == 0`,
      summary: '{{ $labels.job }}: {{ $labels.pod }} cannot be scraped',
      description:
        'Prometheus gets no metrics from this pod: it does not run, or something blocks the way. Alerts about it cannot fire.',
    },
    ...parts.flatMap((part) =>
      SIGNS_OF_LIFE[part].map(
        (series): Alert => ({
          name: 'SeriesAbsent',
          severity: 'ticket',
          for: Duration.minutes(10),
          expr: `absent(${series})`,
          labels: { part, series },
          // Labels of the rule itself are not among `$labels`.
          summary: `${series} has no value`,
          description:
            'Nothing of this kind is scraped, or its metric has another name than the rules know, after an upgrade for instance. Alerts and dashboards on it show nothing.',
        }),
      ),
    ),
  ];
}
