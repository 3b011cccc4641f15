import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type Compared, gapOf, gapsOf } from '../../audit/flow-audit';
import type { TokenKind } from '../../ledger/record';
import { auditWorld, FROM, MODEL, NOTHING, TO, type WorldCall } from './world';

const MINUTE = 60_000;

const CALL: WorldCall = { start: 10 * MINUTE, lasts: 20_000, input: 1000, output: 200 };

/** Of one comparison: the difference, its classes, and the rest. */
function found(audit: ReturnType<typeof auditWorld>, source: Compared, kind: TokenKind = 'output') {
  const one = audit.differences.find(
    (difference) => difference.source === source && difference.kind === kind,
  );
  assert.ok(one, `${source} ${kind}`);
  return { tokens: one.tokens, ...one.classes, unexplained: one.unexplained };
}

test('whole calls within the period agree in every source, to the token', () => {
  const audit = auditWorld([CALL, { ...CALL, start: 12 * MINUTE }]);
  assert.deepEqual(
    audit.rows.map(({ kind, ledger, gateway, engine }) => [kind, ledger, gateway, engine]),
    [
      ['input', 2000, 2000, 2000],
      ['output', 400, 400, 400],
    ],
  );
  for (const source of ['gateway', 'upstream'] as const) {
    assert.deepEqual(found(audit, source), { tokens: 0, unexplained: 0 });
  }
  assert.deepEqual(gapsOf(audit), []);
  assert.deepEqual(audit.inconclusive, []);
});

test('a stream that its client left is in the ledger and not in the gateway’s counter: aborted', () => {
  const audit = auditWorld([CALL, { ...CALL, ending: 'left', output: 80, inFlight: 1 }]);
  assert.deepEqual(found(audit, 'gateway'), { tokens: -80, aborted: -80, unexplained: 0 });
  assert.deepEqual(found(audit, 'gateway', 'input'), { tokens: -1000, aborted: -1000, unexplained: 0 });
  assert.deepEqual(found(audit, 'upstream'), { tokens: 1, aborted: 1, unexplained: 0 });
  assert.deepEqual(found(audit, 'upstream', 'input'), { tokens: 0, unexplained: 0 });
});

test('more tokens than were in flight when a client left have no reason', () => {
  const audit = auditWorld([CALL, { ...CALL, ending: 'left', inFlight: 9 }]);
  assert.deepEqual(found(audit, 'upstream'), { tokens: 9, aborted: 1, unexplained: 8 });
  assert.equal(gapsOf(audit).length, 1);
});

test('prompts of attempts that did not answer are computed and not billed: retried', () => {
  const audit = auditWorld([CALL, { ...CALL, retries: 2 }]);
  assert.deepEqual(found(audit, 'upstream', 'input'), { tokens: 2000, retried: 2000, unexplained: 0 });
  assert.deepEqual(found(audit, 'gateway', 'input'), { tokens: 0, unexplained: 0 });
  assert.deepEqual(gapsOf(audit), []);
});

test('a request past the gateway is known by its number, and all of its tokens are bypassed', () => {
  const audit = auditWorld([CALL, { ...CALL, bypasses: true, output: 777 }]);
  assert.deepEqual(found(audit, 'upstream'), { tokens: 777, bypassed: 777, unexplained: 0 });
  assert.deepEqual(found(audit, 'gateway'), { tokens: 0, unexplained: 0 });
  assert.equal(audit.evidence[0]?.bypassedRequests, 1);
  assert.deepEqual(
    gapsOf(audit).map(({ source, kind }) => [source, kind]),
    [
      ['upstream', 'input'],
      ['upstream', 'output'],
    ],
  );
});

test('a call without a record is lost, on both sides, and not bypassed', () => {
  const audit = auditWorld([CALL, { ...CALL, lost: true, output: 55 }]);
  for (const source of ['gateway', 'upstream'] as const) {
    assert.deepEqual(found(audit, source), { tokens: 55, lost: 55, unexplained: 0 });
  }
  assert.deepEqual([audit.evidence[0]?.lostCalls, audit.evidence[0]?.bypassedRequests], [1, 0]);
});

