import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { LiveObject } from '../../local/kube';
import { assignSlots, type Slots } from '../../local/slots';

const uids = fc.uniqueArray(fc.string({ minLength: 1 }), { maxLength: 8 });
/** Two groups, and a pod's never changes. */
const groupOf = ({ metadata }: Pick<LiveObject, 'metadata'>) => `${metadata.name.charCodeAt(0) % 2}`;

const pod = (uid: string, creationTimestamp = '2026-01-01T00:00:00Z'): LiveObject => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: uid, uid, creationTimestamp },
});

const assign = (before: Slots, list: readonly string[]) =>
  assignSlots(
    before,
    list.map((uid) => pod(uid)),
    groupOf,
  );

test('a pod keeps its place, and no two pods of a group share one', () => {
  fc.assert(
    fc.property(uids, uids, (first, second) => {
      const before = assign(new Map(), first);
      const after = assign(before, second);
      const places = second.map((uid) => `${groupOf(pod(uid))} ${after.get(uid)}`);
      assert.equal(new Set(places).size, second.length);
      for (const uid of second) if (before.has(uid)) assert.equal(after.get(uid), before.get(uid));
    }),
  );
});

test('without history the pods of a group are numbered from 0 without a gap', () => {
  fc.assert(
    fc.property(uids, (list) => {
      const slots = assign(new Map(), list);
      for (const group of ['0', '1']) {
        const members = list.filter((uid) => groupOf(pod(uid)) === group);
        const places = members.map((uid) => slots.get(uid) ?? -1).sort((x, y) => x - y);
        assert.deepEqual(
          places,
          members.map((_, i) => i),
        );
      }
    }),
  );
});

test('the oldest pod comes first, and a freed place is taken again', () => {
  const one = () => 'group';
  const old = pod('old', '2026-01-01T00:00:01Z');
  const young = pod('young', '2026-01-01T00:00:05Z');
  const next = pod('next', '2026-01-01T00:00:09Z');
  const both = assignSlots(new Map(), [young, old], one);
  assert.deepEqual([both.get('old'), both.get('young')], [0, 1]);
  const later = assignSlots(both, [next, young], one);
  assert.deepEqual([later.get('next'), later.get('young')], [0, 1]);
});
