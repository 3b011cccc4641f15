import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { generateSessions } from '../../../scripts/generate-sessions';
import { Random } from '../../../scripts/sessions/random';
import { sweRebenchRow, toolbenchRows } from '../../../scripts/sessions/records';
import { bodyOf, openCorpus, turnsOf, verifyCorpus } from '../../../validation/corpus/reader';
import { build } from '../../../validation/dataset/build';
import type { BuildOptions } from '../../../validation/dataset/build-options';
import { refusalOf } from '../../../validation/dataset/refusals';
import { DEFAULT_APPS } from '../../../validation/dataset/session';
import { all, emptyFolder, put } from './files';

const OPTIONS: Omit<BuildOptions, 'out'> = {
  ...{
    sessions: {},
    scale: 1,
    seed: 1,
    sampling: 'task',
    model: 'any',
    apps: DEFAULT_APPS,
    roleFunction: 'user',
  },
};

async function built(path: string, options: Partial<BuildOptions> = {}) {
  const out = join(emptyFolder(), 'corpus');
  const result = await build([path], { ...OPTIONS, out, ...options });
  const corpus = await openCorpus(out);
  return { ...result, out, corpus, turns: await all(turnsOf(corpus)) };
}

const bytes = (folder: string) =>
  Object.fromEntries(readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), 'latin1')]));

/** All five profiles, 208 sessions. */
async function dataSets(): Promise<string> {
  const folder = emptyFolder();
  await generateSessions(folder, 0.01, { turns: 3, characters: 80 }, 5);
  return folder;
}

function runs(tasks: number, each: number): string {
  const random = new Random(1);
  const rows = Array.from({ length: tasks * each }, (_, run) =>
    sweRebenchRow(random, `o__r-${Math.floor(run / each)}`, run, { turns: 2, characters: 50 }),
  );
  return put(emptyFolder(), 'a.jsonl', rows.map((row) => JSON.stringify(row)).join('\n'));
}

