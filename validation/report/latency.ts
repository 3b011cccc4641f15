import { type EngineWindow, type GateWindow, isBlind } from '../gate/window';
import { OUTCOMES } from '../replay/request-rows';
import { type RunFacts, rowsWithin } from './facts';
import { type Spread, spreadOf, weightedMean } from './spread';
import type { Steady } from './timeline';

/** Table 2: what the steady part was like, at the engines and at the clients, in seconds of the plan's clock. */
export interface Latency {
  readonly what: Steady['what'];
  readonly users: number;
  readonly seconds: number;
  /** Means of the engines' own histograms; NaN where telemetry was missing in all windows. */
  readonly engine: Readonly<Record<EngineLatency, number>>;
  readonly client: {
    /** From when a request could be sent to its first token. */
    readonly firstToken: Spread;
    /** Of a request: from its first token to its last, for each token after the first. */
    readonly timePerToken: Spread;
    /** The same for each chunk after the first: a chunk may bring several tokens. */
    readonly interToken: number;
    /** From when a request could be sent to its last byte. */
    readonly requestTime: Spread;
  };
  /** Mean share of the KV cache, and its least and most by window. */
  readonly cacheUsage: Readonly<Record<'mean' | 'least' | 'most', number>>;
  readonly prefixHits: number;
  readonly preemptions: number;
  readonly scheduled: number;
  readonly blindWindows: number;
  readonly windows: number;
}

const ENGINE_LATENCIES = [
  'firstToken',
  'timePerToken',
  'interToken',
  'queueTime',
  'prefillTime',
  'requestTime',
] as const;
export type EngineLatency = (typeof ENGINE_LATENCIES)[number];

/** Engines say no counts but of first tokens, so that each window weighs as much as it has of these. */
export function engineMean(windows: readonly GateWindow[], of: (engine: EngineWindow) => number): number {
  return weightedMean(
    windows.flatMap(({ engine }) =>
      isBlind(engine) ? [] : [[of(engine), engine.firstToken.count] as const],
    ),
  );
}

/** Table 2; undefined where the run has no steady part. */
export function latencyOf(facts: RunFacts): Latency | undefined {
  const { steady } = facts;
  if (steady === undefined) return undefined;
  const { what, users, from, to, windows } = steady;
  const seen = windows.flatMap(({ engine }) => (isBlind(engine) ? [] : [engine]));
  const usages = seen.map(({ cacheUsage }) => cacheUsage).filter(Number.isFinite);
  const sum = (of: (engine: EngineWindow) => number) => seen.reduce((total, engine) => total + of(engine), 0);
  return {
    ...{ what, users, seconds: to - from },
    engine: Object.fromEntries(
      ENGINE_LATENCIES.map((name) => [
        name,
        engineMean(windows, (engine) =>
          // A run of an earlier version has no time of requests.
          name === 'firstToken' ? engine.firstToken.mean : (engine[name] ?? Number.NaN),
        ),
      ]),
    ) as Record<EngineLatency, number>,
    client: clientLatency(facts, from, to),
    cacheUsage: {
      mean: spreadOf(usages).mean,
      least: usages.length === 0 ? Number.NaN : Math.min(...usages),
      most: spreadOf(usages).max,
    },
    prefixHits: engineMean(windows, ({ prefixHits }) => prefixHits),
    preemptions: seen.length === 0 ? Number.NaN : sum(({ preemptions }) => preemptions),
    scheduled: seen.length === 0 ? Number.NaN : sum(({ scheduled }) => scheduled),
    ...{ blindWindows: windows.length - seen.length, windows: windows.length },
  };
}

/** Of the requests that ended within a time and were answered. */
function clientLatency(facts: RunFacts, from: number, to: number): Latency['client'] {
  const { timeScale } = facts.manifest;
  const rows = rowsWithin(facts, 'end', from, to).filter(({ outcome }) => outcome === OUTCOMES.ok);
  const decoding = (row: (typeof rows)[number]) => (row.lastToken - row.firstToken) * timeScale;
  return {
    firstToken: spreadOf(rows.map((row) => (row.firstToken - row.ready) * timeScale)),
    timePerToken: spreadOf(
      rows.filter((row) => row.completionTokens > 1).map((row) => decoding(row) / (row.completionTokens - 1)),
    ),
    interToken: weightedMean(rows.map((row) => [decoding(row) / (row.chunks - 1), row.chunks - 1] as const)),
    requestTime: spreadOf(rows.map((row) => (row.end - row.ready) * timeScale)),
  };
}
