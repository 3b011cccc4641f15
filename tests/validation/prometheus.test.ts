import assert from 'node:assert/strict';
import { test } from 'node:test';
import { poll } from '../../validation/prometheus';
import { differences, increase, readingsOf, tokenReadings } from '../../validation/readings';

function polling(values: readonly number[]) {
  const waits: (string | undefined)[] = [];
  let reads = 0;
  const read = async () => values[Math.min(reads++, values.length - 1)] ?? 0;
  const wait = async (_: number, why?: string) => void waits.push(why);
  return { waits, read, wait };
}

test('a value that is good at once is not waited for', async () => {
  const { waits, read, wait } = polling([1]);
  assert.equal(await poll(read, (n) => n === 1, { atMostMs: 5000, wait, why: 'for it' }), 1);
  assert.deepEqual(waits, []);
});

test('a wait is announced once and ends with the first good value', async () => {
  const { waits, read, wait } = polling([0, 0, 1, 2]);
  assert.equal(await poll(read, (n) => n > 0, { atMostMs: 5000, wait, why: 'for it' }), 1);
  assert.deepEqual(waits, ['for it', undefined]);
});

test('a wait without end is ended, and the last value told', async () => {
  const { waits, read, wait } = polling([0]);
  assert.equal(await poll(read, (n) => n > 0, { atMostMs: 3000, everyMs: 1000, wait, why: 'for it' }), 0);
  assert.equal(waits.length, 3);
});

const sample = (type: string, workload: string, value: number) => ({
  labels: { gen_ai_token_type: type, workload_app: workload },
  value,
});

test('tokens are summed by workload, and parts of input and output are not counted again', () => {
  const samples = [
    sample('input', 'a', 3),
    sample('input', 'a', 4),
    sample('cached_input', 'a', 2),
    sample('output', '', 1),
  ];
  assert.deepEqual(tokenReadings(samples), { 'input tokens of a': 7, 'output tokens of nobody': 1 });
});

test('what a page does not have counts as nothing', () => {
  assert.deepEqual(readingsOf({}), { 'requests over a local limit': 0 });
});

test('a rise names what changed, in either direction', () => {
  assert.deepEqual(increase({ a: 1, b: 2, gone: 3 }, { a: 1, b: 5, fresh: 4 }), { b: 3, fresh: 4, gone: -3 });
  assert.deepEqual(differences({ a: 1 }, { a: 2 }), ['a: 1 and 2']);
});
