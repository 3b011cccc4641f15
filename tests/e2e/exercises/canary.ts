import assert from 'node:assert/strict';
import { test } from 'node:test';
import { until } from '../../../local/until';
import { nameOf } from '../traffic';
import type { Exercise } from './exercise';

const REQUESTS = 2000;
const SHARE = 0.05;

/** Four standard deviations of a binomial distribution: a right split is outside once in 16,000 runs. */
const BOUND = 4 * Math.sqrt(REQUESTS * SHARE * (1 - SHARE));

export const canary: Exercise = (stage) => {
  test('of 2,000 requests the candidate answers 5 %, within four standard deviations [canary-share]', async () => {
    const headers = { 'x-workload-app': 'helpdesk' };
    // Without traffic Envoy looks after a server that was not up at first only once a minute (no_traffic_interval).
    const taken = async () => {
      const { seen } = await stage().traffic.askTimes(100, { headers, model: 'chat' });
      return seen.some((sighting) => nameOf(sighting) === 'gpt-oss-rc');
    };
    assert.ok(await until(taken, 90, 1000));
    const { answers, seen } = await stage().traffic.askTimes(REQUESTS, { headers, model: 'chat' });
    assert.deepEqual([...new Set(answers.map(({ status }) => status))], [200]);
    assert.equal(seen.length, REQUESTS);
    const candidate = seen.filter((sighting) => nameOf(sighting) === 'gpt-oss-rc').length;
    const wanted = REQUESTS * SHARE;
    assert.ok(Math.abs(candidate - wanted) <= BOUND, `${candidate} of ${REQUESTS}, not ${wanted} ± ${BOUND}`);
  });

  test('each model sees its own name, whatever the client asked for [canary-model-names]', async () => {
    const headers = { 'x-workload-app': 'helpdesk' };
    const { seen } = await stage().traffic.askTimes(200, { headers, model: 'chat' });
    assert.deepEqual(
      seen.filter((sighting) => sighting.model !== nameOf(sighting)),
      [],
    );
  });

  test('who may ask for the candidate alone is answered by nothing else', async () => {
    const headers = { 'x-workload-app': 'release-engineer' };
    const { seen } = await stage().traffic.askTimes(50, { headers });
    assert.deepEqual([...new Set(seen.map(nameOf))], ['gpt-oss-rc']);
  });
};
