import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { rate, separate } from '../../billing/rate';
import { usageOf } from '../../billing/usage';
import type { UsageRecord } from '../../ledger/record';
import { at, bookOf, call } from './books';

const book = bookOf(
  'model: a, kind: input, from: 2026-01-01, pricePerMTok: 1',
  'model: a, kind: cachedInput, from: 2026-01-01, pricePerMTok: 0.1',
  'model: a, kind: output, from: 2026-01-01, pricePerMTok: 4',
  'model: b, kind: input, from: 2026-01-01, pricePerMTok: 2',
  'model: b, kind: output, from: 2026-01-01, pricePerMTok: 8',
  'model: embed, kind: input, from: 2026-01-01, pricePerMTok: 0.01',
);

const rated = (given: Partial<UsageRecord>) => rate(usageOf(call(given)), book);

/** `kind tokens @ entry`, one for each part. */
const parts = (given: Partial<UsageRecord>) =>
  rated(given).parts.map(({ kind, tokens, entry }) => `${kind} ${tokens} @ ${entry.model} ${entry.kind}`);

const whys = (given: Partial<UsageRecord>) =>
  rated(given).differences.map(({ why, calls, tokens }) => `${why} ${calls} ${tokens}`);

test('cached tokens are a part of input and reasoning a part of output, priced once', () => {
  assert.deepEqual(
    parts({ tokens: { input: 1000, cachedInput: 600, cacheWriteInput: 100, output: 50, reasoning: 20 } }),
    [
      'input 300 @ a input',
      'cachedInput 600 @ a cachedInput',
      'cacheWriteInput 100 @ a input',
      'output 30 @ a output',
      'reasoning 20 @ a output',
    ],
  );
});

test('every token is in one kind, and none is lost', () => {
  const count = fc.nat({ max: 10_000 });
  const tokens = fc.record({
    ...{ input: count, cachedInput: count, cacheWriteInput: count, output: count, reasoning: count },
  });
  fc.assert(
    fc.property(tokens, (given) => {
      const { counts, excess } = separate(given);
      assert.equal(counts.input + counts.cachedInput + counts.cacheWriteInput, given.input);
      assert.equal(counts.output + counts.reasoning, given.output);
      assert.ok(Object.values(counts).every((n) => n >= 0));
      const told = given.cachedInput + given.cacheWriteInput + given.reasoning;
      assert.equal(counts.cachedInput + counts.cacheWriteInput + counts.reasoning + excess, told);
    }),
  );
});

test('more cached tokens than input are cut to input, and told', () => {
  const tokens = { input: 100, cachedInput: 130, output: 10 };
  assert.deepEqual(parts({ tokens }), ['cachedInput 100 @ a cachedInput', 'output 10 @ a output']);
  assert.deepEqual(whys({ tokens }), ['excess 1 30']);
});

test('a failover is billed once, as the model that answered; the other attempts are the platform’s', () => {
  const given = { modelAsked: 'a', modelAnswered: 'b', attempts: 3 };
  assert.deepEqual(parts(given), ['input 1000 @ b input', 'output 100 @ b output']);
  assert.deepEqual(whys(given), ['retried 2 0']);
});

test('where no answer says its model, the one that was asked is billed', () => {
  assert.equal(rated({ modelAnswered: '', ending: 'left' }).model, 'a');
});

test('refused and failed calls cost nothing, and what a failed one used is told', () => {
  const failed = rated({ ending: 'failed', status: 503, tokens: { input: 700 } });
  assert.equal(failed.isBilled, false);
  assert.deepEqual(failed.differences, [{ why: 'failed', calls: 1, tokens: 700 }]);
  const refused = rated({ ending: 'refused', status: 429, attempts: 0, tokens: {}, modelAnswered: '' });
  assert.equal(refused.isBilled, false);
  assert.deepEqual(refused.differences, [{ why: 'refused', calls: 1, tokens: 0 }]);
});

test('a failed call of a model without a price is no mistake', () => {
  assert.deepEqual(rated({ ending: 'failed', modelAnswered: 'unknown' }).unpriced, []);
});

test('a call that its client left is billed for what was counted', () => {
  assert.deepEqual(parts({ ending: 'left', flags: 'DC', tokens: { input: 10, output: 3 } }), [
    'input 10 @ a input',
    'output 3 @ a output',
  ]);
  assert.deepEqual(whys({ ending: 'left', tokens: { input: 10, output: 3 } }), []);
});

test('tokens that nobody counted are a difference with a name, not a 0', () => {
  assert.deepEqual(whys({ ending: 'left', tokens: {} }), ['leftUncounted 1 0']);
  assert.deepEqual(whys({ ending: 'left', tokens: { input: 10 } }), ['leftUncounted 1 0']);
  assert.deepEqual(parts({ ending: 'left', tokens: { input: 10 } }), ['input 10 @ a input']);
  assert.deepEqual(whys({ tokens: {} }), ['uncounted 1 0']);
  assert.deepEqual(whys({ tokens: { input: 0, output: 0 } }), []);
});

test('a model without a price of output, such as one of embeddings, need not count it', () => {
  assert.deepEqual(whys({ modelAnswered: 'embed', tokens: { input: 10 } }), []);
});

test('what has no price is told by model and kind', () => {
  const { unpriced } = rated({ modelAnswered: 'embed', tokens: { input: 10, output: 5 } });
  assert.deepEqual(unpriced, [{ model: 'embed', kind: 'output', tokens: 5 }]);
  assert.equal(rated({ startedAt: at('2025-12-31T23:59:59') }).unpriced.length, 2);
});
