import type { NameRegistry } from './dns';
import type { Manifest } from './kube';

/** The label value on the pods and Services of every model server. */
const MODEL_SERVER = 'model-server';

/** The place of a pod among the replicas of its model: a new replica takes the first one that is free. */
export interface Slot {
  readonly namespace: string;
  /** What the pods of one model server have in common. */
  readonly instance: string;
  readonly index: number;
}

/** A ready pod of a model server, and where the process that plays it listens. */
export interface Replica {
  readonly pod: Manifest;
  readonly slot: Slot;
  readonly host: string;
}

export const isReady = (pod: Manifest): boolean =>
  (pod.status?.conditions as { type: string; status: string }[] | undefined)?.some(
    (c) => c.type === 'Ready' && c.status === 'True',
  ) === true && !pod.metadata.deletionTimestamp;

/** Whether labels of an object are all on the pod; no selector selects nothing. */
export const selects = (selector: Record<string, string> | undefined, pod: Manifest): boolean =>
  selector !== undefined &&
  Object.entries(selector).every(([key, value]) => pod.metadata.labels?.[key] === value);

const isModelServer = ({ metadata }: Manifest) =>
  metadata.labels?.['app.kubernetes.io/component'] === MODEL_SERVER;

const serviceName = ({ metadata }: Manifest) => `${metadata.name}.${metadata.namespace}.svc.cluster.local`;

const byAge = (a: Manifest, b: Manifest) =>
  String(a.metadata.creationTimestamp).localeCompare(String(b.metadata.creationTimestamp)) ||
  a.metadata.name.localeCompare(b.metadata.name);

/**
 * Gives every pod a slot: a pod keeps the one it has, a new one takes the lowest that is free among the
 * replicas of its model, older pods first.
 */
export function assignSlots(before: ReadonlyMap<string, Slot>, pods: readonly Manifest[]): Map<string, Slot> {
  const slots = new Map<string, Slot>();
  const taken = new Set<string>();
  const keep = (pod: Manifest, slot: Slot) => {
    slots.set(pod.metadata.uid ?? '', slot);
    taken.add(`${slot.namespace}/${slot.instance}/${slot.index}`);
  };
  for (const pod of pods) {
    const slot = before.get(pod.metadata.uid ?? '');
    if (slot) keep(pod, slot);
  }
  for (const pod of [...pods].sort(byAge)) {
    if (slots.has(pod.metadata.uid ?? '')) continue;
    const namespace = pod.metadata.namespace ?? '';
    const instance = pod.metadata.labels?.['app.kubernetes.io/instance'] ?? pod.metadata.name;
    let index = 0;
    while (taken.has(`${namespace}/${instance}/${index}`)) index += 1;
    keep(pod, { namespace, instance, index });
  }
  return slots;
}

/**
 * The replicas of all model servers, each on an address of its own, and the names under which Envoy finds them.
 *
 * A Service's name answers with the address of every ready pod that it selects. That is what a headless Service
 * does; for one with a cluster IP it stands for the spreading that kube-proxy does. While no pod is ready the name
 * keeps the first replica's address, where nothing listens: a name without any address would be asked for again
 * only after 30 seconds.
 */
export class ModelServers {
  private slots: ReadonlyMap<string, Slot> = new Map();

  constructor(private readonly registry: NameRegistry) {}

  /** What runs for these objects. */
  follow(services: readonly Manifest[], pods: readonly Manifest[]): Replica[] {
    const fronts = services.filter(isModelServer);
    const selected = (service: Manifest, pod: Manifest) =>
      pod.metadata.namespace === service.metadata.namespace && selects(service.spec.selector, pod);
    const served = pods.filter(
      (pod) => isModelServer(pod) && isReady(pod) && fronts.some((service) => selected(service, pod)),
    );
    this.slots = assignSlots(this.slots, served);
    const replicas = served.map((pod) => {
      const slot = this.slots.get(pod.metadata.uid ?? '') as Slot;
      return { pod, slot, host: this.hostOf(slot) };
    });
    for (const service of fronts) {
      const hosts = replicas.filter(({ pod }) => selected(service, pod)).map(({ host }) => host);
      this.registry.answer(serviceName(service), hosts);
    }
    return replicas;
  }

  /** Where the host plays the pod, or undefined. */
  hostFor(pod: Manifest): string | undefined {
    const slot = this.slots.get(pod.metadata.uid ?? '');
    return slot && this.hostOf(slot);
  }

  private hostOf({ namespace, instance, index }: Slot): string {
    const name = `${instance}.${namespace}.svc.cluster.local`;
    return this.registry.addressOf(index === 0 ? name : `${index}.${name}`);
  }
}
