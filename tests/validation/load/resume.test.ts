import assert from 'node:assert/strict';
import { appendFileSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { beginning } from '../../../validation/gate/controller';
import { PAPER_GATE } from '../../../validation/gate/settings';
import { type LoadEvent, runLoad } from '../../../validation/load/load-run';
import { RUN_FILES, type RunBeginning, RunFolder, readRun } from '../../../validation/load/run-folder';
import { planned, StreamServer } from '../replay/replayed';

const FACTS: RunBeginning['facts'] = {
  ...{
    version: '0',
    began: '2026-01-01T00:00:00.000Z',
    timeScale: 1,
    gateway: 'g',
    engines: [],
    standIns: [],
  },
  ...{ functional: null, synthetic: true, workers: 1, gate: null },
};

describe('a run that was interrupted', () => {
  const folder = mkdtempSync(join(tmpdir(), 'resume-'));
  const server = new StreamServer();
  let origin: string;
  before(async () => {
    origin = await server.listen();
  });
  after(() => {
    server.close();
    rmSync(folder, { recursive: true });
  });

  test('goes on where it was: no turn is sent twice, and its record is one', async () => {
    const { plan, bodies } = planned(folder, 400, { users: 4, seconds: 4 });
    const beginning: RunBeginning = { facts: FACTS, bodies, origin, engines: [], timeout: 10 };
    const path = join(folder, 'run');
    const common = { plan, bodies, engines: [], timeScale: 1, target: { origin }, drain: 5 };
    const first = RunFolder.begin(path, plan, beginning);
    const stop = new AbortController();
    await runLoad({
      ...{ ...common, signal: stop.signal },
      onRows: (rows) => {
        first.rows(rows);
        if (server.seen.length >= 8) stop.abort();
      },
      // As if the process had gone: of its end it writes nothing.
      onEvent: (event) => ['ended', 'stopping'].includes(event.kind) || first.event(event),
    });
    const sent = server.seen.length;
    assert.ok(sent >= 8);
    // A row and an event that were half written.
    appendFileSync(join(path, RUN_FILES.requests), Buffer.alloc(20));
    appendFileSync(join(path, RUN_FILES.events), '{"kind":"window","win');

    const again = RunFolder.resume(path);
    assert.equal(again.before.data.count, sent);
    const { replayer, seconds, end } = await runLoad({
      ...{ ...common, before: again.before, onRows: (rows) => again.folder.rows(rows) },
      onEvent: (event) => again.folder.event(event),
    });
    assert.equal(end, 'completed');
    assert.ok(seconds >= 4 && server.seen.length > sent);
    const turns = server.seen.map(({ body }) => `${body.session} ${body.turn}`);
    assert.equal(new Set(turns).size, turns.length, 'a turn was sent twice');
    const ended = '2026-01-01T00:00:03.000Z';
    again.folder.finish({ ...again.facts, ended, seconds, end }, plan, replayer.data, replayer.gaps);
    const { data, events } = readRun(path);
    assert.equal(data.count, server.seen.length);
    assert.ok(events.some(({ kind }) => kind === 'resumed'));
    const ends = [...data].map((row) => row.end);
    assert.ok(Math.min(...ends.slice(sent)) > again.before.seconds - 0.3, 'the clock went back');
    assert.throws(() => RunFolder.resume(path), /has no run that was interrupted/);
  });

  test('goes on with what its gate knew', () => {
    const { plan, bodies } = planned(folder, 4, {});
    const path = join(folder, 'gated');
    const facts = { ...FACTS, timeScale: 10, gate: PAPER_GATE };
    const run = RunFolder.begin(path, plan, { facts, bodies, origin, engines: [], timeout: 10 });
    const state = { ...beginning(PAPER_GATE), phase: 'ramp' as const, users: 48, stable: 32 };
    const decision = {
      ...{ at: 200, phase: 'ramp' as const, users: 32, why: 'stable' },
      judgement: { kind: 'stable' as const, why: 'stable' },
      next: { phase: 'ramp' as const, users: 48, settle: 30 },
    };
    run.event({ kind: 'decision', decision, state } satisfies LoadEvent);
    const { before } = RunFolder.resume(path);
    assert.deepEqual([before.state, before.seconds], [state, 20]);
    assert.doesNotMatch(readFileSync(join(path, 'begun.json'), 'utf8'), /authorization/i);
  });

  test('refuses a folder that has none', () => {
    writeFileSync(join(folder, 'note'), '');
    truncateSync(join(folder, 'note'));
    assert.throws(() => RunFolder.resume(folder), /is over, or it is no folder of vcf-ai load run/);
  });
});
