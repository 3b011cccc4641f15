import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nameOf } from '../traffic';
import type { Exercise } from './exercise';

export const papersPlatform: Exercise = (stage) => {
  test('the identity decides which tier answers; an unknown one is answered 404 [identity-decides-tier]', async () => {
    const tiers: Record<string, string> = {};
    for (const app of ['toolbench-agent', 'omniact-ui', 'coderforge-ide', 'terminal-bench-ci']) {
      const { answer, seen } = await stage().traffic.ask({ headers: { 'x-workload-app': app } });
      tiers[app] = answer.status === 200 ? seen.map(nameOf).join() : `${answer.status}`;
    }
    assert.deepEqual(tiers, {
      'toolbench-agent': 'gemini',
      'omniact-ui': 'gemini',
      'coderforge-ide': 'gpt-oss-120b',
      'terminal-bench-ci': 'gpt-oss-120b',
    });
    const stranger = await stage().traffic.ask({ headers: { 'x-workload-app': 'unknown-guest' } });
    assert.equal(stranger.answer.status, 404);
    assert.deepEqual(stranger.seen, []);
  });
};
