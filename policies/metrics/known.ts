import { exposedNames, METRICS, namesOf } from '../../base/metrics';
import { type KnownMetric, MORE_METRICS } from './table';

/** A series as a page has it. */
export interface Exposed {
  readonly metric: KnownMetric;
  /** What its values are: of a histogram each of its series is a counter. */
  readonly as: 'counter' | 'gauge' | 'bucket' | 'count' | 'sum';
  /** What it is called today. */
  readonly now: string;
}

const HISTOGRAM = ['bucket', 'count', 'sum'] as const;

const all: readonly KnownMetric[] = [...Object.values(METRICS), ...MORE_METRICS];

/** Every series that policies know, under every name that it had. */
const EXPOSED: ReadonlyMap<string, Exposed> = new Map(
  all.flatMap((metric) => {
    const now = exposedNames(metric, metric.name);
    return namesOf(metric).flatMap((name) =>
      exposedNames(metric, name).map((series, index): [string, Exposed] => [
        series,
        {
          metric,
          as: metric.type === 'histogram' ? (HISTOGRAM[index] ?? 'count') : metric.type,
          now: now[index] ?? series,
        },
      ]),
    );
  }),
);

/** What is known of a series; undefined for those of systems that nobody described here. */
export const exposed = (series: string | undefined): Exposed | undefined =>
  series === undefined ? undefined : EXPOSED.get(series);

/** Whether a series only rises. */
export const isCounter = (series: Exposed | undefined): series is Exposed =>
  series !== undefined && series.as !== 'gauge';

/** Histograms by every name that they had. */
const HISTOGRAMS: ReadonlyMap<string, KnownMetric> = new Map(
  all
    .filter(({ type }) => type === 'histogram')
    .flatMap((metric) => namesOf(metric).map((name) => [name, metric] as const)),
);

/** A name that no page has, and the names that were meant. */
export interface Misnamed {
  readonly reason: string;
  readonly instead: readonly string[];
  /** Whether a Prometheus that keeps native histograms may have it. */
  readonly mayBeNative: boolean;
}

/** What is wrong with the name of a series of a known metric; undefined where nothing is, or nothing is known. */
export function misnamed(name: string): Misnamed | undefined {
  if (EXPOSED.has(name)) return undefined;
  const counter = EXPOSED.get(`${name}_total`);
  if (counter?.as === 'counter') {
    return { reason: 'is a counter, exposed with _total', instead: [counter.now], mayBeNative: false };
  }
  const histogram = HISTOGRAMS.get(name);
  if (histogram !== undefined) {
    const instead = exposedNames(histogram, histogram.name);
    return { reason: 'is a histogram, exposed as buckets, count and sum', instead, mayBeNative: true };
  }
  const [, stem = '', suffix = ''] = /^(.+)(_total|_bucket|_count|_sum)$/.exec(name) ?? [];
  const totalled = suffix === '_total' ? HISTOGRAMS.get(stem) : undefined;
  if (totalled !== undefined) {
    const instead = exposedNames(totalled, totalled.name).filter((series) => !series.endsWith('_bucket'));
    return { reason: 'is a histogram, exposed as buckets, count and sum', instead, mayBeNative: false };
  }
  const meant = EXPOSED.get(stem);
  // A collector of OpenTelemetry adds `_total` to counters that have none.
  if (meant === undefined || (meant.as !== 'gauge' && suffix === '_total')) return undefined;
  return {
    reason: `is a ${meant.metric.type}, exposed without ${suffix}`,
    instead: [meant.now],
    mayBeNative: false,
  };
}
