import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { OUTCOMES } from '../../../validation/replay/request-rows';
import { clocksOf } from '../../../validation/report/clocks';
import { factsOf } from '../../../validation/report/facts';
import { gapSpread } from '../../../validation/report/gap-spread';
import { latencyOf } from '../../../validation/report/latency';
import { littleOf } from '../../../validation/report/little';
import { overTime } from '../../../validation/report/over-time';
import { phaseSummaries } from '../../../validation/report/phase-summary';
import { saturationOf } from '../../../validation/report/saturation';
import { spreadOf, weightedMean } from '../../../validation/report/spread';
import { trafficOf } from '../../../validation/report/traffic';
import { verdictOf } from '../../../validation/report/verdict';
import { decided, ENGINE, recordsOf, row, windowOf } from './records';

/** Equal but for the rounding of doubles. */
function near(found: number | undefined, expected: number) {
  assert.ok(found !== undefined && Math.abs(found - expected) < 1e-9, `${found} is not ${expected}`);
}

/** Baseline of 2 users, a level of 4 that breaks, a cooldown, a soak of 3: ten seconds each, the soak twenty. */
const events = [
  ...decided('baseline', windowOf(0, 10, 2), { phase: 'ramp', users: 4 }),
  ...decided('ramp', windowOf(10, 20, 4), { phase: 'cooldown', users: 2 }, 'breach', {
    stable: 2,
    breach: 4,
  }),
  ...decided('cooldown', windowOf(20, 30, 2), { phase: 'soak', users: 3 }, 'stable', {
    stable: 2,
    breach: 4,
  }),
  ...decided('soak', windowOf(30, 40, 3), {}, 'stable', { stable: 2, breach: 4 }),
  ...decided('soak', windowOf(40, 50, 3), { phase: 'ended', users: 0 }, 'stable', { stable: 2, breach: 4 }),
];

describe('Table 1', () => {
  test('has requests by when they were sent, the busiest window, and no error for what was cut off', () => {
    const rows = [
      ...[1, 2, 3, 4].map((sent) => row(sent)),
      row(5, { outcome: OUTCOMES.refused, status: 503 }),
      row(6, { outcome: OUTCOMES.cut }),
      ...[11, 12, 21, 31, 32, 33, 41].map((sent) => row(sent)),
    ];
    const [baseline, ramp, soak, ...more] = phaseSummaries(factsOf(recordsOf({ rows, events })));
    assert.deepEqual(more, []);
    assert.deepEqual(
      [baseline?.phase, baseline?.seconds, baseline?.mostUsers, baseline?.requests, baseline?.failed],
      ['baseline', 10, 2, 6, 1],
    );
    near(baseline?.errorRate, 1 / 5);
    // The ramp is the level and the cooldown after it, in each of which a window is whole.
    assert.deepEqual([ramp?.phase, ramp?.seconds, ramp?.mostUsers, ramp?.requests], ['ramp', 20, 4, 3]);
    near(ramp?.peakRequestsPerSecond, 0.2);
    near(ramp?.meanRequestsPerSecond, 3 / 20);
    assert.deepEqual([soak?.seconds, soak?.requests, soak?.errorRate], [20, 4, 0]);
    near(soak?.peakRequestsPerSecond, 0.3);
  });

  test('is by the plan’s clock: at twice the speed a request of the fifth second is one of the tenth', () => {
    const rows = [row(4.9), row(5.1)];
    const [baseline, ramp] = phaseSummaries(factsOf(recordsOf({ rows, events, manifest: { timeScale: 2 } })));
    assert.deepEqual([baseline?.requests, ramp?.requests], [1, 1]);
  });

  test('has what came after the last decision, and a run that was stopped before the first', () => {
    const stop = { kind: 'stopping', at: 26, why: 'it was stopped', underWay: 1 } as const;
    const cut = phaseSummaries(
      factsOf(
        recordsOf({ rows: [row(25)], events: [...events.slice(0, 4), stop], manifest: { end: 'stopped' } }),
      ),
    );
    assert.deepEqual(
      cut.map(({ phase, seconds, requests }) => [phase, seconds, requests]),
      [
        ['baseline', 10, 0],
        ['ramp', 16, 1],
      ],
    );
    const early = factsOf(recordsOf({ events: [{ ...stop, at: 0 }], manifest: { end: 'stopped' } }));
    assert.deepEqual([phaseSummaries(early), latencyOf(early), littleOf(early)], [[], undefined, undefined]);
  });

  test('of a run without a gate is one phase', () => {
    const windows = [windowOf(0, 60, 8), windowOf(60, 120, 8)].map(
      (window) => ({ kind: 'window', window }) as const,
    );
    const facts = factsOf(recordsOf({ rows: [row(5), row(70)], events: windows, manifest: { gate: null } }));
    assert.deepEqual(
      phaseSummaries(facts).map(({ phase, seconds, mostUsers, requests }) => [
        phase,
        seconds,
        mostUsers,
        requests,
      ]),
      [['load', 120, 8, 2]],
    );
    assert.equal(facts.steady?.what, 'load');
  });
});

