import { type RecordedName, TOKEN_TYPE_LABEL } from '../base/metrics';
import { type Duration, WORKLOAD_LABEL } from '../config';
import { EMBEDDED_LOOKBACK } from '../config/embedded';
import { field, parseJson } from './answer';
import type { HttpClient } from './client';
import { SERIES } from './metrics';
import {
  differences,
  type GatewayPages,
  LIMITED,
  type Readings,
  readGateway,
  readingsOf,
  tokenReadings,
} from './readings';
import { type Target, UnreachableError } from './target';

/** Says what it waits for, where a reason is given. */
export type Wait = (ms: number, why?: string) => Promise<void>;

/** Counters before the suite's first request. */
export interface Start {
  readonly gateway: GatewayPages;
  readonly prometheus?: PrometheusStart;
}

export interface PrometheusStart {
  readonly readings: Readings;
  /** Where Prometheus had not caught up with the gateway in time. */
  readonly behind: readonly string[];
}

export interface ScrapeTarget {
  readonly job: string;
  readonly instance: string;
  /** `up`, `down`, `unknown` before the first scrape. */
  readonly health: string;
  readonly lastError: string;
}

interface Point {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** Prometheus' HTTP API, as much of it as the suite asks. */
export class PrometheusApi {
  constructor(
    private readonly client: HttpClient,
    private readonly url: string,
  ) {}

  async targets(): Promise<ScrapeTarget[]> {
    const active = field(await this.get('/api/v1/targets?state=active'), 'activeTargets');
    if (!Array.isArray(active)) throw this.strange('no list of targets');
    return active.map((target) => ({
      job: String(field(field(target, 'labels'), 'job')),
      instance: String(field(field(target, 'labels'), 'instance')),
      health: String(field(target, 'health')),
      lastError: String(field(target, 'lastError') ?? ''),
    }));
  }

  /** An instant query; series in any order, empty where there are none. */
  async query(expression: string): Promise<Point[]> {
    const result = field(await this.get(`/api/v1/query?query=${encodeURIComponent(expression)}`), 'result');
    if (!Array.isArray(result)) throw this.strange('no result');
    return result.map((series) => ({
      labels: field(series, 'metric') as Point['labels'],
      value: Number((field(series, 'value') as [number, string])[1]),
    }));
  }

  /** Raw counters, as the last scrapes left them. */
  async readings(): Promise<Readings> {
    const raw = (name: string) => `{__name__=~${JSON.stringify(name)}}`;
    const [limited, tokens] = await Promise.all([
      this.query(`sum(${raw(SERIES.limited.name)})`),
      this.query(`sum by (${WORKLOAD_LABEL}, ${TOKEN_TYPE_LABEL}) (${raw(SERIES.tokens.name)})`),
    ]);
    return { [LIMITED]: limited[0]?.value ?? 0, ...tokenReadings(tokens) };
  }

  /** The same counters, as the recording rules last summed them up. */
  async recorded(): Promise<Readings> {
    const read = (name: RecordedName) => this.query(name);
    const [limited, tokens] = await Promise.all([read('gw:rate_limited:sum'), read('gw:tokens:sum')]);
    return { [LIMITED]: limited[0]?.value ?? 0, ...tokenReadings(tokens) };
  }

  private async get(path: string): Promise<unknown> {
    const { status, text } = await this.client.send({ what: 'Prometheus', url: this.url + path });
    const json = parseJson(text);
    if (status !== 200 || field(json, 'status') !== 'success') throw this.strange(`${status}`);
    return field(json, 'data');
  }

  private strange(what: string): UnreachableError {
    return new UnreachableError('Prometheus', this.url, `answered ${what}; correct the address`);
  }
}

const EVERY_MS = 1000;

/** A scrape begins at most one interval after a request; the others are for a busy machine. */
const SCRAPES = 3;

/**
 * Reads until the value is good enough, or `atMostMs` have passed; returns the last value. The time of the reading
 * itself is not counted.
 */
export async function poll<T>(
  read: () => Promise<T>,
  good: (value: T) => boolean,
  {
    atMostMs,
    everyMs = EVERY_MS,
    wait,
    why,
  }: { atMostMs: number; everyMs?: number; wait: Wait; why: string },
): Promise<T> {
  let value = await read();
  for (let waited = 0; !good(value) && waited < atMostMs; waited += everyMs) {
    await wait(everyMs, waited === 0 ? why : undefined);
    value = await read();
  }
  return value;
}

/**
 * A gateway that was started anew counts from zero, and has no series for what it has not counted yet. A Prometheus that
 * was started anew too shows the old ones until its lookback is over, and a scrape may be on its way.
 */
const FORGETTING_MS = EMBEDDED_LOOKBACK.milliseconds + 15_000;

/** Waits until Prometheus has scraped what the gateway counts now; afterwards both have the same counters. */
export async function catchUp(
  client: HttpClient,
  target: Target,
  scrapeInterval: Duration,
  wait: Wait,
): Promise<PrometheusStart | undefined> {
  if (!target.prometheus || !target.envoyStats?.length || !target.extprocMetrics?.length) return undefined;
  const api = new PrometheusApi(client, target.prometheus);
  return poll(
    async () => {
      const readings = await api.readings();
      return { readings, behind: differences(readingsOf(await readGateway(client, target)), readings) };
    },
    ({ behind }) => behind.length === 0,
    {
      atMostMs: Math.max(SCRAPES * scrapeInterval.milliseconds, FORGETTING_MS),
      wait,
      why: 'until Prometheus has scraped what the gateway counts',
    },
  );
}
