import assert from 'node:assert/strict';
import { test } from 'node:test';
import { chosen, gatewayAddress, hostPatches } from '../../local/gateway-pods';
import type { Manifest } from '../../local/kube';
import { Ports } from '../../local/ports';
import { newFolder } from './scratch';

function pod(
  name: string,
  made: string,
  changes: { node?: string; leaving?: boolean; role?: string } = {},
): Manifest {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name,
      namespace: 'envoy-gateway-system',
      creationTimestamp: made,
      labels: {
        'app.kubernetes.io/managed-by': 'envoy-gateway',
        'app.kubernetes.io/component': changes.role ?? 'proxy',
      },
      ...(changes.leaving && { deletionTimestamp: made }),
    },
    spec: { nodeName: changes.node ?? 'system-0' },
  };
}

test('the newest proxy that has a node and stays is the one that runs', () => {
  const pods = [
    pod('old', '2026-01-01T00:00:00Z'),
    pod('new', '2026-01-01T00:00:05Z'),
    pod('leaving', '2026-01-01T00:00:09Z', { leaving: true }),
    pod('pending', '2026-01-01T00:00:09Z', { node: '' }),
    pod('limiter', '2026-01-01T00:00:09Z', { role: 'ratelimit' }),
    { ...pod('stranger', '2026-01-01T00:00:09Z'), metadata: { name: 'stranger', namespace: 'other' } },
  ];
  assert.equal(chosen(pods, 'proxy')?.metadata.name, 'new');
  assert.equal(chosen(pods, 'ratelimit')?.metadata.name, 'limiter');
  assert.equal(chosen([], 'proxy'), undefined);
});

const GATEWAY: Manifest = {
  apiVersion: 'gateway.networking.k8s.io/v1',
  kind: 'Gateway',
  metadata: { name: 'gw', namespace: 'ns', uid: 'u-1' },
  spec: { listeners: [{ name: 'http' }, { name: 'admin' }] },
};

test('a host patches the listeners to loopback, and the limiter’s port once something is limited', async () => {
  const ports = new Ports(newFolder());
  await ports.choose(['ratelimit', 'envoy-stats', 'ratelimit-metrics']);
  const [loopback, ...rest] = hostPatches(GATEWAY, false, ports);
  assert.deepEqual(rest, []);
  const patches = loopback?.spec.jsonPatches as { name: string; operation: { value: unknown } }[];
  assert.deepEqual(
    patches.map(({ name, operation }) => [name, operation.value]),
    [
      ['ns/gw/http', '127.0.0.1'],
      ['ns/gw/admin', '127.0.0.1'],
      ['envoy-gateway-proxy-ready-0.0.0.0-19003', '127.0.0.1'],
    ],
  );
  assert.deepEqual(
    loopback?.metadata.ownerReferences?.map((owner) => (owner as { uid: string }).uid),
    ['u-1'],
  );

  const limited = hostPatches(GATEWAY, true, ports)[1]?.spec.jsonPatches;
  assert.deepEqual(
    limited.map(({ operation }: { operation: { value: unknown } }) => operation.value),
    ['127.0.0.1', ports.get('ratelimit')],
  );

  const proxy = pod('p', '2026-01-01T00:00:00Z');
  assert.equal(gatewayAddress(proxy, 'metrics', ports), `127.0.0.1:${ports.get('envoy-stats')}`);
  assert.equal(gatewayAddress(proxy, 'aigw-admin', ports), '127.0.0.1:1064');
  assert.equal(gatewayAddress(proxy, 'unknown', ports), undefined);
});
