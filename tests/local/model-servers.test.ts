import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { NameRegistry } from '../../local/dns';
import type { LiveObject } from '../../local/kube';
import { standIns } from '../../local/lacking';
import { ModelServers } from '../../local/model-servers';
import { newFolder } from './scratch';

const NAME = 'small.ai-serving.svc.cluster.local';

const labels = (instance: string) => ({
  'app.kubernetes.io/component': 'model-server',
  'app.kubernetes.io/instance': instance,
});

function pod(uid: string, changes: { instance?: string; ready?: boolean } = {}): LiveObject {
  const { instance = 'small', ready = true } = changes;
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: uid, uid, namespace: 'ai-serving', labels: labels(instance) },
    spec: { containers: [{ ports: [{ name: 'http', containerPort: 8000 }] }] },
    status: { conditions: [{ type: 'Ready', status: ready ? 'True' : 'False' }] },
  };
}

const service: LiveObject = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'small', namespace: 'ai-serving', labels: labels('small') },
  spec: { clusterIP: 'None', selector: labels('small'), ports: [{ port: 8000 }] },
};

const newRegistry = () => new NameRegistry(join(newFolder(), 'names.json'));

describe('model servers', () => {
  test('a Service answers with the address of every ready pod, and a lone replica has the Service’s own', () => {
    const registry = newRegistry();
    const servers = new ModelServers(registry);
    const own = registry.addressOf(NAME);
    servers.follow([service], [pod('a')]);
    assert.deepEqual(registry.addressesOf(NAME), [own]);

    const replicas = servers.follow([service], [pod('a'), pod('b'), pod('starting', { ready: false })]);
    assert.deepEqual(
      replicas.map(({ pod: { metadata } }) => metadata.name),
      ['a', 'b'],
    );
    assert.deepEqual(
      registry.addressesOf(NAME),
      replicas.map(({ host }) => host),
    );
    assert.equal(new Set(replicas.map(({ host }) => host)).size, 2);

    servers.follow([service], [pod('b')]);
    assert.deepEqual(registry.addressesOf(NAME), [servers.hostFor(pod('b'))]);
    assert.notEqual(servers.hostFor(pod('b')), own);
    assert.equal(servers.hostFor(pod('a')), undefined);

    servers.follow([service], []);
    assert.deepEqual(registry.addressesOf(NAME), [own]);
  });

  test('a pod that no Service selects is not run', () => {
    assert.deepEqual(
      new ModelServers(newRegistry()).follow([service], [pod('x', { instance: 'other' })]),
      [],
    );
  });

  test('every replica is a process of its own under the name of the model', () => {
    const registry = newRegistry();
    const replicas = new ModelServers(registry).follow([service], [pod('a'), pod('b')]);
    const running = standIns([], replicas, [], '/state', registry);
    assert.deepEqual(
      running.map(({ name, component }) => [name, component.name, component.env]),
      [
        ['small', 'stand-in:small', { HOSTNAME: 'a' }],
        ['small', 'stand-in:small.1', { HOSTNAME: 'b' }],
      ],
    );
    assert.deepEqual(
      running.map(({ url }) => url),
      replicas.map(({ host }) => `http://${host}:8000`),
    );
  });
});
