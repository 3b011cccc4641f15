import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Exercise } from './exercise';

export const apiKeys: Exercise = (stage) => {
  test('a request without a key, or with a wrong one, is answered 401 and reaches nobody [api-key-wrong]', async () => {
    for (const headers of [{}, { authorization: 'Bearer guessed' }, { 'x-workload-app': 'helpdesk' }]) {
      const { answer, seen } = await stage().traffic.ask({ headers });
      assert.equal(answer.status, 401, JSON.stringify(headers));
      assert.deepEqual(seen, []);
    }
  });

  test('a key says who asks, whatever the client says [api-key-identity]', async () => {
    const { traffic, identify } = stage();
    const [helpdesk] = traffic.platform.workloads;
    assert.equal(helpdesk?.name, 'helpdesk');
    const headers = { ...(helpdesk && (await identify(helpdesk))), 'x-workload-app': 'search' };
    const { answer, seen } = await traffic.ask({ headers });
    assert.equal(answer.status, 200, answer.text);
    assert.deepEqual(
      seen.map((sighting) => sighting.headers['x-workload-app']),
      [['helpdesk']],
    );
  });
};
