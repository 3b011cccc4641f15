import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import execa from 'execa';
import { version } from '../../package.json';
import { line, log } from '../ledger/lines';
import { startPostgres, withoutPostgres } from '../ledger/postgres-server';
import { vcfAiProcess } from './command';
import { project } from './project';

const OCTOBER = Date.UTC(2025, 9, 7, 12);
const ID = '0b5f8c2e-3d50-4c53-9d3b-6f6f0e1f2a11';
const SECRET = 'hunter2';

describe('vcf-ai ledger', () => {
  const { folder, run, write } = project();
  write('access.log', `[2025-10-07 12:00:00.000][1][warning] x\n${log(30, OCTOBER)}`);
  const ledger = (...args: string[]) => run('ledger', ...args, '--store', 'usage.duckdb');

  test('a log becomes a ledger, which says what it holds', async () => {
    const first = await ledger('ingest', 'access.log');
    assert.deepEqual(
      [first.code, first.text],
      [0, '31 lines: 30 records added, 0 there before\nnot records: 1 envoy'],
    );
    const again = await ledger('ingest', 'access.log', '--json');
    assert.deepEqual([again.code, JSON.parse(again.stdout).lines], [0, 0]);
    const status = await ledger('status');
    assert.equal(status.code, 0);
    assert.match(status.text, /^usage\.duckdb: 30 records, from 2025-10-07T12:00:00\.000Z to /);
    assert.match(status.text, /endings: 30 whole\nnot added: 1 envoy\n/);
    assert.ok(status.text.includes(`${join(folder, 'access.log')}: read to byte `));
    const { records, files } = JSON.parse((await ledger('status', '--json')).stdout);
    assert.deepEqual([records, files.length], [30, 1]);
  });

  test('a month is closed, exported and verified; what comes late is told', async () => {
    assert.match(
      (await ledger('close', '2025-10')).text,
      /^2025-10 is closed: 30 records, 0 corrections, sha256 /,
    );
    const before = (await ledger('export', '--period', '2025-10')).stdout;
    assert.equal(before.split('\n').length, 30);
    write('late.log', `${line({ unique_id: ID, start_time: '2025-10-08T00:00:00Z' })}\n`);
    const late = await ledger('ingest', 'late.log');
    assert.match(
      late.text,
      /1 of them began in a closed month: they are corrections in the month that is open/,
    );
    const corrected = await ledger('correct', ID, '--tokens', 'output=-2', '--reason', 'measured');
    assert.equal(corrected.text, `row 32 corrects ${ID} in 2025-11`);
    assert.equal((await ledger('export', '--period', '2025-10')).stdout, before);
    const exported = await ledger('export', '--all', '--json');
    assert.equal(JSON.parse(exported.stdout).written.length, 1);
    const verified = await ledger('verify');
    assert.deepEqual(
      [verified.code, verified.text],
      [0, '✓ 32 rows, 1 closed months, 1 segments: nothing was changed'],
    );
    write('usage.duckdb.segments/segment-000001.parquet', 'another');
    const changed = await ledger('verify');
    assert.equal(changed.code, 1);
    assert.match(changed.text, /✗ segment 1: segment-000001\.parquet was changed\n/);
  });

  test('refuses what cannot be closed or corrected with 1, what cannot be done with 2', async () => {
    const refusals = [
      [1, /✗ 2025-10 is closed/, ['close', '2025-10']],
      [1, /✗ "October" is no month: write it as 2026-11/, ['close', 'October']],
      [
        1,
        /is no difference: write it as output=-12/,
        ['correct', ID, '--tokens', 'words=1', '--reason', 'x'],
      ],
      [1, /✗ no record/, ['correct', ID.replace('0', '9'), '--tokens', 'output=1', '--reason', 'x']],
      [2, /✗ .*nothing\.log: there is no such file/, ['ingest', 'nothing.log']],
    ] as const;
    for (const [code, message, args] of refusals) {
      const said = await ledger(...args);
      assert.equal(said.code, code, said.text);
      assert.match(said.text, message);
      assert.doesNotMatch(said.text, /\n {4}at /);
    }
  });

  test('refuses to look into a ledger that is not there, and makes none', async () => {
    for (const args of [['status'], ['verify'], ['export'], ['close', '2025-10']]) {
      const { code, text } = await run('ledger', ...args, '--store', 'none.duckdb');
      assert.equal(code, 2);
      assert.match(text, /✗ none\.duckdb: there is no ledger \(vcf-ai ledger ingest FILE makes one\)/);
    }
    assert.ok(!existsSync(join(folder, 'none.duckdb')));
  });

  test('refuses a store that is none, without the credentials of its URL', async () => {
    const places = [
      [
        `postgres://finance:${SECRET}@127.0.0.1:1/usage`,
        /ledger at postgres:\/\/127\.0\.0\.1:1\/usage cannot be opened/,
      ],
      [`postgres://finance:${SECRET}/x@host:port/usage`, /URL of the ledger does not parse/],
      [`mysql://finance:${SECRET}@127.0.0.1/usage`, /not at mysql:\/\//],
      ['access.log', /access\.log cannot be opened as a ledger/],
    ] as const;
    for (const [place, message] of places) {
      const { code, text } = await run('ledger', 'status', '--store', place);
      assert.equal(code, 2, text);
      assert.match(text, message);
      assert.ok(!text.includes(SECRET) && !text.includes('finance'), text);
    }
  });

  test('a file is followed until a signal; a second process is told who has the ledger', async () => {
    write('grows.log', log(3, OCTOBER));
    const args = ['ledger', 'ingest', 'grows.log', '--follow', '--json', '--store', 'follow.duckdb'];
    const following = execa(join(__dirname, '../../bin/vcf-ai.mjs'), args, { cwd: folder });
    // The process has the file from when it makes it.
    while (!existsSync(join(folder, 'follow.duckdb')))
      await new Promise((resolve) => setTimeout(resolve, 20));
    const { code, text } = await run('ledger', 'status', '--store', 'follow.duckdb');
    assert.equal(code, 2);
    assert.match(text, new RegExp(`✗ follow\\.duckdb is open in process ${following.pid} `));
    following.kill('SIGTERM');
    const { stdout, stderr, exitCode } = await following;
    assert.deepEqual([exitCode, stderr], [0, '']);
    assert.ok(JSON.parse(stdout).added <= 3);
  });

  test('a ledger in PostgreSQL: its name has no credentials', { skip: withoutPostgres }, async () => {
    const server = await startPostgres();
    try {
      const store = ['--store', await server.database()];
      assert.equal((await run('ledger', 'ingest', 'access.log', ...store)).code, 0);
      const { stdout } = await run('ledger', 'status', ...store);
      assert.match(stdout, new RegExp(`^postgres://127\\.0\\.0\\.1:${server.port}/ledger_1: 30 records`));
      const verified = await run('ledger', 'verify', ...store);
      assert.match(
        verified.text,
        /^✓ 30 rows, 0 closed months, no segments \(--segments DIR\): nothing was changed$/,
      );
      const nowhere = await run('ledger', 'export', ...store);
      assert.deepEqual([nowhere.code, /--segments DIR/.test(nowhere.text)], [2, true]);
      assert.equal((await run('ledger', 'export', '--all', '--segments', 'out', ...store)).code, 0);
      assert.ok(existsSync(join(folder, 'out/segment-000001.parquet')));
    } finally {
      await server.stop();
    }
  });

  test('the help names every command', async () => {
    const { stdout } = await vcfAiProcess(folder, 'ledger', '--help');
    for (const name of ['ingest', 'status', 'close', 'verify', 'export', 'correct']) {
      assert.match(stdout, new RegExp(`^ {2}${name} `, 'm'));
    }
    assert.equal((await vcfAiProcess(folder, '--version')).stdout, version);
  });
});
