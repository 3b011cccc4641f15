import { OUTCOMES, type RequestRow } from '../replay/request-rows';
import type { RunFacts } from './facts';
import { type Spread, spreadOf } from './spread';
import { turnsOfUsers } from './turns-of-users';

/** Whether the generator kept to the plan, and what its latencies count from. */
export interface Clocks {
  /** How much later than it could a request was sent, in real seconds. */
  readonly lag: Spread;
  /** The p99 of a window that is allowed; null where no gate set one. */
  readonly allowedLag: number | null;
  /** From when the plan wanted a request to its end, in seconds of the plan's clock. */
  readonly response: Spread;
  /** From when it was sent. */
  readonly service: Spread;
  /** Requests that were sent later than the plan wanted because the turn before still ran. */
  readonly waitedForTurn: number;
  /** Requests that were sent before the one before them of the same user had ended; there must be none. */
  readonly overlapping: number;
}

export function clocksOf({ rows, manifest: { timeScale, gate } }: RunFacts): Clocks {
  const answered = rows.filter(({ outcome }) => outcome === OUTCOMES.ok);
  return {
    lag: spreadOf(rows.map(({ sent, ready }) => sent - ready)),
    allowedLag: gate?.lag ?? null,
    response: spreadOf(answered.map(({ end, due }) => (end - due) * timeScale)),
    service: spreadOf(answered.map(({ end, sent }) => (end - sent) * timeScale)),
    waitedForTurn: rows.filter(({ ready, due }) => ready > due).length,
    overlapping: overlapping(rows),
  };
}

function overlapping(rows: readonly RequestRow[]): number {
  const turns = [...turnsOfUsers(rows)];
  return turns.filter(({ row, before }) => before !== undefined && row.sent < before).length;
}
