import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Faults } from '../../local/stand-ins/faults';

test('what a stand-in was told to refuse is refused, by path or by model, until it is told otherwise', () => {
  const faults = new Faults();
  assert.equal(faults.statusFor('/model/a', {}), undefined);
  faults.set('provisioned:model', 429);
  faults.set('claude', 503);
  assert.equal(faults.statusFor('/model/arn%3Aprovisioned%3Amodel%2Fx/converse', {}), 429);
  assert.equal(faults.statusFor('/v1/chat/completions', { model: 'claude-sonnet' }), 503);
  assert.equal(faults.statusFor('/v1/chat/completions', { model: 'gpt' }), undefined);
  assert.equal(faults.statusFor('/v1/chat/completions', undefined), undefined);
  faults.clear();
  assert.equal(faults.statusFor('/v1/chat/completions', { model: 'claude-sonnet' }), undefined);
});
