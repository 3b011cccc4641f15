import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { mergeRuns, readPart } from '../../../validation/load/merge';
import { RunFolder, type RunManifest } from '../../../validation/load/run-folder';
import { gapHistogram } from '../../../validation/replay/gaps';
import type { Part } from '../../../validation/replay/part';
import { planHash } from '../../../validation/replay/plan';
import { type RequestRow, ROW_FIELDS } from '../../../validation/replay/request-rows';
import { RunData } from '../../../validation/replay/run-data';
import { mistakesOf } from '../../constructs/support';
import { planned } from '../replay/replayed';

const row = (actor: number, end: number): RequestRow => ({
  ...(Object.fromEntries(ROW_FIELDS.map((field) => [field, Number.NaN])) as RequestRow),
  ...{ actor, step: actor, due: end - 1, ready: end - 1, sent: end - 1, end, outcome: 0 },
});

describe('runs of parts', () => {
  const folder = mkdtempSync(join(tmpdir(), 'merge-'));
  after(() => rmSync(folder, { recursive: true }));
  const { plan } = planned(folder, 20, {});

  /** Writes a run of a part that began so many seconds after noon. */
  function written(
    name: string,
    part: Part,
    late: number,
    ends: readonly number[],
    changes: Partial<RunManifest> = {},
  ) {
    const data = new RunData();
    const gaps = gapHistogram();
    for (const end of ends) {
      data.add(Float64Array.from(ROW_FIELDS.map((field) => row(part.index, end)[field])));
      gaps.recordValue(end * 1000);
    }
    const began = new Date(Date.UTC(2026, 0, 1, 12) + late * 1000).toISOString();
    const facts = {
      ...{
        version: '1',
        began,
        ended: began,
        seconds: 10,
        timeScale: 1,
        gateway: 'http://g',
        engines: ['e'],
      },
      ...{
        standIns: [],
        functional: null,
        synthetic: false,
        workers: 1,
        gate: null,
        end: 'completed' as const,
      },
      ...{ part, ...changes },
    };
    const path = join(folder, name);
    const out = RunFolder.make(path);
    out.event({ kind: 'said', at: 1, status: 503, text: name });
    out.finish(facts, plan, data, gaps);
    return readPart(path);
  }

  test('add up to every request on one clock, and to the histogram of one generator [load-merge]', () => {
    const first = written('a', { index: 0, of: 2 }, 2, [1, 2, 3]);
    const second = written('b', { index: 1, of: 2 }, 0, [1.5, 2.5, 6]);
    const { data, gaps, manifest, spread, events } = mergeRuns([first, second]);
    assert.deepEqual(
      [...data].map(({ actor, sent, end }) => [actor, sent, end]),
      [
        [1, 0.5, 1.5],
        [1, 1.5, 2.5],
        [0, 2, 3],
        [0, 3, 4],
        [0, 4, 5],
        [1, 5, 6],
      ],
    );
    const whole = gapHistogram();
    for (const gap of [1, 2, 3, 1.5, 2.5, 6]) whole.recordValue(gap * 1000);
    assert.deepEqual(
      [gaps.totalCount, gaps.getValueAtPercentile(50), gaps.getValueAtPercentile(99), gaps.mean],
      [6, whole.getValueAtPercentile(50), whole.getValueAtPercentile(99), whole.mean],
    );
    assert.deepEqual([spread, manifest.began, manifest.seconds], [2, '2026-01-01T12:00:00.000Z', 12]);
    assert.deepEqual([manifest.workers, manifest.end, 'part' in manifest], [2, 'completed', false]);
    assert.equal(events.length, 2);
  });

  test('one that was stopped makes the whole stopped', () => {
    const first = written('c', { index: 0, of: 2 }, 0, [1]);
    const second = written('d', { index: 1, of: 2 }, 0, [1], { end: 'stopped' });
    assert.equal(mergeRuns([first, second]).manifest.end, 'stopped');
  });

  test('refuses parts that are missing, twice, of another speed or of another plan, all at once', () => {
    const first = written('e', { index: 0, of: 3 }, 0, [1]);
    const second = written('f', { index: 1, of: 3 }, 0, [1]);
    assert.deepEqual(
      mistakesOf(() => mergeRuns([first, second])).map(({ problem }) => problem),
      ['2/3 of the plan did not run, or are not here'],
    );
    const fast = written('g', { index: 2, of: 3 }, 0, [1], { timeScale: 4 });
    const foreign = { ...second, manifest: { ...second.manifest, planHash: 'f'.repeat(64) } };
    const problems = mistakesOf(() => mergeRuns([first, first, fast, foreign])).map(({ problem }) => problem);
    assert.deepEqual(problems, [
      `is part 0/3, as ${first.path} is`,
      `ran 4 times as fast as planned, and ${first.path} 1 times`,
      `is a run of plan ${'f'.repeat(16)}, and ${first.path} of ${planHash(plan).slice(0, 16)}`,
    ]);
    assert.deepEqual(
      mistakesOf(() => mergeRuns([])).map(({ problem }) => problem),
      ['there is none'],
    );
  });
});
