import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { generateSessions } from '../../scripts/generate-sessions';
import { Random } from '../../scripts/sessions/random';
import { atifTrajectory } from '../../scripts/sessions/records';
import { put } from '../validation/dataset/files';
import { project } from './project';

describe('vcf-ai dataset', () => {
  const { folder, run } = project();
  const data = join(folder, 'data');

  test('check says of everything in a folder what it is [dataset-check-all]', async () => {
    await generateSessions(data, 0.002, { turns: 2, characters: 40 }, 3);
    const trajectory = atifTrajectory(new Random(1), 's', { turns: 2, characters: 20 });
    put(data, 'tb/regex-log.trajectory.json', JSON.stringify(trajectory));
    put(data, 'tb/cut.jsonl', `${JSON.stringify({ ...trajectory, session_id: 't' })}\n{"steps": [`);
    put(data, 'code.csv', 'TIMESTAMP,ContextTokens,GeneratedTokens\n');
    put(data, 'package.json', '{"name": "x"}');
    const { code, text } = await run('dataset', 'check', 'data');
    assert.equal(code, 0, text);
    for (const said of [
      /^data\/trajectories\.jsonl: SWE-rebench OpenHands trajectories \(JSON lines; .*\), profile D\n {2}10 sessions of 2 tasks, 20 turns, /m,
      /^data\/coderforge-000\.parquet: CoderForge trajectories \(Parquet; .*\), profile E$/m,
      /^data\/toolllama_G123_dfs_train\.json: ToolBench rows \(JSON array; /m,
      /^data\/terminal-bench\.parquet: Terminal-Bench table of trajectories \(Parquet; /m,
      /^data\/omniact\/train\.json: OmniACT \(JSON object; /m,
      /^ {2}the first 10 sessions are runs of 2 tasks, at most 8 of one: build samples over tasks$/m,
      /^ {2}dropped 10 × the beginning of a longer session$/m,
      /^ {2}rewritten 10 × role function → role user, .*the gateway .*gpt-oss/m,
      /^ {2}pauses before turns: 0 recorded, 1 upper bounds .*, 1 for a law to model$/m,
      /^ {2}broken: data\/tb\/cut\.jsonl, line 2: /m,
      /^ {2}licence: SWE-rebench OpenHands trajectories, Nebius, CC-BY-4\.0$/m,
      /^data\/code\.csv: Azure LLM inference trace, arrival trace: see vcf-ai arrivals describe$/m,
      /^\? data\/package\.json: a JSON object with the keys name$/m,
    ]) {
      assert.match(text, said);
    }
    const { dataSets, traces, unknown } = JSON.parse(
      (await run('dataset', 'check', 'data', '--json')).stdout,
    );
    assert.deepEqual([dataSets.length, traces.length, unknown.length], [7, 1, 1]);
  });

  test('check of what holds no conversation says what can be read, with 1', async () => {
    put(folder, 'else/notes.txt', 'x');
    const { code, text } = await run('dataset', 'check', 'else');
    assert.equal(code, 1);
    assert.match(text, /^No conversations are here\. What can be read: ToolBench, /);
    assert.match(text, /1 other file, neither JSON, JSON lines, Parquet nor CSV/);
  });

  test('build writes the mix that is asked for, and says what is short', async () => {
    const { code, text } = await run(
      ...[
        'dataset',
        'build',
        'data',
        '--out',
        'corpus',
        '--sessions',
        'A=4,B=1,C=2,D=2,E=50',
        '--app',
        'A=my-agent',
      ],
      ...['--model', 'gpt-oss-120b'],
    );
    assert.equal(code, 0, text);
    assert.match(text, /^corpus: 19 sessions of \d+ tasks, 38 turns, /);
    assert.match(text, /^ {2}A my-agent: 4 sessions of 4 tasks, 8 turns, /m);
    assert.match(text, /^! profile E: 50 sessions were asked for, and there are 10$/m);
    const manifest = JSON.parse(readFileSync(join(folder, 'corpus/manifest.json'), 'utf8'));
    assert.deepEqual([manifest.format, manifest.sessions, manifest.model], [1, 19, 'gpt-oss-120b']);
    const again = await run('dataset', 'build', 'data', '--out', 'corpus');
    assert.deepEqual([again.code, /there is a corpus already/.test(again.text)], [2, true]);
  });

  test('refuses wrong options, all at once', async () => {
    const { code, text } = await run(
      ...[
        'dataset',
        'build',
        'data',
        '--out',
        'other',
        '--sessions',
        'A=x,Z=3',
        '--scale',
        '2',
        '--seed',
        '-1',
      ],
      ...[
        '--sample',
        'tasks',
        '--role-function',
        'system',
        '--max-tokens',
        '0',
        '--app',
        'toolbench',
        '--screen-tasks',
        '0',
      ],
    );
    assert.equal(code, 1);
    assert.match(text, /^9 mistakes$/m);
    assert.match(text, /✗ --sessions A: "x" is no whole number from 0/);
    assert.match(text, /✗ --sessions: "Z=3" names no profile \(write it as A=\.\.\., with A, B, C, D or E\)/);
    assert.match(text, /✗ --sample: "tasks" is not known \(use task or row\)/);
    assert.equal(existsSync(join(folder, 'other')), false);
  });

  test('refuses paths that are not there', async () => {
    const { code, text } = await run('dataset', 'check', 'nowhere');
    assert.deepEqual([code, text], [2, '✗ nowhere: there is no such file or folder']);
  });
});
