import assert from 'node:assert/strict';
import { test } from 'node:test';
import { chosen, gatewayAddress, gatewayPorts, hostPatches, wantedProxies } from '../../local/gateway-pods';
import type { LiveObject } from '../../local/kube';
import { Ports } from '../../local/ports';
import { newFolder } from './scratch';

function pod(
  name: string,
  made: string,
  changes: { node?: string; leaving?: boolean; role?: string } = {},
): LiveObject {
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

test('the newest proxies that have a node and stay are those that run', () => {
  const pods = [
    pod('old', '2026-01-01T00:00:00Z'),
    pod('new', '2026-01-01T00:00:05Z'),
    pod('leaving', '2026-01-01T00:00:09Z', { leaving: true }),
    pod('pending', '2026-01-01T00:00:09Z', { node: '' }),
    pod('limiter', '2026-01-01T00:00:09Z', { role: 'ratelimit' }),
    { ...pod('stranger', '2026-01-01T00:00:09Z'), metadata: { name: 'stranger', namespace: 'other' } },
  ];
  const names = (list: readonly LiveObject[]) => list.map(({ metadata }) => metadata.name);
  assert.deepEqual(names(chosen(pods, 'proxy')), ['new']);
  assert.deepEqual(names(chosen(pods, 'proxy', 2)), ['new', 'old']);
  assert.deepEqual(names(chosen(pods, 'ratelimit')), ['limiter']);
  assert.deepEqual(chosen([], 'proxy'), []);
});

test('a host runs as many Envoys as are asked for, two at most', () => {
  const asking = (replicas?: number): LiveObject[] => [
    { ...pod('proxies', ''), kind: 'Deployment', spec: { ...(replicas && { replicas }) } },
  ];
  assert.deepEqual(
    [asking(), asking(1), asking(2), asking(5), []].map((list) => wantedProxies(list)),
    [1, 1, 2, 2, 1],
  );
});

const GATEWAY: LiveObject = {
  apiVersion: 'gateway.networking.k8s.io/v1',
  kind: 'Gateway',
  metadata: { name: 'gw', namespace: 'ns', uid: 'u-1' },
  spec: { listeners: [{ name: 'http' }, { name: 'admin' }] },
};

test('a host patches the listeners to loopback, and the limiter’s port once something is limited', async () => {
  const ports = new Ports(newFolder());
  await ports.choose(gatewayPorts);
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
  assert.equal(gatewayAddress(proxy, 0, 'metrics', ports), `127.0.0.1:${ports.get('envoy-stats')}`);
  assert.equal(gatewayAddress(proxy, 0, 'aigw-admin', ports), '127.0.0.1:1064');
  assert.equal(gatewayAddress(proxy, 0, 'unknown', ports), undefined);
  for (const port of ['metrics', 'aigw-admin']) {
    assert.notEqual(gatewayAddress(proxy, 0, port, ports), gatewayAddress(proxy, 1, port, ports));
  }
});
