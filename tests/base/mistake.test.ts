import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatMistakes, type Mistake, PlatformError } from '../../config';

const cpu: Mistake = {
  path: 'gateway.cpu',
  value: 2.5,
  problem: '2.5 is not a whole number',
  fix: 'use 2 or 3',
};

test('a mistake reads as path, problem, fix and place', () => {
  assert.equal(
    formatMistakes([{ ...cpu, file: 'Pulumi.local.yaml', line: 12 }]),
    '✗ gateway.cpu: 2.5 is not a whole number (use 2 or 3)\n    at Pulumi.local.yaml:12',
  );
});

test('a mistake without fix and place is one line', () => {
  assert.equal(formatMistakes([{ path: 'models', problem: 'is empty' }]), '✗ models: is empty');
});

test('a place may have a column, and a line may have no file', () => {
  const mistake = { path: 'a', problem: 'b', line: 3 };
  assert.match(formatMistakes([{ ...mistake, file: 'c.yaml', column: 5 }]), /at c\.yaml:3:5$/);
  assert.match(formatMistakes([mistake]), /at line 3$/);
});

test('the error says how many mistakes there are, or what it is told to say', () => {
  assert.match(new PlatformError([cpu]).message, /^1 mistake\n✗ gateway\.cpu/);
  assert.match(new PlatformError([cpu, cpu]).message, /^2 mistakes\n✗ .+\n✗ /);
  assert.match(
    new PlatformError([cpu], 'stack prod cannot be built').message,
    /^stack prod cannot be built\n✗/,
  );
  assert.deepEqual(new PlatformError([cpu]).mistakes, [cpu]);
});
