import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Exercise } from './exercise';

const MODEL = 'gpt-oss-20b';

export const stickySessions: Exercise = (stage) => {
  const asked = async (times: number, session: string) => {
    const headers = { 'x-workload-app': 'assistant', 'x-session-id': session };
    const { answers, seen } = await stage().traffic.askTimes(times, { headers });
    assert.deepEqual([...new Set(answers.map(({ status }) => status))], [200]);
    return [...new Set(seen.map(({ upstream }) => upstream))];
  };

  test('all requests of one session are answered by one replica [sticky-sessions]', async () => {
    for (const session of ['one', 'two', 'three'])
      assert.equal((await asked(40, session)).length, 1, session);
  });

  test('sessions are spread over all replicas [sessions-spread]', async () => {
    const replicas = new Set<string>();
    // With four replicas the chance that 60 sessions leave one out is below one in a million.
    for (let session = 0; session < 60; session += 1) {
      for (const replica of await asked(1, `session-${session}`)) replicas.add(replica);
    }
    assert.equal(replicas.size, stage().traffic.replicasOf(MODEL));
  });

  test('requests without a session are spread over all replicas', async () => {
    const { traffic } = stage();
    const { seen } = await traffic.askTimes(200, { headers: { 'x-workload-app': 'batch' } });
    assert.equal(new Set(seen.map(({ upstream }) => upstream)).size, traffic.replicasOf(MODEL));
  });
};
