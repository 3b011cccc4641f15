import assert from 'node:assert/strict';
import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { DuckDb } from '../../ledger/duckdb';
import { ingestFile } from '../../ledger/follow';
import { MANIFEST, manifestLines } from '../../ledger/manifest';
import { openLedger } from '../../ledger/open';
import { exportSegments } from '../../ledger/segments';
import type { LedgerStore } from '../../ledger/store';
import { verify } from '../../ledger/verify';
import { newFolder } from '../local/scratch';
import { log } from './lines';
import { entriesOf, STORES } from './stores';

const FIRST = Date.UTC(2026, 10, 29, 12);
const HOUR = 3600 * 1000;
const later = (hours: number) => new Date(FIRST + hours * HOUR);

for (const { name, skip, newPlace } of STORES)
  describe(name, { skip }, () => {
    const opened: LedgerStore[] = [];
    after(async () => {
      for (const store of opened) await store.end();
    });

    /** A ledger of so many calls, and a folder for its segments. */
    const ledgerOf = async (calls: number) => {
      const folder = newFolder();
      const file = join(folder, 'access.log');
      writeFileSync(file, log(calls, FIRST));
      const store = await openLedger(await newPlace());
      opened.push(store);
      await ingestFile(store, file);
      return { store, folder: join(folder, 'segments'), file };
    };
    const exported = async (calls: number, records = 10) => {
      const ledger = await ledgerOf(calls);
      await exportSegments(ledger.store, ledger.folder, { now: later(1), records, all: true });
      return ledger;
    };
    const faultsOf = async ({ store, folder }: { store: LedgerStore; folder: string }) =>
      (await verify(store, folder)).faults.map(({ what, problem }) => `${what}: ${problem}`);

    test('a segment is due when it is full, when it is old, or when all are asked for', async () => {
      const { store, folder } = await ledgerOf(25);
      const runs = async (hours: number, all = false) =>
        (await exportSegments(store, folder, { now: later(hours), records: 10, age: 24 * HOUR, all })).map(
          ({ firstSeq, lastSeq }) => [firstSeq, lastSeq],
        );
      assert.deepEqual(await runs(1), [
        [1, 10],
        [11, 20],
      ]);
      assert.deepEqual(await runs(23), []);
      assert.deepEqual(await runs(25), [[21, 25]]);
      assert.deepEqual(await runs(25, true), []);
      assert.deepEqual(await faultsOf({ store, folder }), []);
    });

    test('a segment holds the rows of the ledger', async () => {
      const { store, folder } = await exported(25, 20);
      const reader = await DuckDb.open(':memory:');
      const rows = await reader.rows(
        `SELECT id, period, started_at, output_tokens, workload, reason, trace_id FROM read_parquet('${folder}/*.parquet')`,
      );
      await reader.end();
      const entries = (await entriesOf(store, '2026-11')).sort((a, b) => a.seq - b.seq);
      assert.deepEqual(
        rows.map((row) => [row.id, row.period, row.started_at, row.output_tokens, row.workload, row.reason]),
        entries.map((one) => [
          one.id,
          one.period,
          one.startedAt,
          one.tokens.output,
          one.workload,
          one.reason,
        ]),
      );
      assert.equal(`${rows[0]?.trace_id}`.replaceAll('-', ''), entries[0]?.traceId);
    });

    test('an export that ended before the ledger knew of its segment is taken up', async () => {
      const { store, folder } = await ledgerOf(25);
      const addSegment = store.addSegment.bind(store);
      store.addSegment = async () => {
        throw new Error('killed');
      };
      const options = { now: later(1), records: 10 };
      await assert.rejects(exportSegments(store, folder, options), /killed/);
      store.addSegment = addSegment;
      assert.equal((await exportSegments(store, folder, options)).length, 1);
      assert.deepEqual(
        (await store.segments()).map(({ segment, firstSeq, lastSeq }) => [segment, firstSeq, lastSeq]),
        [
          [1, 1, 10],
          [2, 11, 20],
        ],
      );
      assert.deepEqual(await faultsOf({ store, folder }), []);
    });

    test('refuses to export beside a manifest that is another', async () => {
      const { store, folder } = await exported(25);
      rmSync(join(folder, MANIFEST));
      await assert.rejects(
        exportSegments(store, folder, { now: later(1), all: true }),
        /line 1 of its manifest is another/,
      );
    });

    test('finds the segment that was changed', async () => {
      const ledger = await exported(25);
      const path = join(ledger.folder, 'segment-000002.parquet');
      const bytes = readFileSync(path);
      bytes.writeUInt8(bytes.readUInt8(100) ^ 1, 100);
      writeFileSync(path, bytes);
      assert.deepEqual(await faultsOf(ledger), ['segment 2: segment-000002.parquet was changed']);
    });

    test('finds the segment that is missing', async () => {
      const ledger = await exported(25);
      rmSync(join(ledger.folder, 'segment-000003.parquet'));
      assert.deepEqual(await faultsOf(ledger), ['segment 3: segment-000003.parquet is missing']);
    });

    test('finds segments whose files changed places', async () => {
      const ledger = await exported(25);
      const [first, second, aside] = ['segment-000001.parquet', 'segment-000002.parquet', 'aside'].map(
        (name) => join(ledger.folder, name),
      ) as [string, string, string];
      renameSync(first, aside);
      renameSync(second, first);
      renameSync(aside, second);
      assert.deepEqual(await faultsOf(ledger), [
        'segment 1: segment-000001.parquet holds what segment 2 should',
        'segment 2: segment-000002.parquet holds what segment 1 should',
      ]);
    });

    test('finds lines of the manifest that were changed, reordered or taken out', async () => {
      const ledger = await exported(25);
      const path = join(ledger.folder, MANIFEST);
      const [a = '', b = '', c = ''] = (await manifestLines(ledger.folder)).map(({ text }) => text);
      const faultsWith = async (...lines: string[]) => {
        writeFileSync(path, lines.map((text) => `${text}\n`).join(''));
        return faultsOf(ledger);
      };
      assert.deepEqual(await faultsWith(b, a, c), [
        'segment 1: segment 2 is in its place in the manifest (reordered or missing)',
        'segment 2: segment 1 is in its place in the manifest (reordered or missing)',
        'segment 3: the line before it in the manifest was changed, or its own link was',
      ]);
      assert.deepEqual(await faultsWith(a, b), [
        'segment 3: it is missing from the manifest',
        'segment-000003.parquet: it is in the folder, and not in the manifest',
      ]);
      const changed = await faultsWith(a, b.replace('"records":10', '"records":11'), c);
      assert.deepEqual(changed, [
        'segment 3: the line before it in the manifest was changed, or its own link was',
        'segment 2: its line of the manifest was changed',
      ]);
      assert.deepEqual(await faultsWith(a, b, 'scribble'), [
        'segment 3: line 3 of the manifest cannot be read',
        'segment 3: it is missing from the manifest',
        'segment-000003.parquet: it is in the folder, and not in the manifest',
      ]);
      assert.deepEqual(await faultsWith(a, b, c), []);
    });
  });

