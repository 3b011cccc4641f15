import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Kube, LiveObject } from '../../local/kube';
import { storageClasses, Volumes } from '../../local/volumes';

const [immediate = '', late = ''] = storageClasses.map(({ metadata }) => metadata.name);

function claim(storageClassName: string, changes: Partial<LiveObject> = {}): LiveObject {
  return {
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: { name: 'weights', namespace: 'ai-serving', uid: 'uid-1' },
    spec: { storageClassName, accessModes: ['ReadWriteMany'], resources: { requests: { storage: '80Gi' } } },
    status: { phase: 'Pending' },
    ...changes,
  };
}

/** What the volumes' step does to an API server that holds these objects. */
async function step(claims: readonly LiveObject[], volumes: readonly LiveObject[] = []) {
  const applied: LiveObject[] = [];
  const removed: string[] = [];
  const kube = {
    list: async (_: string, kind: string) => (kind === 'PersistentVolume' ? volumes : claims),
    apply: async (manifest: LiveObject) => applied.push(manifest),
    remove: async (_version: string, _kind: string, name: string) => removed.push(name),
  };
  await new Volumes(kube as unknown as Kube, '/state').follow();
  return { applied, removed };
}

test('a claim of the default class gets a volume of its size that is bound to it', async () => {
  const { applied } = await step([claim(immediate)]);
  const [volume] = applied;
  assert.equal(applied.length, 1);
  assert.equal(volume?.spec.capacity.storage, '80Gi');
  assert.deepEqual(volume?.spec.accessModes, ['ReadWriteMany']);
  assert.deepEqual(volume?.spec.claimRef, {
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    namespace: 'ai-serving',
    name: 'weights',
    uid: 'uid-1',
  });
});

test('a class that binds late waits for the node of the first pod', async () => {
  assert.deepEqual((await step([claim(late)])).applied, []);
  const metadata = {
    ...claim(late).metadata,
    annotations: { 'volume.kubernetes.io/selected-node': 'system-0' },
  };
  assert.equal((await step([claim(late, { metadata })])).applied.length, 1);
});

test('claims of other classes, bound ones and leaving ones get none', async () => {
  const bound = claim(immediate, { status: { phase: 'Bound' } });
  const leaving = claim(immediate, {
    metadata: { ...claim(immediate).metadata, deletionTimestamp: '2026-01-01T00:00:00Z' },
  });
  assert.deepEqual((await step([claim('fast'), bound, leaving])).applied, []);
});

test('a volume whose claim is gone goes, unless somebody else made it', async () => {
  const [made] = (await step([claim(immediate)])).applied;
  assert.ok(made);
  const released = { ...made, status: { phase: 'Released' } };
  const foreign = { ...released, metadata: { name: 'nfs' } };
  assert.deepEqual((await step([], [released, foreign])).removed, [made.metadata.name]);
  assert.deepEqual((await step([], [{ ...made, status: { phase: 'Bound' } }])).removed, []);
});
