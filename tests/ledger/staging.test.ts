import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readLine } from '../../ledger/access-log';
import { stage, startsOf, without } from '../../ledger/staging';
import { line } from './lines';

const record = (changes: Readonly<Record<string, unknown>> = {}) =>
  readLine(line(changes)).record ?? assert.fail('no record');

test('records that agree in their names are one kind, whatever is their own', () => {
  const staged = stage([record(), record({ output_tokens: 1 }), record({ workload: 'batch' }), record()]);
  const kinds = staged.calls.find(({ name }) => name === 'kind')?.values;
  assert.deepEqual([...(kinds ?? [])], [0, 0, 1, 0]);
  const workloads = staged.kinds.find(({ name }) => name === 'workload');
  assert.deepEqual(workloads, { name: 'workload', type: 'text', values: ['chat', 'batch'] });
});

test('of records with the same id the first one is staged', () => {
  const [first, other] = [record(), record()];
  const staged = stage([first, other, { ...first, durationMs: 1 }]);
  assert.deepEqual([staged.size, staged.repeated], [2, 1]);
  const durations = staged.calls.find(({ name }) => name === 'duration_ms')?.values;
  assert.deepEqual([...(durations ?? [])], [first.durationMs, other.durationMs]);
});

test('the calls that the ledger has are left out, and the others stay as they are', () => {
  const records = [0, 1, 2, 3].map((second) => record({ start_time: `2026-11-29T12:00:0${second}.000Z` }));
  const rest = without(stage(records), new Set([1, 3]));
  const expected = stage(records.filter((_, index) => index === 1 || index === 3));
  assert.equal(rest.size, 2);
  assert.deepEqual([...startsOf(rest)], [records[1]?.startedAt, records[3]?.startedAt]);
  const columns = (of: typeof rest) => of.calls.map(({ name, values }) => [name, [...values]]);
  assert.deepEqual(columns(rest), columns(expected));
});

for (const id of [
  '',
  'no uuid',
  '0b5f8c2e-3d50-4c53-9d3b-6f6f0e1f2a1',
  '0b5f8c2e-3d50-4c53-9d3b-6f6f0e1f2a111',
]) {
  test(`refuses an id that is no UUID: ${JSON.stringify(id)}`, () => {
    assert.throws(() => stage([{ ...record(), id }]), /is no UUID/);
  });
}
