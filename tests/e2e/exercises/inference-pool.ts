import assert from 'node:assert/strict';
import { test } from 'node:test';
import { until } from '../../../local/until';
import { Traffic } from '../traffic';
import type { Exercise } from './exercise';

const as = (workload: string) => ({ headers: { 'x-workload-app': workload } });

export const inferencePool: Exercise = (stage) => {
  const statusOf = async (workload: string) => (await stage().traffic.ask(as(workload))).answer.status;

  test('the picker spreads requests over all replicas [pool-spread]', async () => {
    const { traffic } = stage();
    const { answers, seen } = await traffic.askTimes(60, as('assistant'));
    assert.deepEqual([...new Set(answers.map(({ status }) => status))], [200]);
    assert.equal(seen.length, 60);
    assert.equal(new Set(seen.map(({ upstream }) => upstream)).size, traffic.replicasOf('gpt-oss-20b'));
  });

  test('limits hold on the way to a pool [pool-limits]', async () => {
    const { answers, seen } = await stage().traffic.askTimes(4, as('batch'), 1);
    // Nobody but the check for credentials has asked for this workload in the minute before, once.
    const passed = answers.filter(({ status }) => status === 200).length;
    assert.ok(passed <= 2, `${passed} passed`);
    assert.deepEqual([...new Set(answers.slice(2).map(({ status }) => status))], [429]);
    assert.equal(seen.length, passed);
  });

  test('without its picker a pool refuses, and the rest of the platform goes on [pool-without-picker]', async () => {
    const { project } = stage();
    process.kill(await project.pidOf('endpoint-picker:gpt-oss-20b'), 'SIGKILL');
    assert.ok(await until(async () => (await statusOf('assistant')) >= 500, 10, 500));
    assert.equal(await statusOf('writer'), 200);
    const healed = await project.up();
    assert.equal(healed.code, 0, healed.text);
    const traffic = await Traffic.open(project);
    assert.ok(await until(async () => (await traffic.ask(as('assistant'))).answer.status === 200, 60, 500));
  });
};