test('finds a row of a closed month that was changed, one that is gone, and a month that was sealed anew', async () => {
  const place = join(newFolder(), 'ledger.duckdb');
  const file = join(newFolder(), 'access.log');
  writeFileSync(file, log(12, FIRST));
  const store = await openLedger(place);
  await ingestFile(store, file);
  await store.close('2026-11', new Date('2026-12-01T00:00:00Z'));
  await store.end();
  const tampered = async (sql: string) => {
    const database = await DuckDb.open(place);
    await database.run(sql);
    await database.end();
    const again = await openLedger(place);
    const { faults } = await verify(again, undefined);
    await again.end();
    return faults.map(({ what, problem }) => `${what}: ${problem}`);
  };
  assert.deepEqual(await tampered('UPDATE entries SET output_tokens = 8 WHERE seq = 5'), [
    'period 2026-11: its rows were changed',
  ]);
  assert.deepEqual(await tampered('UPDATE entries SET output_tokens = 9 WHERE seq = 5'), []);
  assert.deepEqual(await tampered("UPDATE periods SET closed_at = '2026-12-02'"), [
    'period 2026-11: its line, or that of the period before, was changed or is missing',
  ]);
  assert.deepEqual(await tampered("UPDATE periods SET closed_at = '2026-12-01T00:00:00.000Z'"), []);
  assert.deepEqual(await tampered('DELETE FROM entries WHERE seq = 7'), [
    'rows: there are 11, and the last one has number 12',
    'period 2026-11: it had 12 records and 0 corrections when it was closed, and has 11 records and 0 corrections',
  ]);
});
