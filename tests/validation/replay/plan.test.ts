import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import type { Turn } from '../../../validation/corpus/turn';
import {
  compilePlan,
  dealShares,
  type PlanProps,
  type ProfileLoad,
} from '../../../validation/replay/compile';
import {
  actorsOf,
  type Plan,
  parsePlan,
  planHash,
  planParts,
  STEP_CLOCKS,
} from '../../../validation/replay/plan';
import { sharedPath } from '../../../validation/replay/shared-phases';

/** Sessions of three turns each; a body has as many bytes as its turn's number says. */
function turnsOf(profile: string, sessions: number, pause: number | null = null): Turn[] {
  return Array.from({ length: sessions * 3 }, (_, index): Turn => {
    const session = `${profile}/${Math.floor(index / 3)}`;
    return {
      ...{ session, turn: index % 3, task: session, profile, app: `app-${profile}` },
      ...{ pause, pauseSource: pause === null ? 'modelled' : 'recorded', maxTokens: 10 },
      ...{ offset: index * 100, length: index + 1 },
    };
  });
}

const EXPONENTIAL: ProfileLoad = { profile: 'D', law: { kind: 'exponential', rate: 0.2 } };
const BURSTS: ProfileLoad = {
  profile: 'A',
  law: { kind: 'mmpp', on: { rate: 2, seconds: 3 }, off: { rate: 0, seconds: 9 } },
};

const PROPS: PlanProps = {
  corpus: { sha256: { bodies: 'b', turns: 't' } },
  turns: [...turnsOf('A', 30), ...turnsOf('D', 60)],
  profiles: [BURSTS, EXPONENTIAL],
  ...{ mode: 'closed', users: 30, seconds: 600, seed: 1 },
};

const bytesOf = (plan: Plan) => Buffer.concat(planParts(plan));

/** Turns of an actor, with what each waits for. */
function stepsOf({ columns }: Plan, actor: number) {
  const [from, to] = [columns.first[actor] ?? 0, columns.first[actor + 1] ?? 0];
  return Array.from({ length: to - from }, (_, index) => ({
    turn: columns.turn[from + index] ?? -1,
    when: columns.when[from + index] ?? -1,
    clock: columns.clock[from + index] ?? -1,
  }));
}

