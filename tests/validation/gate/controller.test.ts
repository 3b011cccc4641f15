import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { beginning, bracketOf, decide, type GateState } from '../../../validation/gate/controller';
import { type GateSettings, PAPER_GATE } from '../../../validation/gate/settings';
import type { EngineWindow, GateWindow } from '../../../validation/gate/window';
import { exitCodeOf } from '../../../validation/report/ends';

const SETTINGS: GateSettings = {
  ...PAPER_GATE,
  ramp: { factor: 2, resolution: 8, most: 256 },
  soak: { factor: 0.5, seconds: 180 },
};

const ENGINE: EngineWindow = {
  firstToken: { count: 200, mean: 0.1 },
  ...{ preemptions: 0, scheduled: 200, running: 5, waiting: 0, cacheUsage: 0.1, prefixHits: 0.5 },
  ...{ queueTime: 0, prefillTime: 0.07, timePerToken: 0.03, interToken: 0.03, requestTime: 12 },
};

/** Seconds to the first token: at the baseline 0.1. */
function window(firstToken: number, changes: Partial<GateWindow> = {}): GateWindow {
  return {
    ...{ from: 0, to: 60, users: 0 },
    client: {
      ...{ requests: 200, failed: 0, left: 0, firstTokenP99: firstToken, lagP99: 0.001 },
      firstToken: { count: 200, mean: firstToken, standardError: firstToken / 100 },
    },
    engine: { ...ENGINE, firstToken: { count: 200, mean: firstToken } },
    ...changes,
  };
}

/** All decisions of a run whose first tokens follow from the users, and what it knew at the end. */
function runOf(firstTokenOf: (users: number, turn: number) => GateWindow, settings = SETTINGS) {
  let state = beginning(settings);
  const path: { phase: GateState['phase']; users: number }[] = [];
  for (let turn = 0; state.end === undefined && turn < 200; turn += 1) {
    path.push({ phase: state.phase, users: state.users });
    const seen = firstTokenOf(state.users, turn);
    ({ state } = decide(settings, state, { ...seen, from: turn * 60, to: turn * 60 + 60 }));
  }
  return { state, path };
}

/** 0.1 s up to so many users, and 1 s beyond. */
const cliff = (knee: number) => (users: number) => window(users <= knee ? 0.1 : 1);

test('goes up until a level breaks twice, halves the gap after cooling down, and soaks at a part of it', () => {
  const { state, path } = runOf(cliff(100));
  assert.equal(state.end, 'verdict');
  assert.deepEqual(bracketOf(state), { stable: 96, breach: 104 });
  const levels = path.map(({ phase, users }) => `${phase} ${users}`);
  assert.deepEqual(levels.slice(0, 9), [
    ...['baseline 8', 'ramp 16', 'ramp 32', 'ramp 64', 'ramp 128', 'ramp 128'],
    ...['cooldown 64', 'ramp 96', 'ramp 112'],
  ]);
  assert.deepEqual(levels.slice(-3), ['soak 52', 'soak 52', 'soak 52']);
});

test('the bracket contains the cliff, wherever it is', () => {
  fc.assert(
    fc.property(fc.integer({ min: 9, max: 250 }), (knee) => {
      const { state } = runOf(cliff(knee));
      const { stable, breach } = bracketOf(state) ?? { stable: Number.NaN, breach: Number.NaN };
      assert.ok(stable <= knee && knee < breach && breach - stable <= 8, `${stable} to ${breach}`);
    }),
  );
});

test('no breach: the soak has all users, and the end says so', () => {
  const { state } = runOf(() => window(0.1));
  assert.deepEqual([state.end, bracketOf(state), state.users], ['no-breach', undefined, 0]);
});

test('a burst in a single window ends no ramp', () => {
  const { state } = runOf((users, turn) => (turn === 2 ? window(1) : cliff(100)(users)));
  assert.deepEqual(bracketOf(state), { stable: 96, breach: 104 });
});

test('a level that is slow at the clients alone is broken: what waits in front of an engine is in none of its metrics', () => {
  const slow = (users: number) => (users <= 100 ? window(0.1) : { ...window(1), engine: ENGINE });
  assert.deepEqual(bracketOf(runOf(slow).state), { stable: 96, breach: 104 });
});

test('T3 ends the run in the same window, whatever else is there', () => {
  const engine = { ...ENGINE, preemptions: 11 };
  const seen = window(1, { engine });
  const lost = { ...seen, client: { ...seen.client, lagP99: 9, failed: 100 } };
  assert.deepEqual(runOf((users) => (users === 32 ? lost : window(0.1))).state.end, 'preemptions');
  // 5 % is allowed, and one of ten is no rate.
  for (const allowed of [{ preemptions: 10 }, { preemptions: 5, scheduled: 10 }]) {
    const quiet = window(0.1, { engine: { ...ENGINE, firstToken: { count: 200, mean: 0.1 }, ...allowed } });
    assert.equal(runOf(() => quiet).state.end, 'no-breach');
  }
});

