import { isFailed, OUTCOMES, type RequestRow } from '../replay/request-rows';
import { type RunFacts, rowsWithin } from './facts';
import type { Stretch } from './timeline';

/** A row of Table 1. Seconds, and what is counted by them, are of the plan's clock. */
export interface PhaseSummary {
  /** `ramp` holds its levels and the cooldowns between them. */
  readonly phase: 'baseline' | 'ramp' | 'soak' | 'load';
  readonly seconds: number;
  readonly mostUsers: number;
  /** Sent within the phase. */
  readonly requests: number;
  readonly meanRequestsPerSecond: number;
  /** Of the busiest interval. */
  readonly peakRequestsPerSecond: number;
  /** Refused, broken or timed out. */
  readonly failed: number;
  /** Of the requests that ended by themselves; what we cut off at the end of the run is no error of the platform. */
  readonly errorRate: number;
}

const PHASES = ['baseline', 'ramp', 'soak', 'load'] as const;

/** Of ungated runs, which have no windows of a gate. */
const INTERVAL = 60;

/** Length of the intervals of which the busiest is the peak, in seconds of the plan's clock. */
export const peakInterval = ({ manifest }: RunFacts): number => manifest.gate?.window ?? INTERVAL;

/** Table 1. */
export function phaseSummaries(facts: RunFacts): PhaseSummary[] {
  return PHASES.flatMap((phase) => {
    const stretches = facts.timeline.stretches.filter((one) => nameOf(one) === phase);
    return stretches.length === 0 ? [] : [summaryOf(facts, phase, stretches)];
  });
}

const nameOf = ({ phase }: Stretch): PhaseSummary['phase'] =>
  phase === 'cooldown' || phase === 'ended' ? 'ramp' : phase;

function summaryOf(
  facts: RunFacts,
  phase: PhaseSummary['phase'],
  stretches: readonly Stretch[],
): PhaseSummary {
  const { timeScale } = facts.manifest;
  const seconds = stretches.reduce((sum, { from, to }) => sum + to - from, 0);
  const interval = peakInterval(facts);
  const rows: RequestRow[] = [];
  let peak = 0;
  for (const { from, to } of stretches) {
    const sent = rowsWithin(facts, 'sent', from, to);
    rows.push(...sent);
    const times = sent.map((row) => row.sent * timeScale - from);
    peak = Math.max(peak, busiest(times, to - from, interval));
  }
  const ended = rows.filter(({ outcome }) => outcome !== OUTCOMES.cut);
  const failed = ended.filter(isFailed).length;
  return {
    ...{ phase, seconds, requests: rows.length, failed },
    mostUsers: Math.max(...stretches.map(({ users }) => users)),
    meanRequestsPerSecond: rows.length / seconds,
    peakRequestsPerSecond: peak,
    errorRate: failed / ended.length,
  };
}

/** The rate of the busiest of the whole intervals; of a time that is shorter than one, its own. */
function busiest(times: readonly number[], seconds: number, interval: number): number {
  const length = Math.min(interval, seconds);
  if (!(length > 0)) return 0;
  const counts = new Array<number>(Math.floor(seconds / length)).fill(0);
  for (const time of times) {
    const index = Math.floor(time / length);
    if (index < counts.length) counts[index] = (counts[index] ?? 0) + 1;
  }
  return Math.max(0, ...counts) / length;
}
