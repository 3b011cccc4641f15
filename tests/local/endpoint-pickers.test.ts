import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import { NameRegistry } from '../../local/dns';
import { endpointPickers, pickerPorts, podAddresses } from '../../local/endpoint-pickers';
import { Forward } from '../../local/forward';
import type { LiveObject } from '../../local/kube';
import { Ports } from '../../local/ports';
import { newFolder } from './scratch';

const labels = (instance: string) => ({
  'app.kubernetes.io/component': 'endpoint-picker',
  'app.kubernetes.io/instance': instance,
});

function picker(instance: string): { service: LiveObject; pod: LiveObject } {
  const metadata = { namespace: 'ai-serving', labels: labels(instance) };
  return {
    service: {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { ...metadata, name: `${instance}-picker` },
      spec: { selector: labels(instance), ports: [{ name: 'grpc', port: 9002 }] },
    },
    pod: {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { ...metadata, name: `${instance}-picker-1` },
      spec: { containers: [{ args: ['--pool-name=any', '--grpc-port=9002', '--metrics-port=9090'] }] },
      status: { conditions: [{ type: 'Ready', status: 'True' }] },
    },
  };
}

test('each pool’s picker has the arguments of its pod, and ports and an address of its own', async () => {
  const ports = new Ports(newFolder());
  await ports.choose(pickerPorts);
  const registry = new NameRegistry(join(newFolder(), 'names.json'));
  const toolchain = { file: (name: string) => `/tools/${name}`, share: () => '' };
  const [a, b] = [picker('a'), picker('b')];
  const found = endpointPickers([a.service, b.service], [a.pod, b.pod], {
    ports,
    registry,
    toolchain,
    kubeconfig: '/kubeconfig',
  });
  assert.deepEqual(
    found.map(({ component, front, port }) => [component.name, component.args, front, port]),
    ['a', 'b'].map((name, i) => [
      `endpoint-picker:${name}`,
      [
        '--pool-name=any',
        `--grpc-port=${ports.get(`picker-grpc.${i}`)}`,
        `--metrics-port=${ports.get(`picker-metrics.${i}`)}`,
      ],
      { host: registry.addressOf(`${name}-picker.ai-serving.svc`), port: 9002 },
      ports.get(`picker-grpc.${i}`),
    ]),
  );
});

test('only the pods of a pool get the address of their process, once', () => {
  const pod = (name: string, pool: string, podIP = '10.0.0.1'): LiveObject => ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace: 'ai-serving', labels: { pool } },
    status: { podIP },
  });
  const pool: LiveObject = {
    apiVersion: 'inference.networking.k8s.io/v1',
    kind: 'InferencePool',
    metadata: { name: 'p', namespace: 'ai-serving' },
    spec: { selector: { matchLabels: { pool: 'p' } } },
  };
  const replicas = [pod('new', 'p'), pod('done', 'p', '127.1.0.2'), pod('other', 'q')].map((one, index) => ({
    pod: one,
    instance: 'm',
    index,
    host: `127.1.0.${index + 1}`,
  }));
  assert.deepEqual(podAddresses([pool], replicas), [
    {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'new', namespace: 'ai-serving' },
      status: { podIP: '127.1.0.1', podIPs: [{ ip: '127.1.0.1' }] },
    },
  ]);
});

test('a forward leads to the port of localhost, and is gone when it is closed', async () => {
  const server = createServer((socket) => socket.end('hello')).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  const from = { host: '127.1.200.1', port };
  const forward = await Forward.open(from, port);
  assert.equal(await text(connect(from)), 'hello');
  forward.close();
  await assert.rejects(once(connect(from), 'connect'), { code: 'ECONNREFUSED' });
  server.close();
});
