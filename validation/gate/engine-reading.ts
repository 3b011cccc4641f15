import { METRICS, type Metric, namesOf } from '../../base/metrics';
import { parseMetrics } from '../metrics';

/** Counters of an engine that a window takes the increase of. */
const COUNTERS = {
  preemptions: METRICS.preemptions,
  finished: METRICS.finished,
  prefixQueries: METRICS.prefixQueries,
  prefixHits: METRICS.prefixHits,
  promptTokens: METRICS.promptTokens,
  generatedTokens: METRICS.generatedTokens,
} as const satisfies Record<string, Metric>;

/** Histograms of which a window takes the mean. */
const MEANS = {
  firstToken: METRICS.firstToken,
  timePerToken: METRICS.timePerToken,
  interToken: METRICS.interToken,
  queueTime: METRICS.queueTime,
  prefillTime: METRICS.prefillTime,
  requestTime: METRICS.requestTime,
} as const satisfies Record<string, Metric>;

const GAUGES = {
  running: METRICS.running,
  waiting: METRICS.waiting,
  cacheUsage: METRICS.cacheUsage,
} as const satisfies Record<string, Metric>;

export type EngineCounter = keyof typeof COUNTERS;
export type EngineMean = keyof typeof MEANS;
export type EngineGauge = keyof typeof GAUGES;

export const ENGINE_MEANS = Object.keys(MEANS) as readonly EngineMean[];

/** One page of an engine's metrics. NaN for a series that it does not have. */
export interface EngineReading {
  /** Seconds of the run's clock at which it was asked. */
  readonly at: number;
  readonly counters: Readonly<Record<EngineCounter, number>>;
  readonly sums: Readonly<Record<EngineMean, number>>;
  readonly counts: Readonly<Record<EngineMean, number>>;
  readonly gauges: Readonly<Record<EngineGauge, number>>;
  /** Unix seconds at which its process began; NaN where it does not say. */
  readonly started: number;
}

/** @param page In Prometheus' text format. */
export function readEngine(page: string, at: number): EngineReading {
  const byName = new Map<string, number>();
  for (const { name, value } of parseMetrics(page)) byName.set(name, (byName.get(name) ?? 0) + value);
  const found = (metric: Metric, suffix = '') => {
    const names = namesOf(metric).map((name) => `${name}${suffix}`);
    return byName.get(names.find((name) => byName.has(name)) ?? '') ?? Number.NaN;
  };
  const each = <K extends string>(metrics: Readonly<Record<K, Metric>>, suffix = '') =>
    Object.fromEntries(
      Object.entries<Metric>(metrics).map(([name, metric]) => [name, found(metric, suffix)]),
    ) as Record<K, number>;
  return {
    at,
    counters: each(COUNTERS),
    sums: each(MEANS, '_sum'),
    counts: each(MEANS, '_count'),
    gauges: each(GAUGES),
    started: byName.get('process_start_time_seconds') ?? Number.NaN,
  };
}

/** Why the second reading is not the later one of the same process; undefined where it is. */
export function resetBetween(earlier: EngineReading, later: EngineReading): string | undefined {
  const fell = (Object.keys(COUNTERS) as EngineCounter[]).find(
    (name) => later.counters[name] < earlier.counters[name],
  );
  if (fell !== undefined) return `its counter of ${METRICS[fell].name} fell`;
  // The time is given to a fraction of a second, and differs by rounding.
  return Math.abs(later.started - earlier.started) > 1 ? 'its process began anew' : undefined;
}
