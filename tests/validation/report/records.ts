import type { Decision, GateState, Phase } from '../../../validation/gate/controller';
import type { Judgement } from '../../../validation/gate/judge';
import { PAPER_GATE } from '../../../validation/gate/settings';
import type { Blind, EngineWindow, GateWindow } from '../../../validation/gate/window';
import type { LoadEvent } from '../../../validation/load/load-run';
import type { RunManifest, RunRecords } from '../../../validation/load/run-folder';
import { compilePlan } from '../../../validation/replay/compile';
import { gapHistogram } from '../../../validation/replay/gaps';
import { type RequestRow, RowWriter } from '../../../validation/replay/request-rows';
import { RunData } from '../../../validation/replay/run-data';

/** Turns of one profile, in sessions of two. */
const turns = Array.from({ length: 400 }, (_, index) => ({
  ...{ session: `made/${index >> 1}`, turn: index % 2, task: `${index >> 1}`, profile: 'D', app: 'ide' },
  ...{ pause: null, pauseSource: 'modelled' as const, maxTokens: 10, offset: index * 100, length: 90 },
}));

export const PLAN = compilePlan({
  ...{ corpus: { sha256: { bodies: 'b'.repeat(64), turns: 't'.repeat(64) } }, turns },
  ...{ mode: 'closed', users: 8, seconds: 200, seed: 1 },
  profiles: [{ profile: 'D', law: { kind: 'exponential', rate: 0.5 } }],
});

/** Windows of ten seconds. */
export const GATE = { ...PAPER_GATE, window: 10, settle: 0, soak: { factor: 190 / 224, seconds: 20 } };

/** A request that was answered in two seconds: its first token after half of one, then four more in four chunks. */
export function row(sent: number, changes: Partial<RequestRow> = {}): RequestRow {
  return {
    ...{ actor: 0, step: 0, due: sent, ready: sent, sent, answered: sent + 0.1 },
    ...{ firstToken: sent + 0.5, lastToken: sent + 2, end: sent + 2, status: 200, outcome: 0 },
    ...{ promptTokens: 100, completionTokens: 5, cachedTokens: 0, chunks: 5, bytesSent: 400 },
    ...{ bytesReceived: 900, ...changes },
  };
}

export const ENGINE: EngineWindow = {
  ...{ firstToken: { count: 10, mean: 0.4 }, preemptions: 0, scheduled: 10, running: 2, waiting: 0 },
  ...{ cacheUsage: 0.1, prefixHits: 0.5, queueTime: 0.01, prefillTime: 0.2, timePerToken: 0.3 },
  ...{ interToken: 0.3, requestTime: 1.9 },
};

const CLIENT = {
  ...{ requests: 10, failed: 0, left: 0, firstToken: { count: 10, mean: 0.5, standardError: 0.01 } },
  ...{ firstTokenP99: 0.6, lagP99: 0.001 },
};

export const windowOf = (
  from: number,
  to: number,
  users: number,
  engine: EngineWindow | Blind = ENGINE,
): GateWindow => ({ from, to, users, client: CLIENT, engine });

/** A window and what was decided of it. */
export function decided(
  phase: Phase,
  window: GateWindow,
  next: Partial<Decision['next']> = {},
  kind: Judgement['kind'] = 'stable',
  state: Partial<GateState> = {},
): LoadEvent[] {
  const { users, to } = window;
  const follows = { phase, users, settle: 0, ...next };
  return [
    { kind: 'window', window },
    {
      kind: 'decision',
      decision: { at: to, phase, users, judgement: { kind, why: kind }, why: kind, next: follows },
      state: {
        ...{ phase: follows.phase, users: follows.users, baselineWindows: [], stable: users },
        ...{ breaches: 0, blind: 0, soakBreaches: 0, ...state },
      },
    },
  ];
}

export interface Made {
  readonly rows?: readonly RequestRow[];
  readonly events?: readonly LoadEvent[];
  readonly manifest?: Partial<RunManifest>;
  /** Gaps between chunks, in microseconds. */
  readonly gaps?: readonly number[];
}

/** Records as a run leaves them. Without changes: of real engines, by a gate, at the plan's pace. */
export function recordsOf({ rows = [], events = [], manifest = {}, gaps = [] }: Made): RunRecords {
  const writer = new RowWriter();
  for (const one of rows) writer.add(one);
  const data = new RunData();
  data.add(writer.take());
  const histogram = gapHistogram();
  for (const gap of gaps) histogram.recordValue(gap);
  return {
    manifest: {
      ...{
        format: 1,
        version: '0.2.0',
        began: '2026-11-30T10:00:00.000Z',
        ended: '2026-11-30T10:03:20.000Z',
      },
      ...{ seconds: 200, timeScale: 1, gateway: 'http://127.0.0.1:10080', engines: ['engine'] },
      ...{ standIns: [], functional: true, synthetic: false, workers: 1, gate: GATE, end: 'verdict' },
      ...{ planHash: 'p'.repeat(64), plan: PLAN.header, fields: [], sha256: {} },
      ...manifest,
    },
    ...{ plan: PLAN, data, gaps: histogram, events },
  };
}
