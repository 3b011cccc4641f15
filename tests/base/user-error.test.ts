import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PlatformError } from '../../base/mistake';
import { UserError } from '../../base/user-error';
import { UnreadableError } from '../../policies';

/** The class of another copy of this package, as a program brings one that is checked. */
function copied(): typeof UserError {
  const file = require.resolve('../../base/user-error');
  const cached = require.cache[file];
  delete require.cache[file];
  const { UserError: other } = require(file);
  require.cache[file] = cached;
  return other;
}

test('an error is of its class and of those above, and of no other', () => {
  const refused = new PlatformError([{ path: 'gateway.cpu', problem: 'no' }]);
  assert.ok(refused instanceof UserError && refused instanceof PlatformError);
  assert.equal(refused.name, 'PlatformError');
  assert.equal(refused.exitCode, 1);
  assert.ok(!(refused instanceof UnreadableError));
  assert.ok(!(new UserError('no') instanceof PlatformError));
});

test('an error of another copy of this package is one of a user too', () => {
  const Other = copied();
  assert.notEqual(Other, UserError);
  assert.ok(new Other('no') instanceof UserError);
});

test('a bug of ours is none', () => {
  for (const value of [new Error('a bug'), new TypeError('a bug'), 'text', null, undefined]) {
    assert.ok(!(value instanceof UserError));
  }
});
