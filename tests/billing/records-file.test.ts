import assert from 'node:assert/strict';
import { test } from 'node:test';
import { recordsFile } from '../../billing/records-file';
import type { Usage } from '../../billing/usage';
import type { UsageRecord } from '../../ledger/record';
import { at, call, fileWith } from './books';

const ALWAYS = { from: 0, to: at('2100-01-01T00:00:00') };

const lines = (...records: readonly unknown[]) =>
  records.map((record) => `${JSON.stringify(record)}\n`).join('');

async function read(text: string, period = ALWAYS): Promise<Usage[]> {
  const usages: Usage[] = [];
  for await (const usage of recordsFile(fileWith(text, 'records.jsonl')).usage(period, []))
    usages.push(usage);
  return usages;
}

test('records are read line by line; empty lines are nothing', async () => {
  const records: UsageRecord[] = [call(), call({ workload: 'other', tokens: { input: 7 } })];
  const usages = await read(`\n${lines(...records)}\n`);
  assert.deepEqual(
    usages.map(({ workload, tokens, calls }) => ({ workload, tokens, calls })),
    [
      { workload: 'w', tokens: { input: 1000, output: 100 }, calls: 1 },
      { workload: 'other', tokens: { input: 7 }, calls: 1 },
    ],
  );
});

test('only calls that began in the period are read', async () => {
  const from = at('2026-06-01T00:00:00');
  const text = lines(...[from - 1, from, from + 9, from + 10].map((startedAt) => call({ startedAt })));
  const usages = await read(text, { from, to: from + 10 });
  assert.deepEqual(
    usages.map(({ startedAt }) => startedAt - from),
    [0, 9],
  );
});

test('refuses lines that are no records, each with its line', async () => {
  const { id: _, ...nameless } = call();
  const text = `${lines(call(), call({ tokens: { input: -1 } }), nameless)}{"id":\n${lines({ ...call(), ending: 'gone' })}`;
  await assert.rejects(read(text), ({ message }: Error) => {
    assert.match(message, /cannot be billed: 4 mistakes/);
    assert.match(message, /:2: is no record of the ledger: tokens\.input: -1 must be >= 0/);
    assert.match(message, /:3: is no record of the ledger: must have required property 'id'/);
    assert.match(message, /:4: is no JSON: "\{\\"id\\":"/);
    assert.match(
      message,
      /:5: is no record of the ledger: ending: "gone" must be equal to one of the allowed values/,
    );
    return true;
  });
});

test('refuses the same call twice: it would be billed twice', async () => {
  const record = call();
  await assert.rejects(read(lines(record, call(), record)), /:3\.id: "call-\d+" is the id of line 1 too/);
});

test('refuses a file of broken lines after twenty of them', async () => {
  await assert.rejects(read('x\n'.repeat(500)), /20 mistakes or more; the first of them/);
});
