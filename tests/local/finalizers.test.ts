import assert from 'node:assert/strict';
import { test } from 'node:test';
import { heldTooLong } from '../../local/finalizers';

test('only what should have been gone for some time is held too long', () => {
  const object = (name: string, deletionTimestamp?: string) => ({
    apiVersion: 'aigateway.envoyproxy.io/v1beta1',
    kind: 'AIGatewayRoute',
    metadata: { name, ...(deletionTimestamp && { deletionTimestamp }) },
  });
  const objects = [
    object('stays'),
    object('leaves', '2026-01-01T00:00:55Z'),
    object('held', '2026-01-01T00:00:00Z'),
  ];
  const held = heldTooLong(objects, Date.parse('2026-01-01T00:01:00Z'));
  assert.deepEqual(
    held.map(({ metadata }) => metadata.name),
    ['held'],
  );
});
