import {
  METRICS,
  namesOf,
  RECORDED_NAMES,
  RECORDED_SERIES,
  type RecordedName,
  type RecordedSeries,
} from '../base/metrics';
import { sortedEntries } from '../base/text';

/** One line of a Prometheus page. */
export interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** A metric under every name that it is known by. */
export interface Series {
  readonly what: string;
  /** Matches a whole name; RE2, since Prometheus is asked with it too. */
  readonly name: string;
  /** Matches names that are worth showing when none fits. */
  readonly near: RegExp;
}

/** Names that upstream projects choose and change. */
export const SERIES = {
  /**
   * Envoy: requests over a local limit. Envoy 1.38 makes a label of the prefix that Envoy Gateway chooses:
   * `envoy_http_local_rate_limit_rate_limited{envoy_local_http_ratelimit_prefix="http_local_rate_limiter"}`;
   * where default tags are off, the prefix stays in the name.
   */
  limited: {
    what: 'requests over a local limit',
    name: METRICS.rateLimited.name.replace(/^envoy_/, 'envoy_(?:\\w+_)?'),
    near: /rate_?limit/,
  },
  /** AI gateway: tokens of calls, a histogram. Up to 0.4 the name had `_token` before `_sum`. */
  tokens: {
    what: 'tokens of calls',
    name: `(?:${namesOf(METRICS.gatewayTokens).join('|')})_sum`,
    near: /gen_ai|token/,
  },
} as const satisfies Record<string, Series>;

/** Recorded series that have a value once models have answered. */
export function expectedSeries(hasEngines: boolean): readonly RecordedName[] {
  return RECORDED_NAMES.filter((name) => {
    const series: RecordedSeries = RECORDED_SERIES[name];
    return !series.sparse && (hasEngines || series.of === 'gateway');
  });
}

const LINE = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})?\s+(\S+)(?:\s+-?\d+)?$/;
const LABEL = /([a-zA-Z_]\w*)="((?:[^"\\]|\\.)*)"/g;
const ESCAPES: Readonly<Record<string, string>> = { n: '\n', '"': '"', '\\': '\\' };

/** The samples of a page in Prometheus' text format; comments, and lines that are none of its, are left out. */
export function parseMetrics(page: string): Sample[] {
  return page.split('\n').flatMap((line) => {
    const [, name, labels = '', value = ''] = LINE.exec(line.trim()) ?? [];
    if (name === undefined) return [];
    return [{ name, labels: parseLabels(labels), value: parseValue(value) }];
  });
}

function parseLabels(text: string): Record<string, string> {
  return Object.fromEntries(
    [...text.matchAll(LABEL)].map(([, name = '', value = '']) => [
      name,
      value.replace(/\\(.)/g, (_, escaped: string) => ESCAPES[escaped] ?? escaped),
    ]),
  );
}

function parseValue(text: string): number {
  const infinity = /^([+-]?)Inf$/.exec(text);
  return infinity ? Number(`${infinity[1]}Infinity`) : Number(text);
}

export function samplesOf(series: Series, samples: readonly Sample[]): Sample[] {
  const name = new RegExp(`^${series.name}$`);
  return samples.filter((sample) => name.test(sample.name));
}

/** Names of the page that come close to a series, each once. */
export function nearNames(series: Series, samples: readonly Sample[]): string[] {
  return [...new Set(samples.map(({ name }) => name).filter((name) => series.near.test(name)))].sort();
}

/** The full name, labels in alphabetical order. */
export function seriesName({ name, labels }: Sample): string {
  const pairs = sortedEntries(labels).map(([label, value]) => `${label}=${JSON.stringify(value)}`);
  return pairs.length === 0 ? name : `${name}{${pairs.join(',')}}`;
}

export function total(samples: readonly Sample[]): number {
  return samples.reduce((sum, { value }) => sum + value, 0);
}