test('a lost call is not hidden by streams that the gateway did not count, nor by requests past it', () => {
  const left = { ...CALL, ending: 'left' as const, output: 80 };
  const lost = { ...CALL, lost: true as const, output: 55 };
  const audit = auditWorld([CALL, left, lost]);
  assert.deepEqual(found(audit, 'gateway'), { tokens: -25, lost: 55, aborted: -80, unexplained: 0 });
  assert.deepEqual(found(audit, 'upstream'), { tokens: 55, lost: 55, unexplained: 0 });
  const both = auditWorld([CALL, left, lost, { ...CALL, bypasses: true, output: 777 }]);
  assert.deepEqual(found(both, 'upstream'), { tokens: 832, lost: 55, bypassed: 777, unexplained: 0 });
});

test('calls over the edges are late: by each source’s own clock, the part of an answer that it has seen', () => {
  const before = { ...CALL, start: -10_000, lasts: 40_000 };
  const after = { ...CALL, start: TO - FROM - 10_000, lasts: 40_000 };
  const first = auditWorld([before]);
  assert.deepEqual(found(first, 'gateway'), { tokens: 200, late: 200, unexplained: 0 });
  // A quarter of it was made before the period; the prompt too.
  assert.deepEqual(found(first, 'upstream'), { tokens: 150, late: 150, unexplained: 0 });
  assert.deepEqual(found(first, 'upstream', 'input'), { tokens: 0, unexplained: 0 });
  const last = auditWorld([after]);
  assert.deepEqual(found(last, 'gateway'), { tokens: -200, late: -200, unexplained: 0 });
  assert.deepEqual(found(last, 'upstream'), { tokens: -150, late: -150, unexplained: 0 });
});

test('a source that tells nothing of a model is inconclusive, and neither zero nor green', () => {
  const doubt = { ...NOTHING, doubts: new Map([[MODEL, 'it was down']]) };
  const silent = auditWorld([CALL], undefined, { engine: NOTHING });
  assert.deepEqual(silent.inconclusive, [
    {
      ...{ model: MODEL, source: 'upstream' },
      why: 'no model server and no report of a provider tells its tokens',
    },
  ]);
  assert.ok(silent.rows.every((row) => !('engine' in row)));
  assert.ok(silent.differences.every(({ source }) => source === 'gateway'));
  const down = auditWorld([CALL], undefined, { gateway: doubt });
  assert.deepEqual(
    down.inconclusive.map(({ source, why }) => `${source}: ${why}`),
    ['gateway: it was down'],
  );
  const blind = auditWorld([CALL], undefined, { gateway: { ...NOTHING, missing: 'nothing was scraped' } });
  assert.deepEqual(
    blind.inconclusive.map(({ why }) => why),
    ['nothing was scraped'],
  );
});

test('an idle period is green only where somebody looked', () => {
  assert.deepEqual(auditWorld([]).inconclusive, []);
  const blind = auditWorld([], undefined, {
    gateway: { ...NOTHING, missing: 'nothing was scraped' },
    engine: NOTHING,
  });
  assert.deepEqual(blind.inconclusive, [{ model: '*', source: 'gateway', why: 'nothing was scraped' }]);
});

test('a model that nobody called needs no upstream', () => {
  const still = {
    ...NOTHING,
    models: new Map([['gemini-flash', { tokens: { input: 0, output: 0 }, requests: 0 }]]),
  };
  const audit = auditWorld([], undefined, { gateway: still });
  assert.deepEqual([audit.inconclusive, audit.rows], [[], []]);
  const moved = { ...NOTHING, models: new Map([['gemini-flash', { tokens: { input: 9 }, requests: 1 }]]) };
  assert.equal(auditWorld([], undefined, { gateway: moved }).inconclusive.length, 1);
});

