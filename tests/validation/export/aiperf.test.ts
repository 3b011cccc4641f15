import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { aiperfExport } from '../../../validation/export/aiperf';
import { writeExport } from '../../../validation/export/exported';
import { sharedPath } from '../../../validation/replay/shared-phases';
import { BURSTS, bytesIn, exportProps } from './exported-plan';

interface Line {
  readonly session_id: string;
  readonly timestamp?: number;
  readonly delay?: number;
  readonly payload: { readonly session: string; readonly turn: number };
}

describe('a plan for AIPerf', () => {
  const folder = mkdtempSync(join(tmpdir(), 'aiperf-'));
  after(() => rmSync(folder, { recursive: true }));

  const exported = (props: Parameters<typeof exportProps>[1]) => {
    const made = exportProps(folder, props);
    const text = bytesIn(aiperfExport(made), 'workload-d.jsonl').toString();
    const lines = text
      .trimEnd()
      .split('\n')
      .map((line): Line => JSON.parse(line));
    const bySession = new Map<number, Line[]>();
    for (const line of lines) {
      const session = Number(line.session_id);
      bySession.set(session, [...(bySession.get(session) ?? []), line]);
    }
    return { ...made, lines, bySession, text };
  };

  test('an open one has a time for each request, and the bodies of the corpus [load-aiperf]', () => {
    const { plan, lines, bySession } = exported({ mode: 'open' });
    const { first, turn, when } = plan.columns;
    assert.equal(lines.length, turn.length);
    for (const [actor, own] of bySession) {
      for (const [index, { timestamp, delay, payload }] of own.entries()) {
        const step = (first[actor] ?? 0) + index;
        assert.equal(delay, undefined);
        assert.ok(Math.abs((timestamp ?? Number.NaN) - (when[step] ?? 0) * 500) <= 0.001);
        const number = turn[step] ?? Number.NaN;
        assert.deepEqual(payload, { session: `D/${Math.floor(number / 3)}`, turn: number % 3 });
      }
    }
  });

  test('a closed one has the time of a user’s first request and pauses after answers, within the plan', () => {
    const { plan, lines, bySession } = exported({});
    const { first, when } = plan.columns;
    assert.equal(bySession.size, 10);
    assert.ok(lines.length < plan.columns.turn.length, 'a plan has some more steps than its seconds hold');
    for (const [actor, [begin, ...later]] of bySession) {
      const step = first[actor] ?? 0;
      assert.ok(Math.abs((begin?.timestamp ?? Number.NaN) - (when[step] ?? 0) * 500) <= 0.001);
      assert.ok(later.every(({ timestamp }) => timestamp === undefined));
      const pauses = later.reduce((sum, { delay }) => sum + (delay ?? Number.NaN), begin?.timestamp ?? 0);
      assert.ok(pauses <= 10_000, `${pauses} ms of pauses in a run of 10 s`);
    }
  });

  test('users who share bursts ask within them, if each answer comes at once', () => {
    const { plan, bySession } = exported({ profiles: [BURSTS] });
    const [profile] = plan.header.profiles;
    const path = profile && sharedPath(profile);
    assert.ok(path);
    for (const own of bySession.values()) {
      let now = 0;
      for (const { timestamp = 0, delay = 0 } of own) {
        now += timestamp + delay;
        // Written to a microsecond each.
        const phases = [-1, 1].map((side) => path.at(Math.max(0, (now * 2) / 1000 + side * 1e-4)).name);
        assert.ok(phases.includes('on'), `${now} ms is in no burst`);
      }
    }
  });

  test('is the same bytes each time, with a script that can be run', () => {
    assert.equal(exported({}).text, exported({}).text);
    const out = join(folder, 'out');
    const names = writeExport(out, aiperfExport(exportProps(folder)));
    assert.ok(names.includes('tokenizer/tokenizer.json'));
    assert.equal(statSync(join(out, 'run.sh')).mode & 0o111, 0o111);
  });
});
