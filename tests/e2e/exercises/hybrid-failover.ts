import assert from 'node:assert/strict';
import { test } from 'node:test';
import { until } from '../../../local/until';
import { nameOf, Traffic } from '../traffic';
import type { Exercise } from './exercise';

async function asked(traffic: Traffic, times: number, workload = 'hybrid') {
  const headers = { 'x-workload-app': workload };
  const { answers, seen } = await traffic.askTimes(times, { headers }, 4);
  const answered = seen.filter(({ status }) => status === 200).map(nameOf);
  return { statuses: [...new Set(answers.map(({ status }) => status))], by: [...new Set(answered)] };
}

export const hybridFailover: Exercise = (stage) => {
  test('the first choice answers while it is there', async () => {
    assert.deepEqual(await asked(stage().traffic, 40), { statuses: [200], by: ['gpt-oss-120b'] });
  });

  test('the first choice is killed: no client sees an error, and the cloud answers [failover-no-errors]', async () => {
    const { project } = stage();
    await project.kill('stand-in:gpt-oss-120b');
    // A record begins anew with its process, and nobody holds the one of a dead process.
    const traffic = await Traffic.open(project);
    assert.deepEqual(await asked(traffic, 200), { statuses: [200], by: ['gemini'] });
  });

  test('the first choice is back: traffic returns to it [failover-returns]', async () => {
    const { project } = stage();
    const healed = await project.up();
    assert.equal(healed.code, 0, healed.text);
    const traffic = await Traffic.open(project);
    const returned = async () => (await asked(traffic, 8)).by.join() === 'gpt-oss-120b';
    assert.ok(await until(returned, 120, 1000));
  });

  /** What a cloud's stand-in is to refuse, by a part of the path, while `during` runs. */
  const without = async (cloud: string, match: string, status: number, during: () => Promise<void>) => {
    const found = (await stage().project.status()).standIns.find(({ name }) => name === cloud);
    assert.ok(found, `no stand-in is called ${cloud}`);
    const told = await fetch(`${found.admin}/faults?match=${match}&status=${status}`, { method: 'PUT' });
    assert.equal(told.status, 200, await told.text());
    await during();
    const healed = await fetch(`${found.admin}/faults`, { method: 'DELETE' });
    assert.equal(healed.status, 200);
  };

  /** The upstreams, and the paths of the models, that answered 40 requests; all of which were answered 200. */
  const answering = async (workload: string) => {
    const traffic = await Traffic.open(stage().project);
    const { answers, seen } = await traffic.askTimes(40, { headers: { 'x-workload-app': workload } }, 4);
    assert.deepEqual([...new Set(answers.map(({ status }) => status))], [200]);
    const good = seen.filter(({ status }) => status === 200);
    return [
      ...new Set(good.map(({ upstream, path }) => `${upstream.split(' ')[0]} ${decodeURIComponent(path)}`)),
    ];
  };

  test('provisioned throughput is exhausted: every request is answered on demand [failover-exhausted]', async () => {
    assert.match((await answering('throughput')).join(), /^bedrock .*provisioned-model[^,]*$/);
    await without('bedrock', 'provisioned-model', 429, async () => {
      assert.match((await answering('throughput')).join(), /^bedrock .*claude-sonnet-4-20250514[^,]*$/);
    });
  });

  test('one cloud has an outage: another one answers every request [failover-cloud-outage]', async () => {
    assert.match((await answering('two-clouds')).join(), /^vertex .*claude-sonnet-4@20250514[^,]*$/);
    await without('vertex', 'claude-sonnet-4', 503, async () => {
      assert.match((await answering('two-clouds')).join(), /^bedrock .*claude-sonnet-4-20250514[^,]*$/);
    });
  });
};
