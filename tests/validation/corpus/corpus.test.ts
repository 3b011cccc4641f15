import assert from 'node:assert/strict';
import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { HashSet } from '../../../validation/corpus/hash-set';
import { bodyOf, openCorpus, turnsOf, verifyCorpus } from '../../../validation/corpus/reader';
import { sample } from '../../../validation/corpus/sample';
import { bodyBytes, type CorpusSession } from '../../../validation/corpus/session';
import { Sharing } from '../../../validation/corpus/sharing';
import { type Checkpoint, CorpusWriter } from '../../../validation/corpus/writer';
import { all, emptyFolder } from '../dataset/files';

const turn = (before: number) => ({
  before,
  pause: null,
  pauseSource: 'modelled' as const,
  maxTokens: before,
});

function session(
  name: string,
  texts: readonly string[],
  turns: readonly number[],
  tools?: string,
): CorpusSession {
  return {
    session: name,
    task: name.replace(/\d+$/, ''),
    ...{ profile: 'D', app: 'ide', turns: turns.map(turn) },
    tools: tools === undefined ? undefined : Buffer.from(tools),
    messages: texts.map((text) => Buffer.from(JSON.stringify({ role: 'user', content: text }))),
  };
}

const TOLD = { seed: 1, model: 'any', sessions: 2, turns: 3, tasks: 2, profiles: [] };

async function written(sessions: readonly CorpusSession[]): Promise<string> {
  const folder = emptyFolder();
  const writer = await CorpusWriter.open(folder, 'any', async () => {});
  for (const each of sessions) await writer.add(each);
  await writer.finish(TOLD, 'whose');
  return folder;
}

const SESSIONS = [
  session('a1', ['q', 'größe', 'r'], [1, 3], '[{"type":"function"}]'),
  session('b1', ['x'], [1]),
];

describe('a corpus', () => {
  test('gives each body back by offset and length, with all that was said before', async () => {
    const corpus = await openCorpus(await written(SESSIONS));
    await verifyCorpus(corpus);
    const turns = await all(turnsOf(corpus));
    const bodies = await Promise.all(turns.map(async (each) => JSON.parse(`${await bodyOf(corpus, each)}`)));
    assert.deepEqual(bodies[1], {
      model: 'any',
      messages: ['q', 'größe', 'r'].map((content) => ({ role: 'user', content })),
      tools: [{ type: 'function' }],
      max_tokens: 3,
      stream: true,
      stream_options: { include_usage: true },
    });
    assert.deepEqual(
      bodies.map(({ messages, tools }) => [messages.length, tools?.length]),
      [
        [1, 1],
        [3, 1],
        [1, undefined],
      ],
    );
    assert.deepEqual(
      turns.map(({ session: name, turn: number }) => `${name}/${number}`),
      ['a1/0', 'a1/1', 'b1/0'],
    );
    const lines = SESSIONS.reduce((sum, each) => sum + bodyBytes(each, 'any') + each.turns.length, 0);
    assert.equal(corpus.manifest.bytes, lines);
  });

  test('every line of the bodies is one body', async () => {
    const text = readFileSync(join(await written(SESSIONS), 'bodies.jsonl'), 'utf8');
    assert.equal(
      text
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line).max_tokens)
        .join(),
      '1,3,1',
    );
  });

  test('an interrupted one goes on at its checkpoint, and what was written after it is gone', async () => {
    const whole = await written(SESSIONS);
    const folder = emptyFolder();
    let reached: Checkpoint | undefined;
    const save = async (now: Checkpoint) => {
      reached = now;
    };
    const first = await CorpusWriter.open(folder, 'any', save);
    await first.add(SESSIONS[0] as CorpusSession);
    await first.abandon();
    appendFileSync(join(folder, 'bodies.jsonl'), '{"half of a bo');
    const second = await CorpusWriter.open(folder, 'any', save, reached);
    await second.add(SESSIONS[1] as CorpusSession);
    await second.finish(TOLD, 'whose');
    for (const name of ['bodies.jsonl', 'turns.jsonl', 'manifest.json']) {
      assert.equal(readFileSync(join(folder, name), 'utf8'), readFileSync(join(whole, name), 'utf8'), name);
    }
    assert.equal(second.bytesOf('D'), readFileSync(join(folder, 'bodies.jsonl')).length);
  });

  test('refuses one that was changed, is not finished, is of another format or is not there', async () => {
    const folder = await written(SESSIONS);
    const corpus = await openCorpus(folder);
    const bodies = readFileSync(join(folder, 'bodies.jsonl'), 'utf8');
    writeFileSync(join(folder, 'bodies.jsonl'), bodies.replace('"x"', '"y"'));
    await assert.rejects(verifyCorpus(corpus), /bodies\.jsonl: it was changed since it was built/);
    appendFileSync(join(folder, 'bodies.jsonl'), 'x');
    await assert.rejects(verifyCorpus(corpus), /does not have the \d+ bytes/);
    const unfinished = emptyFolder();
    const writer = await CorpusWriter.open(unfinished, 'any', async () => {});
    await writer.abandon();
    await assert.rejects(openCorpus(unfinished), /is not finished/);
    await assert.rejects(openCorpus(emptyFolder()), /there is no corpus/);
    writeFileSync(join(folder, 'manifest.json'), '{"format": 2}');
    await assert.rejects(openCorpus(folder), /of format 2; this version reads format 1/);
  });
});