describe('Table 2', () => {
  test('is of the soak, engines weighted by their first tokens, clients by request', () => {
    const busy = {
      ...ENGINE,
      firstToken: { count: 30, mean: 0.8 },
      prefillTime: 0.6,
      cacheUsage: 0.3,
      preemptions: 2,
    };
    const soak = [
      ...events.slice(0, 6),
      ...decided('soak', windowOf(30, 40, 3, ENGINE)),
      ...decided('soak', windowOf(40, 50, 3, busy)),
      ...decided('soak', windowOf(50, 60, 3, { blind: 'it was restarted' }), { phase: 'ended' }),
    ];
    const rows = [
      row(15, { firstToken: 19 }),
      row(31),
      // First token after a second, then eight more in two chunks, within eight seconds.
      row(45, { firstToken: 46, lastToken: 54, end: 55, completionTokens: 9, chunks: 3 }),
      row(46, { outcome: OUTCOMES.broken, firstToken: Number.NaN }),
    ];
    const latency = latencyOf(factsOf(recordsOf({ rows, events: soak })));
    assert.deepEqual([latency?.what, latency?.users, latency?.seconds], ['soak', 3, 30]);
    near(latency?.engine.firstToken, (10 * 0.4 + 30 * 0.8) / 40);
    near(latency?.engine.prefillTime, (10 * 0.2 + 30 * 0.6) / 40);
    assert.deepEqual(latency?.cacheUsage, { mean: 0.2, least: 0.1, most: 0.3 });
    assert.deepEqual([latency?.preemptions, latency?.windows, latency?.blindWindows], [2, 3, 1]);
    near(latency?.client.firstToken.mean, (0.5 + 1) / 2);
    // 1.5 s for four tokens after the first, 8 s for eight.
    near(latency?.client.timePerToken.mean, (1.5 / 4 + 8 / 8) / 2);
    // 9.5 s for four chunks and two.
    near(latency?.client.interToken, 9.5 / 6);
    near(latency?.client.requestTime.mean, (2 + 10) / 2);
  });

  test('is of the last level that held where no soak was reached', () => {
    const facts = factsOf(recordsOf({ events: events.slice(0, 4), manifest: { end: 'preemptions' } }));
    const latency = latencyOf(facts);
    assert.deepEqual([latency?.what, latency?.users], ['level', 2]);
    assert.ok(Number.isNaN(latency?.client.firstToken.mean));
  });

  test('means of nothing, which JSON has as null, are no zero', () => {
    const idle = { ...ENGINE, prefixHits: Number.NaN, firstToken: { count: 0, mean: Number.NaN } };
    const latency = latencyOf(factsOf(recordsOf({ events: decided('soak', windowOf(0, 10, 3, idle)) })));
    assert.ok(Number.isNaN(latency?.engine.firstToken) && Number.isNaN(latency?.prefixHits));
  });

  test('gaps between chunks are by the plan’s clock', () => {
    const gaps = gapSpread(
      factsOf(recordsOf({ gaps: [10_000, 10_000, 40_000], manifest: { timeScale: 10 } })),
    );
    assert.equal(gaps.count, 3);
    assert.ok(Math.abs(gaps.p50 - 0.1) < 0.001 && Math.abs(gaps.max - 0.4) < 0.001, JSON.stringify(gaps));
    assert.ok(Number.isNaN(gapSpread(factsOf(recordsOf({}))).mean));
  });
});

describe('Figures', () => {
  test('4: first tokens of all windows of a level, by when they came; cooldowns are left out', () => {
    const rows = [
      row(1),
      row(9.8, { firstToken: 10.8 }),
      row(12, { firstToken: 16 }),
      row(22, { firstToken: 29 }),
    ];
    const levels = saturationOf(factsOf(recordsOf({ rows, events })));
    assert.deepEqual(
      levels.map(({ users, windows, firstTokens, judged }) => [users, windows, firstTokens, judged]),
      [
        [2, 1, 1, 'stable'],
        [3, 2, 0, 'stable'],
        [4, 1, 2, 'breach'],
      ],
    );
    near(levels[2]?.mean, (1 + 4) / 2);
    near(levels[2]?.p99, 4);
    assert.ok(Number.isNaN(levels[1]?.mean));
  });

  test('5 and 6: window after window, with nothing where telemetry was missing', () => {
    const blind = decided('baseline', windowOf(0, 10, 2, { blind: 'lost' }), {}, 'blind');
    const seen = decided('baseline', windowOf(10, 20, 2));
    const [first, second] = overTime(
      factsOf(recordsOf({ rows: [row(1), row(12)], events: [...blind, ...seen] })),
    );
    assert.ok(Number.isNaN(first?.cacheUsage) && Number.isNaN(first?.engineRequestTime));
    near(first?.clientRequestTime, 2);
    assert.deepEqual(
      [second?.cacheUsage, second?.engineRequestTime, second?.requestsPerSecond],
      [0.1, 1.9, 1],
    );
  });
});

