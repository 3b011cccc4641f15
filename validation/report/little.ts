import { OUTCOMES, type RequestRow } from '../replay/request-rows';
import { type RunFacts, rowsWithin } from './facts';
import { spreadOf } from './spread';
import { turnsOfUsers } from './turns-of-users';

/** Little's law in the steady part, in seconds of the plan's clock. Differences are relative to the left side. */
export interface Little {
  /** L: mean number of requests under way, by the area under it. */
  readonly underWay: number;
  /** X: requests that ended, a second. */
  readonly rate: number;
  /** R: mean time from the send to the end, of those. */
  readonly time: number;
  readonly product: number;
  readonly difference: number;
  /** Of a closed plan: N = X (R + Z). */
  readonly users?: {
    readonly users: number;
    /** Z: mean time between the end of a request and the send of the next one of the same user. */
    readonly pause: number;
    readonly product: number;
    readonly difference: number;
  };
}

/** Undefined where the run has no steady part, or nothing ended in it. */
export function littleOf(facts: RunFacts): Little | undefined {
  const { steady, manifest } = facts;
  if (steady === undefined) return undefined;
  const { began, from, to, users } = steady;
  const { timeScale, plan } = manifest;
  const ended = rowsWithin(facts, 'end', from, to).filter(({ outcome }) => outcome !== OUTCOMES.cut);
  if (ended.length === 0) return undefined;
  const rate = ended.length / (to - from);
  const time = spreadOf(ended.map(({ end, sent }) => (end - sent) * timeScale)).mean;
  const underWay = areaUnder(facts.rows, from / timeScale, to / timeScale);
  const product = rate * time;
  const little = { underWay, rate, time, product, difference: product / underWay - 1 };
  if (plan.mode !== 'closed') return little;
  const pause = spreadOf(pausesWithin(facts.rows, began / timeScale, to / timeScale)).mean * timeScale;
  const all = rate * (time + pause);
  return { ...little, users: { users, pause, product: all, difference: all / users - 1 } };
}

/** Mean number of requests that were under way between two real times. */
function areaUnder(rows: readonly RequestRow[], from: number, to: number): number {
  const area = rows.reduce(
    (sum, { sent, end }) => sum + Math.max(0, Math.min(end, to) - Math.max(sent, from)),
    0,
  );
  return area / (to - from);
}

/** Pauses that a user began and ended between two real times: one who was no user before did not pause. */
function pausesWithin(rows: readonly RequestRow[], from: number, to: number): number[] {
  return [...turnsOfUsers(rows)].flatMap(({ row: { sent }, before }) =>
    before !== undefined && before >= from && sent < to ? [sent - before] : [],
  );
}
