import type { NameRegistry } from './dns';
import type { LiveObject } from './kube';
import { assignSlots, type Slots } from './slots';

/** The label value on the pods and Services of every model server. */
const MODEL_SERVER = 'model-server';

/** A ready pod of a model server, and where the process that plays it listens. */
export interface Replica {
  readonly pod: LiveObject;
  /** The model's name. */
  readonly instance: string;
  /** Its place among the model's replicas, from 0. */
  readonly index: number;
  readonly host: string;
}

const instanceOf = ({ metadata }: LiveObject) =>
  metadata.labels?.['app.kubernetes.io/instance'] ?? metadata.name;

export const isReady = (pod: LiveObject): boolean =>
  (pod.status?.conditions as { type: string; status: string }[] | undefined)?.some(
    (c) => c.type === 'Ready' && c.status === 'True',
  ) === true && !pod.metadata.deletionTimestamp;

/** Whether labels of an object are all on the pod; no selector selects nothing. */
export const selects = (selector: Record<string, string> | undefined, pod: LiveObject): boolean =>
  selector !== undefined &&
  Object.entries(selector).every(([key, value]) => pod.metadata.labels?.[key] === value);

const isModelServer = ({ metadata }: LiveObject) =>
  metadata.labels?.['app.kubernetes.io/component'] === MODEL_SERVER;

const serviceName = ({ metadata }: LiveObject) => `${metadata.name}.${metadata.namespace}.svc.cluster.local`;

/**
 * The replicas of all model servers, each on an address of its own, and the names under which Envoy finds them.
 *
 * A Service's name answers with the address of every ready pod that it selects. That is what a headless Service
 * does; for one with a cluster IP it stands for the spreading that kube-proxy does. While no pod is ready the name
 * keeps the first replica's address, where nothing listens: a name without any address would be asked for again
 * only after 30 seconds.
 */
export class ModelServers {
  private slots: Slots = new Map();

  constructor(private readonly registry: NameRegistry) {}

  /** What runs for these objects. */
  follow(services: readonly LiveObject[], pods: readonly LiveObject[]): Replica[] {
    const fronts = services.filter(isModelServer);
    const selected = (service: LiveObject, pod: LiveObject) =>
      pod.metadata.namespace === service.metadata.namespace && selects(service.spec.selector, pod);
    const served = pods.filter(
      (pod) => isModelServer(pod) && isReady(pod) && fronts.some((service) => selected(service, pod)),
    );
    this.slots = assignSlots(this.slots, served, (pod) => `${pod.metadata.namespace}/${instanceOf(pod)}`);
    const replicas = served.map((pod) => {
      const index = this.slots.get(pod.metadata.uid ?? '') ?? 0;
      return { pod, instance: instanceOf(pod), index, host: this.hostOf(pod, index) };
    });
    for (const service of fronts) {
      const hosts = replicas.filter(({ pod }) => selected(service, pod)).map(({ host }) => host);
      this.registry.answer(serviceName(service), hosts);
    }
    return replicas;
  }

  /** Where the host plays the pod, or undefined. */
  hostFor(pod: LiveObject): string | undefined {
    const index = this.slots.get(pod.metadata.uid ?? '');
    return index === undefined ? undefined : this.hostOf(pod, index);
  }

  private hostOf(pod: LiveObject, index: number): string {
    const name = `${instanceOf(pod)}.${pod.metadata.namespace}.svc.cluster.local`;
    return this.registry.addressOf(index === 0 ? name : `${index}.${name}`);
  }
}