describe('checks', () => {
  test('Little’s law holds for one user who asks for two seconds and pauses for one', () => {
    const rows = Array.from({ length: 20 }, (_, index) => row(index * 3));
    const soak = decided('soak', windowOf(0, 30, 1)).concat(
      decided('soak', windowOf(30, 60, 1), { phase: 'ended' }),
    );
    const little = littleOf(factsOf(recordsOf({ rows, events: soak })));
    near(little?.underWay, 2 / 3);
    near(little?.rate, 1 / 3);
    near(little?.time, 2);
    near(little?.difference, 0);
    near(little?.users?.pause, 1);
    near(little?.users?.difference, 0);
  });

  test('Little’s law shows requests that are missing in the records', () => {
    // A request that began before and ended after has its time under way, and no end.
    const rows = [row(-5, { end: 70, outcome: OUTCOMES.cut }), ...[0, 3, 6, 9].map((sent) => row(sent))];
    const little = littleOf(factsOf(recordsOf({ rows, events: decided('soak', windowOf(0, 12, 1)) })));
    near(little?.underWay, (12 + 8) / 12);
    near(little?.product, (4 / 12) * 2);
  });

  test('an open plan has no law for its users', () => {
    const open = { plan: { ...recordsOf({}).manifest.plan, mode: 'open' as const } };
    const little = littleOf(
      factsOf(recordsOf({ rows: [row(1)], events: decided('soak', windowOf(0, 10, 1)), manifest: open })),
    );
    assert.equal(little?.users, undefined);
    near(little?.time, 2);
  });

  test('response time counts from the schedule, service time from the send, and lag from when it could be sent', () => {
    const late = row(10, { due: 4, ready: 9.5, actor: 1 });
    const clocks = clocksOf(factsOf(recordsOf({ rows: [row(1), row(2), late] })));
    near(clocks.response.max, 8);
    near(clocks.service.max, 2);
    near(clocks.lag.max, 0.5);
    assert.equal(clocks.waitedForTurn, 1);
    // The second of the first user began a second before the first had ended.
    assert.equal(clocks.overlapping, 1);
    assert.equal(clocks.allowedLag, 0.05);
  });

  test('errors have a kind, a number and what was said first; repeated turns are counted', () => {
    const rows = [
      row(1, { step: 0 }),
      row(2, { step: 0, cachedTokens: 50 }),
      row(3, { step: 1, outcome: OUTCOMES.refused, status: 503, promptTokens: Number.NaN }),
      row(4, { step: 2, outcome: OUTCOMES.refused, status: 503, promptTokens: Number.NaN }),
      row(5, { step: 3, outcome: OUTCOMES.broken, status: Number.NaN, promptTokens: Number.NaN }),
    ];
    const said = [
      { kind: 'said', at: 3, status: 503, text: 'upstream is busy' },
      { kind: 'said', at: 5, status: 0, text: 'ECONNRESET: reset' },
    ] as const;
    const traffic = trafficOf(factsOf(recordsOf({ rows, events: said })));
    assert.deepEqual(traffic.byOutcome, { ok: 2, refused: 2, broken: 1, timeout: 0, cut: 0 });
    assert.deepEqual(traffic.errors, [
      { outcome: 'refused', status: 503, count: 2, said: 'upstream is busy' },
      { outcome: 'broken', status: Number.NaN, count: 1, said: 'ECONNRESET: reset' },
    ]);
    assert.equal(traffic.repeated, 1);
    assert.deepEqual(
      [traffic.promptTokens.count, traffic.promptTokens.p99, traffic.cachedShare],
      [2, 100, 0.25],
    );
    assert.equal(traffic.sessions, 200);
  });

  test('quantiles are by nearest rank, and of nothing there are none', () => {
    const hundred = Array.from({ length: 100 }, (_, index) => 100 - index);
    assert.deepEqual(spreadOf([...hundred, Number.NaN]), {
      count: 100,
      mean: 50.5,
      p50: 50,
      p90: 90,
      p99: 99,
      max: 100,
    });
    assert.ok(Number.isNaN(spreadOf([]).p99));
    near(
      weightedMean([
        [1, 1],
        [4, 2],
        [Number.NaN, 5],
        [9, 0],
      ]),
      3,
    );
  });
});

test('the verdict has the bracket, what it depends on, and the soak', () => {
  const verdict = verdictOf(factsOf(recordsOf({ events })));
  assert.deepEqual(verdict.bracket, { stable: 2, breach: 4 });
  assert.deepEqual([verdict.verdict, verdict.window, verdict.firstTokenFactor], ['kept', 10, 3]);
  assert.deepEqual(verdict.scopes, ['D: user']);
  assert.deepEqual(verdict.soak, { users: 3, seconds: 20, planned: 20, breaches: 0 });
  const none = verdictOf(
    factsOf(recordsOf({ events: events.slice(0, 2), manifest: { end: 'telemetry-lost' } })),
  );
  assert.deepEqual([none.verdict, none.bracket, none.soak], ['inconclusive', undefined, undefined]);
});
