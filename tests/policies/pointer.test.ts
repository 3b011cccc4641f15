import assert from 'node:assert/strict';
import { test } from 'node:test';
import { groupOf, objectId } from '../../base/manifest';
import { escaped, select } from '../../policies/pointer';

test('an object is known by kind, namespace and name, in lower case', () => {
  const backend = { apiVersion: 'v1', kind: 'Backend', metadata: { namespace: 'ai', name: 'chat' } };
  assert.equal(objectId(backend), 'backend/ai/chat');
  assert.equal(objectId({ ...backend, kind: 'GatewayClass', metadata: { name: 'ai' } }), 'gatewayclass/ai');
  assert.equal(objectId({ kind: 'Backend' }), 'backend');
});

test('the group is what stands before the slash, and empty for v1', () => {
  assert.equal(groupOf({ apiVersion: 'gateway.envoyproxy.io/v1alpha1' }), 'gateway.envoyproxy.io');
  assert.equal(groupOf({ apiVersion: 'v1' }), '');
});

test('a star selects every element of a list, with its pointer', () => {
  const root = { rules: [{ refs: [{ name: 'a' }] }, {}, { refs: [{ name: 'b' }, { name: 'c' }] }] };
  assert.deepEqual(select(root, '/rules/*/refs/*/name'), [
    { pointer: '/rules/0/refs/0/name', value: 'a' },
    { pointer: '/rules/2/refs/0/name', value: 'b' },
    { pointer: '/rules/2/refs/1/name', value: 'c' },
  ]);
});

test('keys with slashes and tildes are found by their escaped form', () => {
  const key = 'example.com/~a';
  assert.equal(escaped(key), 'example.com~1~0a');
  assert.deepEqual(select({ [key]: 1 }, `/${escaped(key)}`), [{ pointer: '/example.com~1~0a', value: 1 }]);
});

test('nothing is selected where the shape is another one', () => {
  for (const root of [undefined, null, 'text', 7, { rules: null }, { rules: 'text' }, { rules: { a: 1 } }]) {
    assert.deepEqual(select(root, '/rules/*/refs'), []);
  }
});
