import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Exercise } from './exercise';

export const tokenBudgets: Exercise = (stage) => {
  /** Each answer costs 2 + 1 tokens, charged when it is over, beside the answer. */
  const statuses = async (workload: string, times: number) => {
    const made: number[] = [];
    for (let index = 0; index < times; index += 1) {
      const headers = { 'x-workload-app': workload };
      made.push((await stage().traffic.ask({ headers })).answer.status);
      await sleep(200);
    }
    return made;
  };

  test('a budget of 20 tokens: the request that crosses it is served, and those after it are refused [token-budget-crossed]', async () => {
    const made = await statuses('intern', 9);
    const served = made.filter((status) => status === 200).length;
    assert.ok(served >= 5 && served <= 7, made.join());
    assert.ok(
      made.slice(served).every((status) => status === 429),
      made.join(),
    );
  });

  test('the same budget in shadow mode refuses nothing [token-budget-shadow]', async () => {
    assert.deepEqual([...new Set(await statuses('newcomer', 9))], [200]);
  });

  test('a budget is its workload’s own: the others are served [token-budget-own]', async () => {
    assert.deepEqual(await statuses('nightly', 1), [200]);
    assert.deepEqual(await statuses('department', 1), [200]);
  });
};
