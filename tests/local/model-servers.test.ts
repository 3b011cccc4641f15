import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { NameRegistry } from '../../local/dns';
import type { Manifest } from '../../local/kube';
import { standIns } from '../../local/lacking';
import { assignSlots, ModelServers, type Slot } from '../../local/model-servers';
import { newFolder } from './scratch';

const NAME = 'small.ai-serving.svc.cluster.local';

const labels = (instance: string) => ({
  'app.kubernetes.io/component': 'model-server',
  'app.kubernetes.io/instance': instance,
});

function pod(uid: string, changes: { instance?: string; ready?: boolean; made?: string } = {}): Manifest {
  const { instance = 'small', ready = true, made = '2026-01-01T00:00:00Z' } = changes;
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: uid, uid, namespace: 'ai-serving', labels: labels(instance), creationTimestamp: made },
    spec: { containers: [{ ports: [{ name: 'http', containerPort: 8000 }] }] },
    status: { conditions: [{ type: 'Ready', status: ready ? 'True' : 'False' }] },
  };
}

const service: Manifest = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'small', namespace: 'ai-serving', labels: labels('small') },
  spec: { clusterIP: 'None', selector: labels('small'), ports: [{ port: 8000 }] },
};

const newRegistry = () => new NameRegistry(join(newFolder(), 'names.json'));

describe('slots of replicas', () => {
  const pods = fc.uniqueArray(
    fc.record({ uid: fc.string({ minLength: 1 }), instance: fc.constantFrom('a', 'b') }),
    {
      selector: ({ uid }) => uid,
      maxLength: 8,
    },
  );
  const asPods = (list: { uid: string; instance: string }[]) =>
    list.map(({ uid, instance }) => pod(uid, { instance }));
  const places = (slots: ReadonlyMap<string, Slot>) =>
    [...slots.values()].map(({ instance, index }) => `${instance}/${index}`);

  test('a pod keeps its slot, and no two pods share one', () => {
    fc.assert(
      fc.property(pods, pods, (first, second) => {
        const before = assignSlots(new Map(), asPods(first));
        const after = assignSlots(before, asPods(second));
        assert.equal(new Set(places(after)).size, second.length);
        for (const { uid, instance } of second) {
          const kept = before.get(uid);
          if (kept?.instance === instance) assert.deepEqual(after.get(uid), kept);
        }
      }),
    );
  });

  test('without history the replicas of a model are numbered from 0 without a gap', () => {
    fc.assert(
      fc.property(pods, (list) => {
        const slots = [...assignSlots(new Map(), asPods(list)).values()];
        for (const instance of ['a', 'b']) {
          const indices = slots.filter((slot) => slot.instance === instance).map(({ index }) => index);
          assert.deepEqual(
            indices.sort((x, y) => x - y),
            indices.map((_, i) => i),
          );
        }
      }),
    );
  });

  test('the oldest pod comes first', () => {
    const slots = assignSlots(new Map(), [
      pod('young', { made: '2026-01-01T00:00:05Z' }),
      pod('old', { made: '2026-01-01T00:00:01Z' }),
    ]);
    assert.equal(slots.get('old')?.index, 0);
    assert.equal(slots.get('young')?.index, 1);
  });
});

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
