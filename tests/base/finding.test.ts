import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sortFindings } from '../../base/finding';
import { type Finding, formatFindings } from '../../policies';
import { WORKERS } from './sample-finding';

test('a finding is one line: how bad, where, what, what to do, which rule', () => {
  const { fix: _, ...whole } = { ...WORKERS, severity: 'warning', pointer: '' } as const;
  assert.equal(
    formatFindings([WORKERS, whole]),
    [
      '✗ envoyproxy/ai/chat /spec/concurrency: concurrency is 4 and the CPU limit "2" (use 2) [R02]',
      '! envoyproxy/ai/chat: concurrency is 4 and the CPU limit "2" [R02]',
    ].join('\n'),
  );
  assert.equal(formatFindings([]), '');
});

test('findings are sorted by object, pointer and rule, an object before what its name begins', () => {
  const at = (object: string, pointer: string, rule: string): Finding => ({
    ...WORKERS,
    object,
    pointer,
    rule,
  });
  const sorted = [
    at('backend/ai/a', '', 'schema'),
    at('backend/ai/a', '/spec/b', 'R13'),
    at('backend/ai/a', '/spec/b', 'schema'),
    at('backend/ai/a-b', '/spec/a', 'R02'),
  ];
  assert.deepEqual(sortFindings(sorted.toReversed()), sorted);
});
