import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { entryLine } from '../../ledger/entry';
import { ingestFile } from '../../ledger/follow';
import { ReaderThread } from '../../ledger/line-reader';
import { readLines } from '../../ledger/lines';
import { openLedger } from '../../ledger/open';
import { newFolder } from '../local/scratch';
import { line, log } from './lines';
import { entriesOf } from './stores';

const ID = '0b5f8c2e-3d50-4c53-9d3b-6f6f0e1f2a11';

/** Lines in memory that a thread can be given. */
const lines = (text: string) => {
  const bytes = Buffer.allocUnsafeSlow(Buffer.byteLength(text));
  bytes.write(text);
  return bytes;
};

/** A log with all that lines can be: names beyond ASCII, a call that is there twice, calls without tokens, no records. */
const mixed = [
  `[2026-11-29 22:19:12.196][5][warning] x\n\n`,
  log(30),
  `${line({ unique_id: ID, workload: 'größer', trace_id: null, cached_input_tokens: null })}\n`,
  `${line({ unique_id: ID })}\n`,
  log(30),
].join('');

describe('a thread of its own', () => {
  test('it reads what the asking thread would, in the order in which it was asked', async () => {
    const reader = new ReaderThread();
    const texts = [mixed, log(3), '', `${line()}\n`];
    const read = await Promise.all(texts.map((text) => reader.read(lines(text))));
    await reader.end();
    assert.deepEqual(
      read,
      texts.map((text) => readLines(lines(text))),
    );
    assert.deepEqual([read[0]?.lines, read[0]?.staged.size, read[0]?.staged.repeated], [64, 61, 1]);
  });

  test('the ledger is the same, whoever read the log', async () => {
    const file = join(newFolder(), 'access.log');
    writeFileSync(file, `${mixed}${line().slice(0, 50)}`);
    const ledgers = [0, Number.POSITIVE_INFINITY].map(async (threadBytes) => {
      const store = await openLedger(join(newFolder(), 'ledger.duckdb'));
      try {
        const ingested = await ingestFile(store, file, { threadBytes, pieceBytes: 8192 });
        const entries = await entriesOf(store, '2026-11');
        return {
          ingested,
          rows: entries.map(({ seq, ...entry }) => `${seq} ${entryLine({ seq, ...entry })}`),
        };
      } finally {
        await store.end();
      }
    });
    const [there, here] = await Promise.all(ledgers);
    assert.deepEqual(there, here);
    assert.deepEqual([there?.rows.length, there?.ingested.duplicate], [61, 1]);
    const [read] = there?.rows.filter((row) => row.includes(ID)) ?? [];
    assert.match(read ?? '', /"workload":"größer".*"tokens":\{"input":48,"cacheWriteInput":0,"output":9,/);
  });

  test('what was asked is refused when it dies, and so is what is asked afterwards', async () => {
    const folder = newFolder();
    const program = join(folder, 'dies.ts');
    writeFileSync(
      program,
      `require('node:worker_threads').parentPort.on('message', () => { throw new Error('out of memory'); });`,
    );
    const reader = new ReaderThread(program);
    const asked = [reader.read(lines(log(1))), reader.read(lines(log(1)))];
    for (const { status, reason } of (await Promise.allSettled(asked)) as PromiseRejectedResult[]) {
      assert.equal(status, 'rejected');
      assert.match(String(reason), /out of memory/);
    }
    await assert.rejects(reader.read(lines(log(1))), /out of memory/);
    await reader.end();
  });

  test('what it has not read when it is ended is refused', async () => {
    const reader = new ReaderThread();
    const asked = assert.rejects(reader.read(lines(log(2000))), /the thread that reads the log ended/);
    await reader.end();
    await asked;
  });
});
