import { type GateWindow, isBlind } from '../gate/window';
import { type RunFacts, rowsWithin } from './facts';
import { engineMean } from './latency';
import { spreadOf } from './spread';

/** A level of users of Figure 4: all windows that had so many, outside of cooldowns. */
export interface SaturationLevel {
  readonly users: number;
  readonly windows: number;
  readonly firstTokens: number;
  /** At the clients, in seconds of the plan's clock. */
  readonly mean: number;
  readonly p99: number;
  /** At the engines. */
  readonly engineMean: number;
  readonly preemptions: number;
  /** What the gate said of its last window. */
  readonly judged?: string;
}

/** Figure 4: what a level of users does to the first token. Pauses of cooldowns, which still work off a queue, do not count. */
export function saturationOf(facts: RunFacts): SaturationLevel[] {
  const { timeline, manifest } = facts;
  const { timeScale } = manifest;
  const levels = new Map<number, { windows: GateWindow[]; judged?: string }>();
  for (const { phase, users, observed } of timeline.stretches) {
    if (phase === 'cooldown') continue;
    for (const { window, decision } of observed) {
      const level = levels.get(users) ?? { windows: [] };
      level.windows.push(window);
      if (decision) level.judged = decision.judgement.kind;
      levels.set(users, level);
    }
  }
  return [...levels]
    .sort(([a], [b]) => a - b)
    .map(([users, { windows, judged }]) => {
      const waits = windows.flatMap(({ from, to }) =>
        rowsWithin(facts, 'firstToken', from, to).map((row) => (row.firstToken - row.ready) * timeScale),
      );
      const { count, mean, p99 } = spreadOf(waits);
      return {
        ...{ users, windows: windows.length, firstTokens: count, mean, p99 },
        engineMean: engineMean(windows, ({ firstToken }) => firstToken.mean),
        preemptions: windows.reduce((sum, { engine }) => sum + (isBlind(engine) ? 0 : engine.preemptions), 0),
        ...(judged !== undefined && { judged }),
      };
    });
}
