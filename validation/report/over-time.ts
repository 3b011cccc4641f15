import { isBlind } from '../gate/window';
import { OUTCOMES } from '../replay/request-rows';
import { type RunFacts, rowsWithin } from './facts';
import { spreadOf } from './spread';
import type { Stretch } from './timeline';

/** A window of Figures 5 and 6. Times in seconds of the plan's clock; NaN where telemetry was missing. */
export interface TimedWindow {
  readonly from: number;
  readonly to: number;
  readonly phase: Stretch['phase'];
  readonly users: number;
  readonly requestsPerSecond: number;
  /** Mean share. */
  readonly cacheUsage: number;
  readonly prefixHits: number;
  readonly preemptions: number;
  /** Mean time of requests that ended in the window, from when they could be sent. */
  readonly clientRequestTime: number;
  readonly engineRequestTime: number;
}

/** Figures 5 and 6: window after window. */
export function overTime(facts: RunFacts): TimedWindow[] {
  const { timeScale } = facts.manifest;
  return facts.timeline.stretches.flatMap(({ phase, observed }) =>
    observed.map(({ window: { from, to, users, client, engine } }) => {
      const answered = rowsWithin(facts, 'end', from, to).filter(({ outcome }) => outcome === OUTCOMES.ok);
      const seen = isBlind(engine) ? undefined : engine;
      return {
        ...{ from, to, phase, users, requestsPerSecond: client.requests / (to - from) },
        cacheUsage: seen?.cacheUsage ?? Number.NaN,
        prefixHits: seen?.prefixHits ?? Number.NaN,
        preemptions: seen?.preemptions ?? Number.NaN,
        clientRequestTime: spreadOf(answered.map((row) => (row.end - row.ready) * timeScale)).mean,
        engineRequestTime: seen?.requestTime ?? Number.NaN,
      };
    }),
  );
}
