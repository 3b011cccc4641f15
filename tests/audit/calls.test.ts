import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type AuditedCall, CallSums } from '../../audit/calls';
import { FROM, PERIOD, TO } from './world';

const CALL: AuditedCall = {
  ...{ startedAt: FROM + 60_000, durationMs: 1000, modelAsked: 'a', modelAnswered: 'a', ending: 'whole' },
  ...{ attempts: 1, tokens: { input: 100, output: 10 } },
};

function summed(calls: readonly Partial<AuditedCall>[], nameOf?: (model: string) => string) {
  const at = (moment: number) => ({ least: moment, most: moment });
  const clock = { counts: 'while it runs', from: at(FROM), to: at(TO), blind: [] } as const;
  const sums = new CallSums(PERIOD, { engine: clock }, nameOf);
  for (const call of calls) sums.add({ ...CALL, ...call });
  return sums;
}

test('a correction changes tokens, and is no call', () => {
  const correction = { tokens: { output: -4 }, reason: 'a retry was counted' };
  const late = { reason: 'late' };
  const model = summed([{}, correction, late]).models.get('a');
  assert.equal(model?.endings.whole, 2);
  assert.deepEqual([model?.kinds.input?.tokens, model?.kinds.output?.tokens], [200, 16]);
  assert.equal(model?.kinds.output?.largest, 10);
});

test('a call that fails over is of the model that answered; the attempt before it may have been at either', () => {
  const { models } = summed([{ modelAnswered: 'b', attempts: 2 }]);
  assert.deepEqual([models.get('a')?.unanswered, models.get('b')?.unanswered], [1, 1]);
  assert.equal(models.get('a')?.kinds.input, undefined);
  assert.equal(models.get('b')?.kinds.input?.tokens, 100);
});

test('names in answers are names of models where that is told, and without an answer the one that was asked counts', () => {
  const { models } = summed(
    [{ modelAnswered: 'a-2026-05' }, { modelAnswered: '', ending: 'left', tokens: {} }],
    (name) => name.slice(0, 1),
  );
  assert.deepEqual([...models.keys()], ['a']);
  assert.equal(models.get('a')?.kinds.input?.leftUncounted, 1);
});

test('what a call that failed had is kept apart, and refused calls and lists of models are nothing', () => {
  const sums = summed([
    { ending: 'failed', tokens: { input: 70, output: 0 } },
    { ending: 'refused', attempts: 0, tokens: {} },
    { modelAsked: '', modelAnswered: '', attempts: 0, tokens: {} },
  ]);
  assert.deepEqual([...sums.models.keys()], ['a']);
  const { input, output } = sums.models.get('a')?.kinds ?? {};
  assert.deepEqual([input?.failed, input?.failedUncounted, output?.failedUncounted], [70, 0, 1]);
});

test('the last call is told, so that a ledger that stopped is seen', () => {
  const last = FROM + 120_000;
  assert.equal(summed([{}, { startedAt: last }, { startedAt: FROM - 5 }, { startedAt: TO }]).last, last);
});