describe('a plan', () => {
  test('is the same bytes for the same props, and others for another seed', () => {
    const [first, again] = [compilePlan(PROPS), compilePlan(PROPS)];
    assert.ok(bytesOf(first).equals(bytesOf(again)));
    assert.notEqual(planHash(compilePlan({ ...PROPS, seed: 2 })), planHash(first));
  });

  test('comes back from its file as it was', () => {
    const plan = compilePlan(PROPS);
    const found = parsePlan(bytesOf(plan));
    assert.deepEqual(found.header, plan.header);
    assert.equal(planHash(found), planHash(plan));
    assert.deepEqual([...found.columns.when], [...plan.columns.when]);
  });

  test('refuses a file that is none, or that is cut off', () => {
    assert.throws(() => parsePlan(Buffer.from('a plan of something else')), /is not a load plan/);
    assert.throws(() => parsePlan(bytesOf(compilePlan(PROPS)).subarray(0, -1)), /is cut off/);
  });

  test('a user has whole sessions, turn after turn, each session once until all were had', () => {
    const plan = compilePlan(PROPS);
    const begun = new Set<number>();
    for (let actor = 0; actor < actorsOf(plan); actor += 1) {
      const steps = stepsOf(plan, actor);
      for (const [index, { turn }] of steps.entries()) {
        if (index % 3 !== 0) assert.equal(turn, (steps[index - 1]?.turn ?? 0) + 1);
        else assert.equal(turn % 3, 0);
        if (index % 3 === 0 && plan.header.profiles[plan.columns.profile[actor] ?? 0]?.reused === 0) {
          assert.ok(!begun.has(turn), `session of turn ${turn} began twice`);
          begun.add(turn);
        }
      }
    }
    assert.ok(actorsOf(plan) === 30);
  });

  test('says how many sessions it begins again', () => {
    const few = compilePlan({ ...PROPS, turns: turnsOf('D', 5), profiles: [EXPONENTIAL] });
    const [profile] = few.header.profiles;
    let sessions = 0;
    for (let actor = 0; actor < 30; actor += 1) sessions += Math.ceil(stepsOf(few, actor).length / 3);
    assert.equal(profile?.reused, sessions - 5);
  });

  test('exponential pauses have the mean of their law', () => {
    const plan = compilePlan({ ...PROPS, seconds: 20_000, profiles: [EXPONENTIAL], turns: turnsOf('D', 9) });
    const pauses = [...plan.columns.when];
    const mean = pauses.reduce((sum, one) => sum + one, 0) / pauses.length;
    // The standard error of the mean of n exponential pauses is mean / √n.
    assert.ok(Math.abs(mean - 5) < (4 * 5) / Math.sqrt(pauses.length), `${mean}`);
  });

  test('users of a profile with bursts share their phases: pauses end while it is on', () => {
    const plan = compilePlan(PROPS);
    const [bursts] = plan.header.profiles;
    assert.ok(bursts?.phases && sharedPath(bursts));
    const path = sharedPath(bursts);
    const ends = [0, 1, 2, 40, 100].map((from) => from + (path?.pauseOf(from, 0.5) ?? 0));
    for (const end of ends) assert.equal(path?.at(end).name, 'on');
    // Half a unit at 2 a second: a quarter of a second, where it is on.
    const on = bursts.phases.first === 'on' ? 0 : (bursts.phases.switches[0] ?? 0);
    assert.ok((path?.pauseOf(on, 0.01) ?? 1) <= 0.0051);
    const clocks = new Set(stepsOf(plan, plan.columns.profile.indexOf(0)).map(({ clock }) => clock));
    assert.deepEqual([...clocks], [STEP_CLOCKS.phases]);
    const alone = compilePlan({ ...PROPS, profiles: [{ ...BURSTS, scope: 'user' }] });
    assert.equal(alone.header.profiles[0]?.phases, undefined);
    assert.deepEqual(new Set(alone.columns.clock), new Set([STEP_CLOCKS.pause]));
  });

  test('keeps recorded pauses up to the longest, and counts what it cut', () => {
    const turns = turnsOf('D', 40, 45);
    const kept = compilePlan({ ...PROPS, turns, profiles: [EXPONENTIAL] });
    assert.deepEqual(new Set(kept.columns.when), new Set([30]));
    assert.equal(kept.header.pauses.cut, kept.header.pauses.recorded);
    assert.equal(kept.header.pauses.modelled, 0);
    const drawn = compilePlan({ ...PROPS, turns, profiles: [EXPONENTIAL], pauses: 'modelled' });
    assert.equal(drawn.header.pauses.recorded, 0);
    assert.ok(new Set(drawn.columns.when).size > 100);
  });

  test('an open plan has its times in order, whoever answers when', () => {
    const open = compilePlan({ ...PROPS, mode: 'open' });
    assert.deepEqual(new Set(open.columns.clock), new Set([STEP_CLOCKS.at]));
    const all = [...open.columns.when];
    assert.ok(all.every((time) => time >= 0 && time < 600));
    // Two laws with 0.2 and 0.5 arrivals a second: 420 in ten minutes.
    assert.ok(all.length > 250 && all.length < 650, `${all.length} arrivals`);
    for (let actor = 0; actor < actorsOf(open); actor += 1) {
      const times = stepsOf(open, actor).map(({ when }) => when);
      assert.deepEqual(
        times,
        [...times].sort((a, b) => a - b),
      );
    }
  });

  test('a half-open plan begins sessions at its times, and pauses within them', () => {
    const plan = compilePlan({ ...PROPS, mode: 'half-open' });
    for (let actor = 0; actor < actorsOf(plan); actor += 1) {
      const clocks = stepsOf(plan, actor).map(({ clock }) => clock);
      assert.deepEqual(clocks, [STEP_CLOCKS.at, STEP_CLOCKS.pause, STEP_CLOCKS.pause]);
    }
  });

  test('every profile has its part of the first users, however many they are', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1, maxLength: 5 }), (parts) => {
        const shares = parts.map((share) => ({ share }));
        const all = parts.reduce((sum, one) => sum + one, 0);
        const dealt = dealShares(shares, 100);
        for (const [index, share] of parts.entries()) {
          for (const users of [10, 50, 100]) {
            const got = dealt.slice(0, users).filter((one) => one === index).length;
            assert.ok(Math.abs(got - (share / all) * users) < parts.length, `${got} of ${users}`);
          }
        }
      }),
    );
  });
});
