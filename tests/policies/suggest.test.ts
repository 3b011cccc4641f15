import assert from 'node:assert/strict';
import { test } from 'node:test';
import { shown } from '../../base/text';
import { suggest } from '../../policies/suggest';

test('a misspelt word suggests the nearest, whatever the case', () => {
  assert.equal(suggest('rateLimits', ['retry', 'rateLimit']), 'use rateLimit');
  assert.equal(suggest('RATELIMIT', ['retry', 'rateLimit']), 'use rateLimit');
});

test('ties go to the first by alphabet, not by order', () => {
  assert.equal(suggest('cat', ['hat', 'bat']), 'use bat');
});

test('a word that is far from all is answered with all, a long list cut', () => {
  assert.equal(suggest('zzzzzz', ['retry', 'rateLimit']), 'known are rateLimit, retry');
  const many = Array.from({ length: 15 }, (_, index) => `word${String.fromCharCode(97 + index)}`);
  assert.equal(suggest('zzzzzz', many), `known are ${many.slice(0, 12).join(', ')}, 3 more`);
});

test('where nothing is known nothing is suggested', () => {
  assert.equal(suggest('word', []), undefined);
});

test('values are shown as they are written, long ones cut', () => {
  assert.equal(shown('5'), '"5"');
  assert.equal(shown(5), '5');
  assert.equal(shown('x'.repeat(200)), `"${'x'.repeat(79)}…`);
});