test('windows without telemetry are inconclusive, and three in a row end the run, never green', () => {
  const blind = window(0.1, { engine: { blind: 'the metrics are old' } });
  assert.equal(runOf(() => blind).state.end, 'telemetry-lost');
  const lostAt = (from: number, count: number) =>
    runOf((users, turn) => (turn >= from && turn < from + count ? blind : cliff(100)(users)));
  assert.deepEqual(bracketOf(lostAt(3, 2).state), { stable: 96, breach: 104 });
  assert.equal(lostAt(3, 3).state.end, 'telemetry-lost');
  assert.equal(lostAt(15, 3).state.end, 'telemetry-lost', 'in the soak');
});

test('no first token at all is no time of zero', () => {
  const silent = window(0.1);
  const none = {
    ...silent,
    client: { ...silent.client, firstToken: { count: 0, mean: Number.NaN, standardError: Number.NaN } },
  };
  assert.equal(runOf((_, turn) => (turn < 2 ? silent : none)).state.end, 'telemetry-lost');
});

test('a generator that cannot keep to the plan is no verdict of the platform', () => {
  const late = window(0.1);
  assert.equal(
    runOf(() => ({ ...late, client: { ...late.client, lagP99: 0.2 } })).state.end,
    'generator-saturated',
  );
});

test('users with nothing left to ask end the run, and it is never green [gate-plan-ended]', () => {
  const fewer = window(0.1);
  const { state, path } = runOf((users) =>
    users > 16 ? { ...fewer, client: { ...fewer.client, left: 1 } } : fewer,
  );
  assert.deepEqual([state.end, path.at(-1)?.users], ['plan-ended', 32]);
  assert.equal(exitCodeOf('plan-ended'), 2);
});

test('failures beyond the budget end the run; one of them does not', () => {
  const failing = (failed: number, requests: number) => () => {
    const seen = window(0.1);
    return { ...seen, client: { ...seen.client, failed, requests } };
  };
  assert.equal(runOf(failing(3, 200)).state.end, 'error-budget');
  assert.equal(runOf(failing(1, 50)).state.end, 'no-breach');
});

test('a baseline needs a hundred first tokens that agree', () => {
  const few = window(0.1);
  const of = (count: number, standardError: number) => ({
    ...few,
    client: { ...few.client, firstToken: { count, mean: 0.1, standardError } },
  });
  assert.equal(runOf(() => of(4, 0.001)).state.end, 'no-baseline');
  assert.equal(runOf(() => of(6, 0.5)).state.end, 'no-baseline');
  const { path } = runOf(() => of(50, 0.001));
  assert.deepEqual(
    path.slice(0, 3).map(({ phase }) => phase),
    ['baseline', 'baseline', 'ramp'],
  );
});

test('a soak that passes T2 has missed its objective', () => {
  const { state } = runOf((users, turn) => (users === 52 && turn % 2 === 0 ? window(1) : cliff(100)(users)));
  assert.equal(state.end, 'objective-missed');
});

test('whatever windows come, users rise only after a stable one, and T3 and lost telemetry are never green [gate-never-green]', () => {
  const kinds = fc.constantFrom('stable', 'breach', 'blind', 'preempted', 'late', 'unclear');
  fc.assert(
    fc.property(fc.array(kinds, { minLength: 30, maxLength: 60 }), (script) => {
      let state = beginning(SETTINGS);
      for (const [turn, told] of script.entries()) {
        if (state.end !== undefined) break;
        // What is slow at low load is a baseline.
        const kind = state.phase === 'baseline' && ['breach', 'unclear'].includes(told) ? 'stable' : told;
        const seen = window(kind === 'breach' ? 1 : 0.1);
        const client = {
          ...seen.client,
          ...(kind === 'late' && { lagP99: 1 }),
          ...(kind === 'unclear' && { firstToken: { count: 100, mean: 0.29, standardError: 0.02 } }),
        };
        const engine =
          kind === 'blind'
            ? { blind: 'nobody knows' }
            : kind === 'preempted'
              ? { ...ENGINE, preemptions: 100 }
              : seen.engine;
        const before = state;
        ({ state } = decide(SETTINGS, state, {
          ...seen,
          client,
          engine,
          from: turn * 60,
          to: turn * 60 + 60,
        }));
        if (before.phase === 'ramp' && state.users > before.users) assert.equal(kind, 'stable');
        if (kind === 'preempted') assert.equal(state.end, 'preemptions');
        if (kind === 'blind' || kind === 'late') {
          assert.ok(!['verdict', 'no-breach'].includes(state.end ?? ''));
          assert.equal(state.stable, before.stable);
        }
      }
    }),
  );
});

test('a run can be taken up from what it wrote: the state is plain data', () => {
  let state = beginning(SETTINGS);
  for (let turn = 0; turn < 8; turn += 1) {
    const seen = { ...cliff(100)(state.users), from: turn * 60, to: turn * 60 + 60 };
    const whole = decide(SETTINGS, state, seen);
    assert.deepEqual(decide(SETTINGS, JSON.parse(JSON.stringify(state)), seen), whole);
    state = whole.state;
  }
});