test('a source that tells one kind of tokens and not the other is inconclusive', () => {
  const half = (requests: number) => ({
    ...NOTHING,
    models: new Map([[MODEL, { tokens: { input: 1000 }, requests }]]),
  });
  const audit = auditWorld([CALL], undefined, { engine: half(1), gateway: half(1) });
  assert.deepEqual(
    audit.inconclusive.map(({ source, why }) => `${source}: ${why}`),
    ['gateway: nothing tells its output tokens', 'upstream: nothing tells its output tokens'],
  );
  const embeddings = auditWorld([{ ...CALL, output: 0 }], undefined, { engine: half(1), gateway: half(1) });
  assert.deepEqual([embeddings.inconclusive, gapsOf(embeddings)], [[], []]);
});

test('a model of which nothing upstream tells tokens is compared with the gateway alone, where that is said', () => {
  const audit = auditWorld([CALL], undefined, { engine: NOTHING, unreported: new Set([MODEL]) });
  assert.deepEqual(audit.inconclusive, []);
  assert.deepEqual(found(audit, 'gateway'), { tokens: 0, unexplained: 0 });
});

test('what a provider reports is added to what the engines of the same model counted', () => {
  const provider = {
    ...NOTHING,
    models: new Map([[MODEL, { tokens: { input: 500, output: 50 }, requests: 1 }]]),
  };
  const audit = auditWorld([CALL], undefined, { provider });
  assert.equal(found(audit, 'upstream').tokens, 50);
  assert.equal(audit.evidence[0]?.bypassedRequests, 1);
});

test('tokens that the ledger has and nobody made are a gap too', () => {
  const audit = auditWorld([CALL]);
  const half = {
    ...NOTHING,
    models: new Map([[MODEL, { tokens: { input: 1000, output: 100 }, requests: 1 }]]),
  };
  assert.equal(gapsOf(audit).length, 0);
  const over = auditWorld([CALL], undefined, { engine: half });
  assert.deepEqual(found(over, 'upstream'), { tokens: -100, unexplained: -100 });
  assert.equal(gapsOf(over).length, 1);
});

const anyCall = fc.record({
  start: fc.integer({ min: -20 * MINUTE, max: 70 * MINUTE }),
  lasts: fc.integer({ min: 0, max: 15 * MINUTE }),
  input: fc.integer({ min: 1, max: 5000 }),
  output: fc.integer({ min: 0, max: 3000 }),
  ending: fc.constantFrom('whole' as const, 'whole' as const, 'left' as const),
  inFlight: fc.constant(0),
  retries: fc.constantFrom(0, 0, 0, 1),
});

const anyLag = fc.record({
  gateway: fc.integer({ min: 0, max: 30_000 }),
  engine: fc.integer({ min: 0, max: 30_000 }),
});

/** Before the period ends everywhere: later calls are in no ledger that was read to its end. */
const untilTheEnd = (calls: readonly WorldCall[]) => calls.filter(({ start }) => start < TO - FROM);

test('whatever calls there were and whenever each was scraped, every token has a harmless reason [audit-explains]', () => {
  fc.assert(
    fc.property(fc.array(anyCall, { maxLength: 40 }), anyLag, (calls, lag) => {
      const audit = auditWorld(untilTheEnd(calls), lag);
      assert.deepEqual(gapsOf(audit), []);
      for (const { tokens, classes, unexplained } of audit.differences) {
        const sum = Object.values(classes).reduce((all, one) => all + one, unexplained);
        assert.equal(sum, tokens);
      }
    }),
  );
});

test('a call past the gateway, or without a record, is a gap of its size whatever else happens [audit-finds]', () => {
  const large = 10_000_000;
  const inMiddle = { start: 30 * MINUTE, lasts: 1000, input: large, output: large };
  fc.assert(
    fc.property(
      fc.array(anyCall, { maxLength: 20 }),
      anyLag,
      fc.constantFrom({ bypasses: true } as const, { lost: true } as const),
      (calls, lag, how) => {
        const audit = auditWorld([...untilTheEnd(calls), { ...inMiddle, ...how }], lag);
        const gaps = gapsOf(audit).filter(({ source }) => source === 'upstream');
        assert.equal(gaps.length, 2);
        const others = calls.reduce((sum, { input, output }) => sum + 2 * (input + output), 0);
        for (const gap of gaps) assert.ok(Math.abs(gapOf(gap) - large) <= others, `${gapOf(gap)}`);
      },
    ),
  );
});
