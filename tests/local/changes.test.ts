import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isChange } from '../../local/changes';

const line = (...keys: string[]) =>
  JSON.stringify({
    result: {
      events: keys.map((key) => ({ kv: { key: Buffer.from(key).toString('base64'), value: 'e30=' } })),
    },
  });

test('a write is a change, unless leases, heartbeats and events alone were written', () => {
  assert.equal(isChange(line('/registry/pods/ai-serving/gpt-oss-120b-1')), true);
  assert.equal(
    isChange(line('/registry/leases/kube-node-lease/gpu-h100-0', '/registry/events/default/a.1')),
    false,
  );
  assert.equal(isChange(line('/registry/minions/system-0')), false);
  assert.equal(
    isChange(line('/registry/minions/system-0', '/registry/gateway.networking.k8s.io/gateways/a/b')),
    true,
  );
});

test('that a watch was made is no change', () => {
  assert.equal(isChange('{"result":{"header":{"revision":"7"},"created":true}}'), false);
});
