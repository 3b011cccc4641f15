import type { Decision } from '../gate/controller';
import type { RunManifest, RunRecords } from '../load/run-folder';
import { type Clocks, clocksOf } from './clocks';
import { factsOf } from './facts';
import { type GapSpread, gapSpread } from './gap-spread';
import { type Latency, latencyOf } from './latency';
import { type Little, littleOf } from './little';
import { overTime, type TimedWindow } from './over-time';
import { PAPER } from './paper';
import { type PhaseSummary, peakInterval, phaseSummaries } from './phase-summary';
import { type SaturationLevel, saturationOf } from './saturation';
import { type Traffic, trafficOf } from './traffic';
import { type RunVerdict, verdictOf } from './verdict';

/**
 * The numbers of a run. Times are in seconds of the plan's clock unless a name says otherwise; what is not known is NaN,
 * which JSON writes as null.
 */
export interface Measured {
  readonly format: 1;
  readonly run: RunManifest;
  /** Why its numbers are no measurements of a real platform; null where they are. */
  readonly simulated: string | null;
  readonly verdict: RunVerdict;
  readonly decisions: readonly Decision[];
  /** Table 1. */
  readonly phases: readonly PhaseSummary[];
  /** Of the intervals that the peaks of Table 1 are from. */
  readonly peakInterval: number;
  /** Tables 2 and 3. */
  readonly latency: Latency | null;
  /** Figure 4. */
  readonly saturation: readonly SaturationLevel[];
  /** Figures 5 and 6. */
  readonly overTime: readonly TimedWindow[];
  readonly gaps: GapSpread;
  readonly traffic: Traffic;
  readonly clocks: Clocks;
  readonly little: Little | null;
  readonly paper: typeof PAPER;
}

export function measured(records: RunRecords): Measured {
  const facts = factsOf(records);
  const { manifest, timeline, simulated = null } = facts;
  return {
    ...{ format: 1, run: manifest, simulated, verdict: verdictOf(facts), decisions: timeline.decisions },
    ...{
      phases: phaseSummaries(facts),
      peakInterval: peakInterval(facts),
      latency: latencyOf(facts) ?? null,
    },
    ...{ saturation: saturationOf(facts), overTime: overTime(facts), gaps: gapSpread(facts) },
    ...{ traffic: trafficOf(facts), clocks: clocksOf(facts), little: littleOf(facts) ?? null, paper: PAPER },
  };
}
