import type { RunManifest, RunRecords } from '../load/run-folder';
import type { RequestRow } from '../replay/request-rows';
import { type Moment, TimedRows } from './timed-rows';
import { type Steady, steadyOf, type Timeline, timelineOf } from './timeline';

/** The records of a run, read once, as everything in its report is worked out from them. */
export interface RunFacts extends RunRecords {
  readonly rows: readonly RequestRow[];
  readonly timed: Readonly<Record<Moment, TimedRows>>;
  readonly timeline: Timeline;
  readonly steady?: Steady;
  /** Why numbers are no measurements of a real platform; undefined where they are. */
  readonly simulated?: string;
}

export function factsOf(records: RunRecords): RunFacts {
  const { manifest, events, data } = records;
  const timeline = timelineOf(events, manifest);
  const steady = steadyOf(timeline);
  const simulated = simulatedBy(manifest);
  const rows = [...data];
  const by = (moment: Moment) => new TimedRows(rows, moment);
  return {
    ...{ ...records, rows, timeline },
    timed: { sent: by('sent'), firstToken: by('firstToken'), end: by('end') },
    ...(steady && { steady }),
    ...(simulated !== undefined && { simulated }),
  };
}

function simulatedBy({ standIns, synthetic }: RunManifest): string | undefined {
  const whys = [
    ...(standIns.length > 0 ? [`stand-ins answered (${standIns.join(', ')}), no model and no GPU`] : []),
    ...(synthetic ? ['the conversations are made up'] : []),
  ];
  return whys.length === 0 ? undefined : whys.join(', and ');
}

/** Requests that had a moment within a time of the plan's clock. */
export function rowsWithin(
  { timed, manifest: { timeScale } }: RunFacts,
  moment: Moment,
  from: number,
  to: number,
): readonly RequestRow[] {
  return timed[moment].within(from / timeScale, to / timeScale);
}