describe('a build', () => {
  test('of all five profiles: every body would be answered [dataset-bodies-answered]', async () => {
    const { corpus, turns, manifest } = await built(await dataSets());
    await verifyCorpus(corpus);
    assert.deepEqual(
      manifest.profiles.map(({ profile, app, sessions, turns: count }) => [profile, app, sessions, count]),
      [
        ['A', 'toolbench-agent', 50, 150],
        ['B', 'terminal-bench-ci', 9, 27],
        ['C', 'omniact-ui', 50, 150],
        ['D', 'swe-rebench-ide', 50, 150],
        ['E', 'coderforge-ide', 50, 150],
      ],
    );
    assert.equal(new Set(turns.map(({ session, turn }) => `${session} ${turn}`)).size, manifest.turns);
    assert.equal(
      manifest.profiles.reduce((sum, profile) => sum + profile.bytes, 0),
      manifest.bytes,
    );
    for (const turn of turns) {
      const body = (await bodyOf(corpus, turn)).toString();
      assert.equal(refusalOf(body, 'any'), undefined, turn.session);
      const { messages, max_tokens: most, stream, stream_options: options } = JSON.parse(body);
      assert.notEqual(messages.at(-1).role, 'assistant');
      assert.deepEqual([most, stream, options], [turn.maxTokens, true, { include_usage: true }]);
      assert.ok(most >= 1);
    }
  });

  test('role function as it was recorded would be refused by the gateway', async () => {
    const rows = toolbenchRows(new Random(1), 'q', { turns: 2, characters: 20 });
    const path = put(emptyFolder(), 'rows.json', JSON.stringify(rows));
    const refusals = async (roleFunction: BuildOptions['roleFunction']) => {
      const { corpus, turns } = await built(path, { roleFunction });
      return Promise.all(turns.map(async (turn) => refusalOf(`${await bodyOf(corpus, turn)}`)?.layer));
    };
    assert.deepEqual(await refusals('keep'), [undefined, 'gateway']);
    assert.deepEqual(await refusals('user'), [undefined, undefined]);
    assert.deepEqual(await refusals('tool'), [undefined, undefined]);
  });

  test('gives the same bytes for the same seed, and other ones for another [dataset-same-bytes]', async () => {
    const path = runs(12, 3);
    const some = { sessions: { D: 6 } };
    const [first, second, third] = [
      await built(path, some),
      await built(path, some),
      await built(path, { ...some, seed: 2 }),
    ];
    assert.deepEqual(bytes(second.out), bytes(first.out));
    assert.notEqual(third.manifest.sha256.bodies, first.manifest.sha256.bodies);
  });

  test('samples over tasks, scales, and says where there are too few', async () => {
    const path = runs(6, 4);
    const over = async (options: Partial<BuildOptions>) => (await built(path, options)).manifest.tasks;
    assert.equal(await over({ sessions: { D: 6 } }), 6);
    assert.ok((await over({ sessions: { D: 6 }, sampling: 'row' })) < 6);
    const { manifest } = await built(path, { sessions: { D: 60 }, scale: 0.1 });
    assert.equal(manifest.sessions, 6);
    const { wishes } = await built(path, { sessions: { D: 60, E: 2 } });
    assert.deepEqual(wishes, [
      { profile: 'D', asked: 60, available: 24, chosen: 24 },
      { profile: 'E', asked: 2, available: 0, chosen: 0 },
    ]);
  });

  test('max_tokens is what the recorded answer took, and at most what is asked for', async () => {
    const row = { role: 'user', content: 'q' };
    const trajectory = [
      row,
      { role: 'assistant', content: 'one two three four' },
      row,
      { role: 'assistant', content: '' },
    ];
    const path = put(emptyFolder(), 'a.json', JSON.stringify([{ instance_id: 't', trajectory, tools: [] }]));
    assert.deepEqual(
      (await built(path)).turns.map(({ maxTokens }) => maxTokens),
      [4, 1],
    );
    assert.deepEqual(
      (await built(path, { maxTokens: 2 })).turns.map(({ maxTokens }) => maxTokens),
      [2, 1],
    );
  });

  test('goes on where it was interrupted, to the same bytes [dataset-resumes]', async () => {
    const path = await dataSets();
    const whole = await built(path);
    const out = join(emptyFolder(), 'corpus');
    const ending = new AbortController();
    const progress: BuildOptions['progress'] = (told) => {
      if (told.step === 'write' && told.sessions === 120) ending.abort();
    };
    await assert.rejects(
      build([path], { ...OPTIONS, out, progress, signal: ending.signal }),
      /interrupted after 120 sessions/,
    );
    assert.equal(existsSync(join(out, 'manifest.json')), false);
    const notes: string[] = [];
    const { resumedAt } = await build([path], { ...OPTIONS, out, note: (text) => notes.push(text) });
    assert.equal(resumedAt, 120);
    assert.match(notes.join(), /goes on after 120 of 209 sessions/);
    assert.deepEqual(bytes(out), bytes(whole.out));
  });

  test('begins anew where something is other than it was, and says what', async () => {
    const path = await dataSets();
    const out = join(emptyFolder(), 'corpus');
    const interrupted = async () => {
      const ending = new AbortController();
      const progress = () => ending.abort();
      await assert.rejects(
        build([path], {
          ...OPTIONS,
          out,
          progress: (told) => told.step === 'write' && progress(),
          signal: ending.signal,
        }),
      );
    };
    await interrupted();
    const notes: string[] = [];
    const note = (text: string) => notes.push(text);
    await build([path], { ...OPTIONS, out, seed: 2, sessions: { A: 1, B: 1, C: 1, D: 1, E: 1 }, note });
    assert.match(notes.join(), /begun anew: --sessions was \{\} and is \{"A":1/);
    assert.equal((await openCorpus(out)).manifest.sessions, 5);
  });

  test('refuses a folder with a corpus, and sources without a session', async () => {
    const { out } = await built(runs(1, 1));
    await assert.rejects(build([runs(1, 1)], { ...OPTIONS, out }), /there is a corpus already/);
    await assert.rejects(built(put(emptyFolder(), 'x.json', '{}')), /no session can be read/);
    await assert.rejects(built(runs(1, 1), { sessions: { D: 0 } }), /of 1 sessions none is left/);
  });

  test('the attribution of the records is in the corpus', async () => {
    const { out, manifest } = await built(runs(1, 1));
    assert.deepEqual(manifest.profiles[0]?.attributions, [
      'SWE-rebench OpenHands trajectories, Nebius, CC-BY-4.0',
    ]);
    assert.match(readFileSync(join(out, 'ATTRIBUTION.md'), 'utf8'), /Nebius, CC-BY-4\.0/);
  });
});
