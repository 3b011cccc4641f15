import assert from 'node:assert/strict';
import { appendFileSync, copyFileSync, renameSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { followFile, ingestFile } from '../../ledger/follow';
import type { Ingested } from '../../ledger/ingest';
import { openLedger } from '../../ledger/open';
import type { LedgerStore } from '../../ledger/store';
import { newFolder } from '../local/scratch';
import { line, log } from './lines';
import { entriesOf } from './stores';

const stores: LedgerStore[] = [];
after(async () => {
  for (const store of stores) await store.end();
});

async function newLedger(): Promise<{ store: LedgerStore; file: string }> {
  const folder = newFolder();
  const store = await openLedger(join(folder, 'ledger.duckdb'));
  stores.push(store);
  return { store, file: join(folder, 'access.log') };
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  const end = Date.now() + 60_000;
  while (!(await holds())) {
    if (Date.now() > end) throw new Error('it did not happen within a minute');
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/** Follows a file while the work runs, and ends it then. */
async function following(
  store: LedgerStore,
  file: string,
  work: (has: (records: number) => Promise<void>) => Promise<void>,
): Promise<{ ingested: Ingested; warnings: string[] }> {
  const ending = new AbortController();
  const warnings: string[] = [];
  const options = { pollMs: 5, pieceBytes: 32 * 1024, warn: (message: string) => warnings.push(message) };
  const followed = followFile(store, file, ending.signal, options);
  try {
    await work((records) => until(async () => (await store.size()) >= records));
  } finally {
    ending.abort();
  }
  return { ingested: await followed, warnings };
}

const idsOf = async (store: LedgerStore) => (await entriesOf(store, '2026-11')).map(({ id }) => id).sort();
const idsIn = (...texts: string[]) => (texts.join('').match(/(?<="unique_id":")[^"]+/g) ?? []).sort();

describe('a log that grows', () => {
  test('the beginning of a line waits for its end', async () => {
    const { store, file } = await newLedger();
    const [first, second] = [`${line()}\n`, `${line({ workload: 'größer' })}\n`];
    // The cut is within the two bytes of a letter.
    const cut = Buffer.from(second).indexOf(0xc3) + 1;
    writeFileSync(file, Buffer.concat([Buffer.from(first), Buffer.from(second).subarray(0, cut)]));
    assert.equal((await ingestFile(store, file)).added, 1);
    appendFileSync(file, Buffer.from(second).subarray(cut));
    assert.equal((await ingestFile(store, file)).added, 1);
    const entries = await entriesOf(store, '2026-11');
    assert.deepEqual(entries.map(({ workload }) => workload).sort(), ['chat', 'größer']);
    assert.deepEqual((await store.status()).skipped, {});
  });

  test('it is waited for when it is not there yet, and read as it grows', async () => {
    const { store, file } = await newLedger();
    const texts = [log(3), log(200), log(2)];
    const { ingested, warnings } = await following(store, file, async (has) => {
      let written = 0;
      for (const text of texts) {
        appendFileSync(file, text);
        written += text.split('\n').length - 1;
        await has(written);
      }
    });
    assert.equal(ingested.added, 205);
    assert.deepEqual(await idsOf(store), idsIn(...texts));
    assert.ok(warnings.length <= 1 && warnings.every((text) => text.includes('is not there yet')));
  });

  test('a line that is longer than a record can be is counted, and the next one is read', async () => {
    const { store, file } = await newLedger();
    writeFileSync(file, `${line({ path: 'x'.repeat(5000) })}\n${line()}\n`);
    const { added, skipped } = await ingestFile(store, file, { pieceBytes: 2048 });
    assert.equal(added, 1);
    assert.ok((skipped['too-long'] ?? 0) >= 1);
  });
});

describe('a rotation', () => {
  test('lines that come to the old file after it was renamed are read, then those of the new one', async () => {
    const { store, file } = await newLedger();
    const texts = [log(10), log(5), log(7)] as const;
    writeFileSync(file, texts[0]);
    const { ingested } = await following(store, file, async (has) => {
      await has(10);
      renameSync(file, `${file}.1`);
      // The writer has the old file open, and goes on in it until it opens the new one.
      writeFileSync(file, '');
      appendFileSync(`${file}.1`, texts[1]);
      await has(15);
      appendFileSync(file, texts[2]);
      await has(22);
    });
    assert.deepEqual([ingested.added, ingested.duplicate], [22, 0]);
    assert.deepEqual(await idsOf(store), idsIn(...texts));
  });

  test('what a crash cut at the end of the old file is counted', async () => {
    const { store, file } = await newLedger();
    writeFileSync(file, `${log(2)}${line().slice(0, 100)}`);
    const { ingested } = await following(store, file, async (has) => {
      await has(2);
      renameSync(file, `${file}.1`);
      writeFileSync(file, log(1));
      await has(3);
    });
    assert.deepEqual([ingested.added, ingested.skipped], [3, { cut: 1 }]);
  });

  test('while nothing reads: the rest of the old file is found beside the new one', async () => {
    const { store, file } = await newLedger();
    const texts = [log(4), log(6), log(8)] as const;
    writeFileSync(file, texts[0]);
    await ingestFile(store, file);
    appendFileSync(file, texts[1]);
    renameSync(file, `${file}-20261129`);
    writeFileSync(file, texts[2]);
    const { added, duplicate } = await ingestFile(store, file);
    assert.deepEqual([added, duplicate], [14, 0]);
    assert.deepEqual(await idsOf(store), idsIn(...texts));
    assert.equal((await ingestFile(store, file)).lines, 0);
  });

  test('a file that has the inode of one that is gone is another file', async () => {
    const { store, file } = await newLedger();
    writeFileSync(file, log(9));
    await ingestFile(store, file);
    const before = statSync(file).ino;
    // What a new file on the inode of a removed one looks like to who had not opened it.
    const next = log(12);
    writeFileSync(file, next);
    assert.equal(statSync(file).ino, before);
    assert.equal((await ingestFile(store, file)).added, 12);
  });

  test('refuses copytruncate: it is told and counted, and the file is read from its beginning', async () => {
    const { store, file } = await newLedger();
    writeFileSync(file, log(30));
    const { ingested, warnings } = await following(store, file, async (has) => {
      await has(30);
      copyFileSync(file, `${file}.1`);
      truncateSync(file);
      appendFileSync(file, log(2));
      await has(32);
    });
    assert.deepEqual([ingested.added, (await store.status()).skipped], [32, { truncated: 1 }]);
    assert.match(warnings.join('\n'), /emptied in its place.*`create` instead of `copytruncate`/);
  });

  test('refuses copytruncate also when the file is as long as before by then', async () => {
    const { store, file } = await newLedger();
    writeFileSync(file, log(5));
    const { warnings } = await following(store, file, async (has) => {
      await has(5);
      writeFileSync(file, log(50));
      await has(55);
    });
    assert.match(warnings.join('\n'), /emptied in its place/);
  });
});

test('refuses a file that is not there, and one that is compressed', async () => {
  const { store, file } = await newLedger();
  await assert.rejects(ingestFile(store, file), /there is no such file/);
  writeFileSync(`${file}.gz`, gzipSync(log(2)));
  await assert.rejects(ingestFile(store, `${file}.gz`), /is compressed: unpack it/);
});
