import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ALL, hourlySpend } from '../../billing/hourly';
import { usageOfRecords } from '../../billing/usage';
import type { UsageRecord } from '../../ledger/record';
import { at, bookOf, call } from './books';

const book = bookOf(
  'model: a, kind: input, from: 2026-01-01, pricePerMTok: 1',
  'model: a, kind: input, from: 2026-06-01T01:30:00Z, pricePerMTok: 2',
  'model: b, kind: input, from: 2026-01-01, pricePerMTok: 10',
);

const period = { from: at('2026-06-01T00:00:00'), to: at('2026-06-01T03:00:00') };

const million = (time: string, given: Partial<UsageRecord> = {}) =>
  call({ startedAt: at(`2026-06-01T${time}`), tokens: { input: 1_000_000 }, ...given });

const spendOf = (records: readonly UsageRecord[], by?: 'workload' | 'tenant' | 'model') =>
  hourlySpend(usageOfRecords(records), { period, book, ...(by !== undefined && { by }) });

test('an hour has what began in it, at the prices of that time', async () => {
  const spend = await spendOf([million('00:59:59'), million('01:29:59'), million('01:30:00')]);
  assert.deepEqual([...spend], [[ALL, [1, 3, 0]]]);
});

test('each workload, tenant or model has a series of its own, beside everything together', async () => {
  const records = [million('00:00:00'), million('02:00:00', { modelAnswered: 'b', workload: '' })];
  assert.deepEqual(
    [...(await spendOf(records, 'model'))],
    [
      [ALL, [1, 0, 10]],
      ['a', [1, 0, 0]],
      ['b', [0, 0, 10]],
    ],
  );
  assert.deepEqual([...(await spendOf(records, 'workload')).keys()], [ALL, 'w', 'unassigned']);
});

test('failed and refused calls are no spend', async () => {
  const records = [million('00:00:00', { ending: 'failed' }), million('00:00:00', { ending: 'refused' })];
  assert.deepEqual((await spendOf(records)).get(ALL), [0, 0, 0]);
});

test('refuses to count a model without a price as nothing', async () => {
  await assert.rejects(spendOf([million('00:00:00', { modelAnswered: 'c' })]), /c: was used .* has no price/);
});
