import assert from 'node:assert/strict';
import { test } from 'node:test';
import { until } from '../../../local/until';
import { nameOf, Traffic } from '../traffic';
import type { Exercise } from './exercise';

const HEADERS = { 'x-workload-app': 'hybrid' };

async function asked(traffic: Traffic, times: number) {
  const { answers, seen } = await traffic.askTimes(times, { headers: HEADERS }, 4);
  const answered = seen.filter(({ status }) => status === 200).map(nameOf);
  return { statuses: [...new Set(answers.map(({ status }) => status))], by: [...new Set(answered)] };
}

export const hybridFailover: Exercise = (stage) => {
  test('the first choice answers while it is there', async () => {
    assert.deepEqual(await asked(stage().traffic, 40), { statuses: [200], by: ['gpt-oss-120b'] });
  });

  test('the first choice is killed: no client sees an error, and the cloud answers', async () => {
    const { project } = stage();
    process.kill(await project.pidOf('stand-in:gpt-oss-120b'), 'SIGKILL');
    const dead = async () =>
      (await project.status()).components.some(
        ({ name, state }) => name === 'stand-in:gpt-oss-120b' && state === 'dead',
      );
    assert.ok(await until(dead, 10));
    // A record begins anew with its process, and nobody holds the one of a dead process.
    const traffic = await Traffic.open(project);
    assert.deepEqual(await asked(traffic, 200), { statuses: [200], by: ['gemini'] });
  });

  test('the first choice is back: traffic returns to it', async () => {
    const { project } = stage();
    const healed = await project.up();
    assert.equal(healed.code, 0, healed.text);
    const traffic = await Traffic.open(project);
    const returned = async () => (await asked(traffic, 8)).by.join() === 'gpt-oss-120b';
    assert.ok(await until(returned, 120, 1000));
  });
};
