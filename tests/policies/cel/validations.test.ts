import assert from 'node:assert/strict';
import { test } from 'node:test';
import { brokenValidations, type Validation } from '../../../policies/cel/validations';
import type { Structural } from '../../../policies/structural';

const INTEGER: Structural = { type: 'integer' };

function object(properties: Structural['properties'], ...validations: readonly Validation[]): Structural {
  return { type: 'object', properties: properties ?? {}, 'x-kubernetes-validations': validations };
}

/** What is refused, as `<pointer>: <problem>`. */
function broken(schema: Structural, value: unknown): string[] {
  return brokenValidations(schema, value).map(({ pointer, problem }) => `${pointer}: ${problem}`);
}

test('a rule is told with its message, or else with itself', () => {
  const schema = (rest: object) => object({ a: INTEGER }, { rule: 'self.a > 1', ...rest });
  assert.deepEqual(broken(schema({ message: 'a is more than one.' }), { a: 1 }), [': a is more than one']);
  assert.deepEqual(broken(schema({}), { a: 1 }), [': violates the rule self.a > 1']);
  assert.deepEqual(broken(schema({}), { a: 2 }), []);
});

test('a message that is calculated comes first, unless it has no text', () => {
  const schema = (messageExpression: string) =>
    object({ a: INTEGER }, { rule: 'false', message: 'no', messageExpression });
  assert.deepEqual(broken(schema("'a is %d'.format([self.a])"), { a: 1 }), [': a is 1']);
  for (const useless of ["''", "'a\\nb'", "'%d'.format(['x'])"]) {
    assert.deepEqual(broken(schema(useless), { a: 1 }), [': no'], useless);
  }
});

test('a rule is about every value of its schema, in lists and maps too', () => {
  const inner = object({ a: INTEGER }, { rule: 'self.a > 1', message: 'small' });
  const schema = object({
    list: { type: 'array', items: inner },
    map: { type: 'object', additionalProperties: inner },
  });
  const value = { list: [{ a: 2 }, { a: 1 }], map: { 'x/y': { a: 0 } } };
  assert.deepEqual(broken(schema, value), ['/list/1: small', '/map/x~1y: small']);
});

test('a rule about an earlier state waits for one, unless it does without', () => {
  const grows = { rule: 'self.a >= oldSelf.a', message: 'shrinks' };
  const first = { rule: 'oldSelf.hasValue() || self.a == 0', message: 'begins at 0', optionalOldSelf: true };
  assert.deepEqual(broken(object({ a: INTEGER }, grows, first), { a: 1 }), [': begins at 0']);
  assert.deepEqual(broken(object({ a: INTEGER }, { rule: "'oldSelf' == ''", message: 'text' }), { a: 1 }), [
    ': text',
  ]);
});

test('the path of a field is a part of the pointer', () => {
  const at = (fieldPath: string) =>
    broken(object({ a: INTEGER }, { rule: 'false', message: 'no', fieldPath }), { a: 1 });
  assert.deepEqual(at('.a.b'), ['/a/b: no']);
  assert.deepEqual(at(".a['x/y']"), ['/a/x~1y: no']);
});

test('integers, numbers, texts with a format and int-or-string are of their types', () => {
  const schema = object(
    {
      whole: INTEGER,
      part: { type: 'number' },
      port: { 'x-kubernetes-int-or-string': true },
      since: { type: 'string', format: 'date-time' },
      bytes: { type: 'string', format: 'byte' },
      wait: { type: 'string', format: 'duration' },
      if: { type: 'string' },
      'a.b-c': { type: 'string' },
    },
    { rule: 'type(self.whole) == int && type(self.part) == double && self.part == 1.0' },
    { rule: 'type(self.port) == int && self.port == 80' },
    { rule: "self.since > timestamp('2020-01-01T00:00:00Z') && self.bytes == b'hello'" },
    { rule: "self.wait == duration('90s') && self.__if__ == 'x' && self.a__dot__b__dash__c == 'y'" },
  );
  const value = {
    whole: 1,
    part: 1,
    port: 80,
    since: '2025-01-01T00:00:00Z',
    bytes: 'aGVsbG8=',
    wait: '1m30s',
    if: 'x',
    'a.b-c': 'y',
  };
  assert.deepEqual(broken(schema, value), []);
});

test('refuses an object for which a rule has no answer', () => {
  const [found] = broken(object({ a: INTEGER }, { rule: 'self.a > 1', message: 'small' }), {});
  assert.equal(found, ': the rule "small" cannot be evaluated: No such key: a');
});
