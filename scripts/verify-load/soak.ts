import { join } from 'node:path';
import { meanOf, quantile } from '../../base/sample';
import { type EngineWindow, isBlind } from '../../validation/gate/window';
import { type LoadEvent, runLoad } from '../../validation/load/load-run';
import { compilePlan } from '../../validation/replay/compile';
import { OUTCOMES } from '../../validation/replay/request-rows';
import { type SingleTurns, writeSingleTurns } from './corpus';
import { MODEL, PAPER_PACE, startEngine } from './engine';

export interface SoakProps {
  readonly folder: string;
  readonly users: number;
  /** Of the simulated clock. */
  readonly seconds: number;
  readonly timeScale: number;
  readonly corpus: Omit<SingleTurns, 'model' | 'seed'>;
}

/** What a soak came to, in seconds of the simulated clock. */
export interface SoakResult {
  readonly requests: number;
  readonly failed: number;
  readonly requestsPerSecond: number;
  readonly engine: EngineWindow;
  readonly cacheUsages: readonly number[];
  /** At the clients. */
  readonly firstToken: number;
  readonly generatorLagP99: number;
  readonly reused: number;
}

/** Runs closed users with exponential pauses of 7.5 s on a simulated engine with the white paper's pace. */
export async function soak(props: SoakProps): Promise<SoakResult> {
  const { folder, users, seconds, timeScale } = props;
  const { turns, sha256 } = await writeSingleTurns(folder, { ...props.corpus, seed: 1, model: MODEL });
  const warmUp = Math.min(60, seconds / 5);
  const plan = compilePlan({
    ...{ corpus: { sha256 }, turns, mode: 'closed', users, seconds: seconds + warmUp, seed: 1 },
    profiles: [{ profile: 'D', law: { kind: 'exponential', rate: 1 / 7.5 } }],
  });
  const engine = await startEngine([...PAPER_PACE, '--time-scale', `${timeScale}`, '--kv-blocks', '170000']);
  const events: LoadEvent[] = [];
  try {
    const { replayer } = await runLoad({
      ...{ plan, timeScale, workers: 1, window: warmUp, drain: 30 },
      bodies: join(folder, 'bodies.jsonl'),
      target: { origin: engine.url },
      engines: [{ name: 'engine', metrics: `${engine.url}/metrics` }],
      onEvent: (event) => events.push(event),
    });
    const windows = events.flatMap((event) => (event.kind === 'window' ? [event.window] : [])).slice(1);
    const seen = windows.flatMap(({ engine: one }) => (isBlind(one) ? [] : [one]));
    const from = warmUp / timeScale;
    const rows = [...replayer.data].filter((row) => row.sent > from);
    const last = Math.max(...rows.map(({ sent }) => sent));
    return {
      requests: rows.length,
      failed: rows.filter(({ outcome }) => outcome !== OUTCOMES.ok).length,
      requestsPerSecond: rows.length / ((last - from) * timeScale),
      engine: joinedWindows(seen),
      cacheUsages: seen.map(({ cacheUsage }) => cacheUsage),
      firstToken: meanOf(rows.map((row) => (row.firstToken - row.ready) * timeScale).filter(Number.isFinite))
        .mean,
      generatorLagP99: quantile(
        rows.map(({ sent, ready }) => sent - ready),
        0.99,
      ),
      reused: plan.header.profiles[0]?.reused ?? Number.NaN,
    };
  } finally {
    await engine.stop();
  }
}

/** Means of windows of the same length. */
function joinedWindows(windows: readonly EngineWindow[]): EngineWindow {
  const mean = (of: (window: EngineWindow) => number) =>
    windows.reduce((sum, window) => sum + of(window), 0) / windows.length;
  return {
    firstToken: { count: mean((one) => one.firstToken.count), mean: mean((one) => one.firstToken.mean) },
    preemptions: mean((one) => one.preemptions),
    scheduled: mean((one) => one.scheduled),
    running: mean((one) => one.running),
    waiting: mean((one) => one.waiting),
    cacheUsage: mean((one) => one.cacheUsage),
    prefixHits: mean((one) => one.prefixHits),
    queueTime: mean((one) => one.queueTime),
    prefillTime: mean((one) => one.prefillTime),
    timePerToken: mean((one) => one.timePerToken),
    interToken: mean((one) => one.interToken),
    requestTime: mean((one) => one.requestTime),
  };
}
