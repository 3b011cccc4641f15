import assert from 'node:assert/strict';
import { test } from 'node:test';
import { meanOf } from '../../../base/sample';
import { bracketOf } from '../../../validation/gate/controller';
import { PAPER_GATE } from '../../../validation/gate/settings';
import { gatedRun, SimulatedPlatform, type SimulatedProps } from './simulated-platform';

/**
 * Sixteen requests fit into a batch: 20 steps of 50 ms each, and pauses of 3 s. By Little's law 16 are under way with
 * 16 × (3 + 1.05) / 1.05 = 62 users, and those beyond wait for a place.
 */
const ENGINE: Omit<SimulatedProps, 'seed'> = {
  limits: { maxSequences: 16, maxBatchedTokens: 8192, blockSize: 16, blocks: 4096 },
  ...{ stepMs: 50, answerTokens: 20, promptTokens: 100, pause: 3 },
};

const GATE = {
  ...PAPER_GATE,
  ramp: { factor: 1.5, resolution: 8, most: 200 },
  ...{ settle: 20, cooldown: 30, window: 60 },
  soak: { ...PAPER_GATE.soak, seconds: 60 },
};

/** The mean time to the first token in the long run, far from any window of a gate. */
function longRun(users: number): number {
  const platform = new SimulatedPlatform({ ...ENGINE, seed: 4711 });
  platform.setUsers(users);
  platform.run(100);
  platform.firsts.forget(100);
  platform.run(1000);
  return meanOf(platform.firsts.waits(100, 1000)).mean;
}

/** Users with whom as many requests are under way as fit into a batch. */
const KNEE = 62;

/** A seed is half a second; `npm run verify:load` takes twenty. */
const SEEDS = Number(process.env.LOAD_SEEDS ?? 5);

test('the bracket of a ramp contains the knee of the engine, for every seed [load-knee]', (t) => {
  const limit = 3 * longRun(GATE.baseline.users);
  // The law knows no chance: in the long run T2 is passed within two users of it.
  assert.ok(longRun(KNEE - 2) < limit && longRun(KNEE + 3) > limit);
  const brackets = Array.from({ length: SEEDS }, (_, seed) => {
    const { state } = gatedRun(GATE, new SimulatedPlatform({ ...ENGINE, seed }));
    return { seed, end: state.end, ...bracketOf(state) };
  });
  t.diagnostic(JSON.stringify(brackets.map(({ stable, breach }) => [stable, breach])));
  assert.equal(brackets.length, SEEDS);
  const wrong = brackets.filter(
    ({ stable = KNEE + 1, breach = KNEE - 1 }) => stable > KNEE || breach < KNEE || breach - stable > 8,
  );
  assert.deepEqual(wrong, []);
});