describe('a sample', () => {
  const runs = Array.from({ length: 40 }, (_, index) => ({
    session: `s${index}`,
    task: `t${Math.floor(index / 8)}`,
  }));

  test('takes a session of every task before a second one of any [dataset-sample-tasks]', () => {
    for (const most of [1, 5, 6, 13, 40, 99]) {
      const taken = [...sample(runs, most, 1, 'task')];
      assert.equal(taken.length, Math.min(most, 40));
      const counts = ['t0', 't1', 't2', 't3', 't4'].map(
        (name) => taken.filter(({ task }) => task === name).length,
      );
      assert.ok(Math.max(...counts) - Math.min(...counts) <= 1, `${most}: ${counts}`);
    }
  });

  test('is another one for another seed, and the same in any order of the records', () => {
    const names = (list: typeof runs, seed: number) =>
      [...sample(list, 10, seed, 'task')].map((each) => each.session).sort();
    assert.deepEqual(names([...runs].reverse(), 1), names(runs, 1));
    assert.notDeepEqual(names(runs, 2), names(runs, 1));
  });

  test('over rows takes tasks as often as they occur', () => {
    const uneven = [
      ...runs,
      ...Array.from({ length: 360 }, (_, index) => ({ session: `x${index}`, task: 'large' })),
    ];
    const taken = [...sample(uneven, 200, 1, 'row')].filter(({ task }) => task === 'large');
    // 180 are expected; the standard deviation is 3.
    assert.ok(Math.abs(taken.length - 180) < 15, `${taken.length}`);
  });
});

describe('what sessions have in common', () => {
  const head = 'h'.repeat(1000);

  test('a turn has all of the turn before it; another session has the beginning', () => {
    const sharing = new Sharing();
    const one = sharing.add(session('a1', [head, 'answer', 'more'], [1, 3]));
    const first = JSON.stringify({ role: 'user', content: head }).length;
    assert.equal(one.ownTurns, first);
    assert.equal(one.otherSessions, 0);
    const two = sharing.add(session('a2', [head, 'another', 'more'], [1, 3]));
    assert.deepEqual([two.ownTurns, two.otherSessions], [first, first]);
    const other = sharing.add(session('b1', [`x${head}`, 'answer'], [1]));
    assert.equal(other.otherSessions, 0);
  });

  test('other tools are another beginning', () => {
    const sharing = new Sharing();
    sharing.add(session('a1', [head], [1], '[1]'));
    assert.equal(sharing.add(session('a2', [head], [1], '[2]')).otherSessions, 0);
    assert.ok(sharing.add(session('a3', [head], [1], '[1]')).otherSessions > 1000);
  });

  test('never is more than there is', () => {
    const texts = fc.array(fc.constantFrom('a', 'b', head), { minLength: 2, maxLength: 6 });
    fc.assert(
      fc.property(fc.array(texts, { maxLength: 12 }), (lists) => {
        const sharing = new Sharing();
        for (const list of lists) {
          const { total, ownTurns, otherSessions } = sharing.add(
            session('s1', list, [1, list.length - 1].slice(list.length > 2 ? 0 : 1)),
          );
          assert.ok(ownTurns + otherSessions <= total);
        }
      }),
    );
  });
});

test('a set of hashes is a set', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 2 ** 53 - 1 }), { maxLength: 5000 }), (hashes) => {
      const set = new HashSet();
      const known = new Set<number>();
      for (const hash of hashes) {
        assert.equal(set.has(hash), known.has(hash));
        set.add(hash);
        known.add(hash);
      }
      assert.equal(set.size, known.size);
      for (const hash of known) assert.ok(set.has(hash));
    }),
    { numRuns: 30 },
  );
});
