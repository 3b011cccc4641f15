import assert from 'node:assert/strict';
import { appendFileSync, copyFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { entryLine } from '../../ledger/entry';
import { ingestFile } from '../../ledger/follow';
import { openLedger } from '../../ledger/open';
import { TOKEN_KINDS } from '../../ledger/record';
import { Refusal } from '../../ledger/refusal';
import { stage } from '../../ledger/staging';
import type { LedgerStore } from '../../ledger/store';
import { newFolder } from '../local/scratch';
import { line, log } from './lines';
import { entriesOf, STORES } from './stores';

const DECEMBER = new Date('2026-12-03T00:00:00Z');
const ID = '0b5f8c2e-3d50-4c53-9d3b-6f6f0e1f2a11';

/** What a fixed log became in each store, and what its month is sealed with. */
const sealed = new Map<string, { lines: string; sha256: string }>();
const fixedLog = Array.from({ length: 50 }, (_, index) =>
  line({
    unique_id: ID.replace(/11$/, `${10 + index}`),
    start_time: new Date(Date.UTC(2026, 10, 30, 23, 59, 50 - (index % 7))).toISOString(),
    workload: `work "${index % 3}" \\ {é,}, 'NULL'`,
    tenant: index % 2 === 0 ? null : 'NULL',
    trace_id: index % 5 === 0 ? null : `${'ab'.repeat(15)}${10 + index}`,
    cached_input_tokens: index % 4 === 0 ? null : index,
    output_tokens: 2 ** 40 + index,
  }),
).join('\n');

for (const { name, skip, newPlace } of STORES)
  describe(name, { skip }, () => {
    const opened: LedgerStore[] = [];
    after(async () => {
      for (const store of opened) await store.end();
    });
    const empty = async () => {
      const store = await openLedger(await newPlace());
      opened.push(store);
      return store;
    };
    /** A log file and a ledger that has read it. */
    const ledgerOf = async (text: string) => {
      const file = join(newFolder(), 'access.log');
      writeFileSync(file, text);
      const store = await empty();
      return { file, store, ingested: await ingestFile(store, file) };
    };

    test('the same log is read twice: nothing is doubled, nothing is lost', async () => {
      const { file, store, ingested } = await ledgerOf(log(300));
      assert.equal(ingested.added, 300);
      assert.deepEqual(await ingestFile(store, file), {
        bytes: 0,
        lines: 0,
        added: 0,
        duplicate: 0,
        late: 0,
        skipped: {},
      });
      appendFileSync(file, log(5));
      assert.equal((await ingestFile(store, file)).added, 5);
      assert.equal((await store.status()).records, 305);
    });

    test('a copy of a log is another file: its records are known and counted', async () => {
      const { file, store } = await ledgerOf(log(40));
      const copy = join(newFolder(), 'restored.log');
      copyFileSync(file, copy);
      const again = await ingestFile(store, copy);
      assert.deepEqual([again.added, again.duplicate], [0, 40]);
      const { records, skipped } = await store.status();
      assert.deepEqual([records, skipped], [40, { duplicate: 40 }]);
    });

    test('a line that is there twice is one record, a request id that is used twice is two', async () => {
      const same = line();
      const { ingested } = await ledgerOf([same, same, line(), ''].join('\n'));
      assert.deepEqual([ingested.added, ingested.duplicate], [2, 1]);
    });

    test('lines that are no records are counted by reason, and the others are read', async () => {
      const { store } = await ledgerOf(
        `[2026-11-29 22:19:12.196][5][warning] x\n{"a\n${line()}\n\n{"b":1}\n`,
      );
      const { records, skipped } = await store.status();
      assert.deepEqual([records, skipped], [1, { cut: 1, empty: 1, envoy: 1, 'no-id': 1 }]);
    });

    test('rows are numbered without a gap, duplicates or not', async () => {
      const known = [line(), line()];
      const { file, store } = await ledgerOf(`${known.join('\n')}\n`);
      appendFileSync(file, `${[line(), known[0], line(), known[1], line()].join('\n')}\n`);
      await ingestFile(store, file);
      const numbers = (await entriesOf(store, '2026-11')).map(({ seq }) => seq).sort((a, b) => a - b);
      assert.deepEqual(numbers, [1, 2, 3, 4, 5]);
      assert.equal(await store.size(), await store.lastSeq());
    });

    test('refuses a second reader of the same file', async () => {
      const { file, store } = await ledgerOf(log(3));
      const [position] = await store.positionsLike(file);
      assert.ok(position);
      const { source, offset, path, ...identity } = position;
      const batch = { path, identity, source, from: offset - 1, to: offset, staged: stage([]), skipped: {} };
      await assert.rejects(store.commit(batch), /another process reads this file/);
      assert.equal((await store.positionsLike(file))[0]?.offset, offset);
    });

    test('what fails in a commit leaves nothing of it', async () => {
      const { file, store } = await ledgerOf(log(3));
      const [{ source, offset, path, ...identity } = assert.fail()] = await store.positionsLike(file);
      const [entry] = await entriesOf(store, '2026-11');
      const staged = stage([{ ...(entry ?? assert.fail()), id: ID }]);
      // The position is written last: by then the record and the count are there.
      const batch = { path, identity, source, from: offset, to: Number.NaN, staged, skipped: { cut: 1 } };
      await assert.rejects(store.commit(batch), /nan/i);
      const { records: held, skipped, files } = await store.status();
      assert.deepEqual([held, skipped, files[0]?.offset], [3, {}, offset]);
    });

    test('refuses to close a month that is not over, is closed, or has an open one before it', async () => {
      const october = line({ start_time: '2026-10-31T23:59:59.999Z' });
      const { store } = await ledgerOf(`${october}\n${log(2)}`);
      await assert.rejects(store.close('2026-12', DECEMBER), /2026-12 is not over: it ends at 2027-01-01/);
      await assert.rejects(store.close('2026-11', DECEMBER), /2026-10 has records and is open/);
      await assert.rejects(store.close('2026-13', DECEMBER), /no month/);
      assert.equal((await store.close('2026-10', DECEMBER)).records, 1);
      await assert.rejects(store.close('2026-10', DECEMBER), /2026-10 is closed/);
      await assert.rejects(store.close('2026-09', DECEMBER), Refusal);
      assert.equal((await store.close('2026-11', DECEMBER)).records, 2);
    });

    test('a closed month never changes: what comes late is a correction in the open one', async () => {
      const { file, store } = await ledgerOf(log(20));
      const closed = await store.close('2026-11', DECEMBER);
      const before = (await entriesOf(store, '2026-11')).map(entryLine).join('');
      const late = line({ start_time: '2026-11-15T00:00:00Z', output_tokens: 7 });
      appendFileSync(file, `${late}\n${line({ start_time: '2026-12-01T00:00:00.000Z' })}\n`);
      const ingested = await ingestFile(store, file);
      assert.deepEqual([ingested.added, ingested.late], [2, 1]);
      assert.equal((await entriesOf(store, '2026-11')).map(entryLine).join(''), before);
      const december = await entriesOf(store, '2026-12');
      assert.deepEqual(
        december.map(({ reason, period, tokens }) => [reason, period, tokens.output]),
        [
          ['late', '2026-12', 7],
          ['', '2026-12', 9],
        ],
      );
      const { records, corrections } = await store.status();
      assert.deepEqual([records, corrections, closed.records], [21, 1, 20]);
    });

    test('a correction is a row of differences, in the open month when that of its record is closed', async () => {
      const { store } = await ledgerOf(`${line({ unique_id: ID, output_tokens: 100 })}\n`);
      const open = await store.correct({ id: ID, difference: { output: -40 }, reason: 'counted a retry' });
      assert.deepEqual([open.period, open.seq, open.tokens], ['2026-11', 2, { output: -40 }]);
      await store.close('2026-11', DECEMBER);
      const closed = await store.correct({ id: ID, difference: { output: -1, input: 3 }, reason: 'again' });
      assert.deepEqual([closed.period, closed.startedAt], ['2026-12', open.startedAt]);
      // Corrections stand alone: they may have more of a part than of the whole.
      const november = await store.sums({ period: '2026-11' });
      const [december] = await store.sums({ period: '2026-12' });
      const all = (of: (sum: (typeof november)[number]) => number) =>
        november.reduce((sum, one) => sum + of(one), 0);
      assert.deepEqual(
        [
          all(({ calls }) => calls),
          all(({ tokens }) => tokens.output ?? 0),
          all(({ tokens }) => tokens.input ?? 0),
        ],
        [1, 60, 48],
      );
      assert.deepEqual([december?.calls, december?.tokens], [0, { output: -1, input: 3 }]);
    });

    test('refuses a correction of nothing, and one without a reason', async () => {
      const { store } = await ledgerOf(`${line({ unique_id: ID })}\n`);
      const difference = { output: 1 };
      const unknown = ID.replace('0', '1');
      await assert.rejects(store.correct({ id: unknown, difference, reason: 'x' }), /no record/);
      await assert.rejects(store.correct({ id: ID, difference, reason: ' ' }), /needs a reason/);
      await assert.rejects(store.correct({ id: ID, difference, reason: 'late' }), /needs a reason/);
      assert.equal((await store.status()).corrections, 0);
    });

    test('sums are those of the rows, by hour and by what a bill tells apart', async () => {
      const models = ['a', 'b'];
      const lines = Array.from({ length: 60 }, (_, index) =>
        line({
          start_time: new Date(Date.UTC(2026, 10, 9, index % 3, index)).toISOString(),
          response_model: models[index % 2],
          output_tokens: index,
          reasoning_tokens: 0,
          attempts: 1 + (index % 2),
        }),
      );
      const { store } = await ledgerOf(`${lines.join('\n')}\n`);
      const sums = await store.sums({ from: Date.UTC(2026, 10, 9, 1), to: Date.UTC(2026, 10, 9, 3) });
      const expected = [1, 2].flatMap((at) =>
        models.map((model, parity) => {
          const those = lines
            .map((_, index) => index)
            .filter((index) => index % 3 === at && index % 2 === parity);
          return [Date.UTC(2026, 10, 9, at), model, those.length, those.reduce((a, b) => a + b, 0)];
        }),
      );
      assert.deepEqual(
        sums.map(({ from, modelAnswered, calls, tokens }) => [from, modelAnswered, calls, tokens.output]),
        expected,
      );
    });

    test('names and numbers come back as they were written', async () => {
      const { store } = await ledgerOf(`${fixedLog}\n`);
      const entries = await entriesOf(store, '2026-11');
      assert.equal(entries.length, 50);
      const first = entries.find(({ id }) => id.endsWith('2a11'));
      assert.deepEqual(
        [first?.workload, first?.tenant, first?.tokens.output, first?.tokens.cachedInput, first?.traceId],
        [`work "1" \\ {é,}, 'NULL'`, 'NULL', 2 ** 40 + 1, 1, `${'ab'.repeat(15)}11`],
      );
      const { sha256 } = await store.close('2026-11', DECEMBER);
      sealed.set(name, { lines: entries.map(entryLine).join(''), sha256 });
      for (const kind of TOKEN_KINDS) assert.ok(first && kind in first.tokens, kind);
    });
  });

test('a month is the same bytes in both stores', (context) => {
  const [a, b] = [...sealed.values()];
  if (a === undefined || b === undefined) return context.skip('only one of the stores ran');
  assert.equal(a.lines, b.lines);
  assert.equal(a.sha256, b.sha256);
});
