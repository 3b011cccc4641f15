import type { LiveObject } from './kube';

/** The place of every pod among those of its group, from 0, by the pod's uid. */
export type Slots = ReadonlyMap<string, number>;

const byAge = (a: LiveObject, b: LiveObject) =>
  String(a.metadata.creationTimestamp).localeCompare(String(b.metadata.creationTimestamp)) ||
  a.metadata.name.localeCompare(b.metadata.name);

/**
 * Gives every pod a place in its group: a pod keeps the one it has, a new one takes the lowest that is free,
 * older pods first. What belongs to a place on the host, an address or a port, so outlives a pod.
 */
export function assignSlots(
  before: Slots,
  pods: readonly LiveObject[],
  groupOf: (pod: LiveObject) => string,
): Slots {
  const slots = new Map<string, number>();
  const taken = new Set<string>();
  const give = (pod: LiveObject, index: number) => {
    slots.set(pod.metadata.uid ?? '', index);
    taken.add(`${groupOf(pod)} ${index}`);
  };
  for (const pod of pods) {
    const index = before.get(pod.metadata.uid ?? '');
    if (index !== undefined) give(pod, index);
  }
  for (const pod of [...pods].sort(byAge)) {
    if (slots.has(pod.metadata.uid ?? '')) continue;
    let index = 0;
    while (taken.has(`${groupOf(pod)} ${index}`)) index += 1;
    give(pod, index);
  }
  return slots;
}
