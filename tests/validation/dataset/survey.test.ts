import assert from 'node:assert/strict';
import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { Random } from '../../../scripts/sessions/random';
import {
  atifTrajectory,
  coderForgeRow,
  sweRebenchRow,
  toolbenchAnswer,
  toolbenchRows,
} from '../../../scripts/sessions/records';
import { summaryOf } from '../../../validation/dataset/summary';
import { survey } from '../../../validation/dataset/survey';
import { walk } from '../../../validation/dataset/walk';
import { emptyFolder, put } from './files';

const SIZE = { turns: 3, characters: 60 };

async function summaries(...paths: string[]) {
  const { sources, ignored } = await walk(paths);
  const sets = await survey(sources, { model: 'any', roleFunction: 'user' });
  return { sources, ignored, sets: sets.map((set) => summaryOf(set, sources)) };
}

const lines = (rows: readonly object[]) => rows.map((row) => `${JSON.stringify(row)}\n`).join('');

describe('a survey', () => {
  test('rows of ToolBench count once: what begins a longer one is dropped, wherever it stands', async () => {
    const random = new Random(1);
    const [one, two] = ['first', 'second'].map((query) => toolbenchRows(random, query, SIZE));
    const rows = [...(one ?? []), ...(two ?? [])];
    for (const order of [
      rows,
      [...rows].reverse(),
      rows.filter((_, index) => index % 2 === 0).concat(rows.filter((_, index) => index % 2)),
    ]) {
      const { sets } = await summaries(put(emptyFolder(), 'rows.json', JSON.stringify(order)));
      assert.deepEqual([sets[0]?.sessions, sets[0]?.tasks, sets[0]?.turns], [2, 2, 6]);
      assert.deepEqual(sets[0]?.dropped, { 'the beginning of a longer session': 4 });
    }
  });

  test('branches of an answer tree: the longest, and a sibling that goes another way', async () => {
    const { sets } = await summaries(
      put(emptyFolder(), 'G1-1.json', JSON.stringify(toolbenchAnswer(new Random(1), 'q', SIZE))),
    );
    assert.deepEqual([sets[0]?.sessions, sets[0]?.tasks], [2, 1]);
    assert.equal(sets[0]?.rewrites.functionCall, 3 + 2);
  });

  test('a session that is in two files is there once', async () => {
    const folder = emptyFolder();
    const row = coderForgeRow(new Random(1), 'o__r-1', 1, SIZE);
    put(folder, 'a.jsonl', lines([row]));
    put(folder, 'filtered.jsonl', lines([{ ...row, reward: 1 }]));
    const { sets } = await summaries(folder);
    assert.deepEqual([sets[0]?.sessions, sets[0]?.dropped], [1, { 'a session that is there twice': 1 }]);
  });

  test('the trap of the published order: many runs of few tasks, which begin alike', async () => {
    const random = new Random(1);
    const rows = Array.from({ length: 24 }, (_, run) =>
      sweRebenchRow(random, `o__r-${Math.floor(run / 8)}`, run, SIZE),
    );
    const { sets } = await summaries(put(emptyFolder(), 'a.jsonl', lines(rows)));
    const { clustering } = sets[0] ?? {};
    assert.deepEqual(clustering?.first, { sessions: 24, tasks: 3 });
    assert.equal(clustering?.mostSessionsOfTask, 8);
    // Every first prompt but the first one begins with tools and instructions that were there before.
    assert.ok((clustering?.shared.otherSessions ?? 0) > 0.2, `only ${clustering?.shared.otherSessions}`);
    assert.ok((clustering?.hits ?? 2) < 1);
  });

  test('a broken record is one entry with its place, and the rest is read', async () => {
    const random = new Random(1);
    const rows = [0, 1, 2].map((run) => JSON.stringify(sweRebenchRow(random, 'o__r-1', run, SIZE)));
    const path = put(emptyFolder(), 'a.jsonl', `${rows[0]}\n${rows[1]?.slice(0, 500)}\n${rows[2]}\n`);
    const { sets } = await summaries(path);
    assert.equal(sets[0]?.sessions, 2);
    assert.deepEqual(
      sets[0]?.corrupt.map((each) => [each.path, each.where]),
      [[path, 'line 2']],
    );
  });

  test('a folder with several data sets, traces and other files', async () => {
    const folder = emptyFolder();
    put(
      folder,
      'b/regex-log.trajectory.json',
      JSON.stringify(atifTrajectory(new Random(1), 's', SIZE), null, 2),
    );
    put(folder, 'a/rows.jsonl', lines([sweRebenchRow(new Random(1), 'o__r-1', 1, SIZE)]));
    put(
      folder,
      'c/code.csv',
      'TIMESTAMP,ContextTokens,GeneratedTokens\n2023-11-16 18:17:03.9799600,4808,10\n',
    );
    put(
      folder,
      'c/conversation.jsonl',
      lines([{ timestamp: 0, input_length: 1, output_length: 1, hash_ids: [0] }]),
    );
    put(folder, 'c/trace.csv', '0,0,0,,0,0\n600,1.5,1.2,Gamma,0.7,0.9\n');
    put(
      folder,
      'c/BurstGPT_3.csv',
      'Timestamp,Session ID,Elapsed time,Model,Request tokens,Response tokens,Total tokens,Log Type\n',
    );
    put(folder, 'd/other.json', '{"name": "x", "version": 1}');
    put(folder, 'd/empty.json', '');
    put(folder, 'd/table.csv', 'a,b\n1,2\n');
    put(folder, 'd/broken.parquet', 'PAR1 and no more');
    put(folder, 'README.md', '# x');
    const { sources, sets, ignored } = await summaries(folder);
    assert.deepEqual(
      sets.map(({ title, sessions }) => [title, sessions]),
      [
        ['SWE-rebench OpenHands trajectories', 1],
        ['ATIF trajectory', 1],
      ],
    );
    assert.deepEqual(
      sources.flatMap(({ origin, opened }) => (opened.kind === 'trace' ? [[origin.name, opened.name]] : [])),
      [
        ['BurstGPT_3', 'BurstGPT'],
        ['code', 'Azure LLM inference trace'],
        ['conversation', 'Mooncake'],
        ['trace', 'ServeGen'],
      ],
    );
    assert.deepEqual(
      sources.flatMap(({ opened }) => (opened.kind === 'unknown' ? [opened.why.slice(0, 12)] : [])),
      ['Parquet that', 'it is empty', 'a JSON objec', 'a table of a'],
    );
    assert.equal(ignored, 1);
  });

  test('one format in each container, and in the wrappers of viewers', async () => {
    const rows = [1, 2].map((run) => sweRebenchRow(new Random(run), 'o__r-1', run, SIZE));
    const containers: Record<string, string> = {
      'array.json': JSON.stringify(rows),
      'pretty.json': JSON.stringify(rows, null, 2),
      'lines.json': lines(rows),
      'byId.json': JSON.stringify({ one: rows[0], two: rows[1] }),
      'rows.json': JSON.stringify({
        features: [],
        rows: rows.map((row, index) => ({ row_idx: index, row })),
      }),
    };
    for (const [name, text] of Object.entries(containers)) {
      const { sets } = await summaries(put(emptyFolder(), name, text));
      assert.deepEqual([name, sets[0]?.sessions, sets[0]?.turns], [name, 2, 6]);
    }
  });

  test('links to files are followed, as the cache of a hub has them', async () => {
    const folder = emptyFolder();
    const path = put(folder, 'blobs/abc', lines([sweRebenchRow(new Random(1), 'o__r-1', 1, SIZE)]));
    mkdirSync(join(folder, 'snapshots'));
    symlinkSync(path, join(folder, 'snapshots/train.jsonl'));
    assert.equal((await summaries(folder)).sets[0]?.sessions, 1);
  });

  test('refuses a path that is not there', async () => {
    await assert.rejects(walk(['/nowhere/at/all']), /\/nowhere\/at\/all: there is no such file or folder/);
  });
});
