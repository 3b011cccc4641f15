import { Random } from '../../../validation/arrivals/random';
import type { GateState } from '../../../validation/gate/controller';
import type { LoadEvent } from '../../../validation/load/load-run';
import { RunFolder } from '../../../validation/load/run-folder';
import { OUTCOMES, type RequestRow } from '../../../validation/replay/request-rows';
import { decided, ENGINE, GATE, PLAN, recordsOf, row, windowOf } from './records';

/** Levels of a run that finds T2 between 32 and 40 users: what their windows say, and what comes next. */
const LEVELS = [
  ['baseline', 4, 'ramp', 8, 'stable', 0.05],
  ['ramp', 8, 'ramp', 16, 'stable', 0.07],
  ['ramp', 16, 'ramp', 32, 'stable', 0.09],
  ['ramp', 32, 'ramp', 48, 'stable', 0.12],
  ['ramp', 48, 'cooldown', 32, 'breach', 0.5],
  ['cooldown', 32, 'ramp', 40, 'stable', 0.14],
  ['ramp', 40, 'cooldown', 32, 'breach', 0.3],
  ['cooldown', 32, 'soak', 33, 'stable', 0.13],
  ['soak', 33, 'soak', 33, 'stable', 0.12],
  ['soak', 33, 'ended', 0, 'stable', 0.12],
] as const;

const LENGTH = 10;

/** A whole run of stand-ins, with errors and a hostile body, worked out and not measured. */
export function writeMadeRun(path: string): void {
  const folder = RunFolder.make(path);
  const random = Random.of(1, 'made run');
  const rows: RequestRow[] = [];
  const baseline = { client: 0.055, engine: 0.05, error: 0.05, firstTokens: 104 };
  let state: Partial<GateState> = { stable: 4, baseline };
  for (const [index, [phase, users, next, nextUsers, kind, first]] of LEVELS.entries()) {
    const from = index * LENGTH;
    const engine = {
      ...ENGINE,
      cacheUsage: users / 400,
      firstToken: { count: users, mean: first },
      requestTime: 2,
    };
    if (kind === 'breach') state = { ...state, breach: users };
    else if (phase === 'ramp') state = { ...state, stable: users };
    const window = windowOf(from, from + LENGTH, users, engine);
    for (const event of decided(phase, window, { phase: next, users: nextUsers }, kind, state))
      folder.event(event);
    for (let actor = 0; actor < users; actor += 1) {
      const wait = first * (0.5 + random.uniform());
      const sent = from + random.uniform() * (LENGTH - 3);
      rows.push(
        row(sent, { actor, step: rows.length, firstToken: sent + wait, promptTokens: 200 + actor * 40 }),
      );
    }
  }
  rows.push(
    row(95, { outcome: OUTCOMES.refused, status: 503, firstToken: Number.NaN, promptTokens: Number.NaN }),
  );
  const last: readonly LoadEvent[] = [
    {
      kind: 'said',
      at: 95,
      status: 503,
      text: '<script>document.title = "taken"</script> & no healthy upstream',
    },
    { kind: 'stopping', at: 100, why: 'the soak kept its limits', underWay: 0 },
    { kind: 'ended', at: 101, end: 'verdict' },
  ];
  for (const event of last) folder.event(event);
  const { manifest, data, gaps } = recordsOf({ rows, gaps: [20_000, 30_000, 30_000, 90_000] });
  const { format, fields, sha256, plan, planHash, ...facts } = manifest;
  folder.finish({ ...facts, gate: GATE, standIns: ['gpt-oss-120b'], synthetic: true }, PLAN, data, gaps);
}
