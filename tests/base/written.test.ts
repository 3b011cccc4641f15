import assert from 'node:assert/strict';
import { resolve } from 'node:path';
import { test } from 'node:test';
import { frameOf, writtenStack } from '../../base/written';

test('a line of a stack trace names a place in a file, or none', () => {
  const frame = { file: '/srv/app.js', line: 3, column: 7 };
  assert.deepEqual(frameOf('    at made (/srv/app.js:3:7)'), frame);
  assert.deepEqual(frameOf('    at file:///srv/app.js?x=1:3:7'), frame);
  for (const line of ['Error: at 3', '    at node:internal/main:3:7', '    at native']) {
    assert.equal(frameOf(line), undefined, line);
  }
});

test('a place in a compiled program of this package is told as it was written', async () => {
  const { load } = require('../../bin/compiled.cjs');
  const { stackTrace } = await load('tests/base/thrower.ts');
  const stack: string = stackTrace();
  assert.match(stack, /at stackTrace \(.*tests-base-thrower\.cjs:\d+:\d+\)/);
  const written = writtenStack(stack);
  assert.ok(written.includes(`at stackTrace (${resolve(__dirname, 'thrower.ts')}:3:10)`), written);
});

test('a stack trace keeps everything else', () => {
  const stack = 'Error: broken\n    at made (/srv/app.js:3:7)\n    at native';
  assert.equal(writtenStack(stack), stack);
});
