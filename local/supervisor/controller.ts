import { isDeepStrictEqual } from 'node:util';
import { applyNode, kubeconfig } from '../control-plane';
import type { Access, Kube, LiveObject } from '../kube';
import { FAKE } from '../nodes';
import { type Condition, conditionsOf, countsOf, type Facts, type PoolState } from './conditions';
import { NOTES, nodeOf, type Pool, poolsOf } from './pools';
import { type Machine, nextStep } from './rollout';

/** The API version of Cluster that it plays the controllers of. */
export const CLUSTER_API = 'cluster.x-k8s.io/v1beta2';

/** As the controllers of Cluster API call it. */
export const FINALIZER = 'cluster.cluster.x-k8s.io';

/** When a drain began; the time for it is counted from there. */
const DRAINING_SINCE = 'cluster-api.stand-in/draining-since';

/** What the stand-in did, for its record: never the content of a Secret. */
export interface Deed {
  readonly cluster: string;
  readonly what: 'seen' | 'condition' | 'node' | 'kubeconfig' | 'gone';
  readonly text: string;
}

/** What of the facts is found by looking at nodes. */
type Found = Omit<Facts, 'generation' | 'version'>;

interface Parts {
  readonly supervisor: Kube;
  readonly workload: Kube;
  /** Of the workload control plane: what goes into the Secret. */
  readonly access: Access;
  readonly tell: (deed: Deed) => void;
}

/**
 * Plays the controllers of Cluster API for one Cluster: its nodes become kwok nodes of the workload control plane,
 * and its kubeconfig that control plane's. One look at both API servers is one step; a step does what can be done
 * at once and leaves the rest to the next, as a controller does.
 */
export class ClusterController {
  constructor(private readonly parts: Parts) {}

  async step(): Promise<void> {
    const clusters = (await this.parts.supervisor.list(CLUSTER_API, 'Cluster')).sort(byAge);
    const nodes = (await this.parts.workload.list('v1', 'Node')).filter(isKwok);
    await this.removeOrphans(clusters, nodes);
    const [served] = clusters.filter(hasTopology);
    for (const cluster of clusters) {
      const owned = nodes.filter((node) => isOf(node, cluster));
      if (cluster.metadata.deletionTimestamp) await this.dissolve(cluster, owned);
      else if (cluster === served) await this.advance(cluster, owned);
      else await this.refuse(cluster, served);
    }
  }

  /** Nodes of no Cluster: of one that is gone, or of a datacenter that ran here without a Supervisor. */
  private async removeOrphans(clusters: readonly LiveObject[], nodes: readonly LiveObject[]): Promise<void> {
    const orphans = nodes.filter((node) => !clusters.some((cluster) => isOf(node, cluster)));
    for (const { metadata } of orphans) await this.parts.workload.remove('v1', 'Node', metadata.name);
  }

  private async advance(cluster: LiveObject, nodes: readonly LiveObject[]): Promise<void> {
    const { tell } = this.parts;
    const conditions: readonly Condition[] = cluster.status?.conditions ?? [];
    const was = (type: string) => conditions.some((c) => c.type === type && c.status === 'True');
    if (conditions.length === 0) tell({ cluster: nameOf(cluster), what: 'seen', text: versionOf(cluster) });
    await this.claim(cluster);
    const pods = (await this.parts.workload.list('v1', 'Pod')).filter((pod) => pod.spec.nodeName);
    const states = poolsOf(cluster).map((pool) => stateOf(pool, nodes, pods));
    const [controlPlane, ...workers] = states as [PoolState, ...PoolState[]];
    const infrastructure = conditions.length > 0;
    const initialized =
      infrastructure && (was('ControlPlaneInitialized') || controlPlane.machines.some(({ ready }) => ready));
    if (infrastructure) await this.follow(cluster, controlPlane, nodes, pods);
    if (initialized) {
      await this.publish(cluster);
      for (const state of workers) await this.follow(cluster, state, nodes, pods);
    }
    await this.say(cluster, { infrastructure, initialized, controlPlane, workers });
  }

  /** A second Cluster cannot be played, for there is one workload control plane; nor one of no class. */
  private async refuse(cluster: LiveObject, served: LiveObject | undefined): Promise<void> {
    if (!served || !hasTopology(cluster)) return;
    const [controlPlane, ...workers] = poolsOf(cluster).map((pool) => ({ pool, machines: [] }));
    return this.say(cluster, {
      infrastructure: false,
      initialized: false,
      controlPlane: controlPlane as PoolState,
      workers,
      refusal: `the embedded datacenter has one workload control plane, which ${nameOf(served)} uses`,
    });
  }

  /** What the controllers of the infrastructure write into the object itself. */
  private async claim(cluster: LiveObject): Promise<void> {
    const { hostname, port } = new URL(this.parts.access.server);
    const { name, namespace, labels } = cluster.metadata;
    // The resolved release: a label cannot hold the plus sign of the version.
    const release = versionOf(cluster).replace('+', '---');
    const endpoint = { host: hostname, port: Number(port) };
    const { finalizers = [] } = cluster.metadata as { readonly finalizers?: readonly string[] };
    const done =
      finalizers.includes(FINALIZER) &&
      labels?.[RELEASE] === release &&
      isDeepStrictEqual(cluster.spec.controlPlaneEndpoint, endpoint);
    if (done) return;
    await this.parts.supervisor.apply({
      apiVersion: CLUSTER_API,
      kind: 'Cluster',
      metadata: {
        name,
        ...(namespace && { namespace }),
        labels: { [RELEASE]: release },
        finalizers: [FINALIZER],
      } as LiveObject['metadata'],
      spec: { controlPlaneEndpoint: endpoint },
    });
  }

  /** One step of a pool towards what the Cluster asks for. */
  private async follow(
    cluster: LiveObject,
    { pool, machines }: PoolState,
    nodes: readonly LiveObject[],
    pods: readonly LiveObject[],
  ): Promise<void> {
    const { workload } = this.parts;
    const { size } = pool;
    if (!size) return;
    const tell = (text: string) => this.parts.tell({ cluster: nameOf(cluster), what: 'node', text });
    const step = nextStep(cluster.metadata.name, pool, machines);
    for (const name of step.create) {
      await applyNode(workload, nodeOf(cluster, pool, size, name));
      tell(`${name} of ${pool.vmClass} with ${pool.version} is created`);
    }
    for (const name of step.drain) {
      await workload.merge(cordoned(name));
      tell(`${name} is drained`);
    }
    for (const name of step.remove) {
      await workload.remove('v1', 'Node', name);
      tell(`${name} is removed`);
    }
    const moving = machines.filter(({ draining }) => draining).map(({ name }) => name);
    for (const pod of pods.filter(({ spec }) => moving.includes(spec.nodeName))) await workload.evict(pod);
    for (const { name, fingerprint, draining } of machines) {
      if (draining || fingerprint !== pool.fingerprint) continue;
      const wanted = nodeOf(cluster, pool, size, name);
      const now = nodes.find(({ metadata }) => metadata.name === name);
      // Of a node that is new, kwok may write its own release over ours.
      const sameRelease = now?.status?.nodeInfo?.kubeletVersion === pool.version;
      const sameObject =
        now?.metadata.annotations?.[NOTES.object] === wanted.metadata.annotations?.[NOTES.object];
      if (sameRelease && sameObject) continue;
      await applyNode(workload, wanted);
      tell(`${name} is changed in place`);
    }
  }

  /** The kubeconfig of the workload control plane, as Cluster API publishes it; the Cluster owns the Secret. */
  private async publish(cluster: LiveObject): Promise<void> {
    const { supervisor, access, tell } = this.parts;
    const { name, namespace, uid } = cluster.metadata;
    const secret = `${name}-kubeconfig`;
    const value = Buffer.from(kubeconfig({ [`${name}-admin@${name}`]: access })).toString('base64');
    const now = await supervisor.get('v1', 'Secret', secret, namespace);
    if (now?.data?.value === value) return;
    const owner = {
      apiVersion: CLUSTER_API,
      kind: 'Cluster',
      name,
      uid,
      controller: true,
      blockOwnerDeletion: true,
    };
    await supervisor.apply({
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: {
        name: secret,
        ...(namespace && { namespace }),
        labels: { 'cluster.x-k8s.io/cluster-name': name },
        ownerReferences: [owner],
      },
      type: 'cluster.x-k8s.io/secret',
      data: { value },
    });
    tell({ cluster: nameOf(cluster), what: 'kubeconfig', text: `published in Secret ${secret}` });
  }

  /** Its machines go undrained, as those of a Cluster that is deleted do; the Secret goes with its owner. */
  private async dissolve(cluster: LiveObject, nodes: readonly LiveObject[]): Promise<void> {
    const { supervisor, workload, tell } = this.parts;
    for (const { metadata } of nodes) await workload.remove('v1', 'Node', metadata.name);
    if (nodes.length > 0) return;
    // Their kubelets would be gone, too. Kubernetes itself forgets pods of lost nodes a minute later.
    for (const pod of await workload.list('v1', 'Pod')) if (pod.spec.nodeName) await workload.forget(pod);
    await supervisor.letGo(cluster, FINALIZER);
    tell({
      cluster: nameOf(cluster),
      what: 'gone',
      text: 'its nodes are deleted, and its finalizer is removed',
    });
  }

  private async say(cluster: LiveObject, found: Found): Promise<void> {
    const { generation } = cluster.metadata as { readonly generation?: number };
    const facts: Facts = { generation: generation ?? 1, version: versionOf(cluster), ...found };
    const before: readonly Condition[] = cluster.status?.conditions ?? [];
    const conditions = conditionsOf(facts, before, new Date().toISOString().replace(/\.\d+Z$/, 'Z'));
    const status = {
      observedGeneration: facts.generation,
      phase: facts.infrastructure ? 'Provisioned' : 'Provisioning',
      ...(facts.infrastructure && {
        initialization: {
          infrastructureProvisioned: true,
          ...(facts.initialized && { controlPlaneInitialized: true }),
        },
      }),
      controlPlane: countsOf([facts.controlPlane]),
      workers: countsOf(facts.workers),
      conditions,
    };
    const same = Object.entries(status).every(([key, value]) =>
      isDeepStrictEqual(cluster.status?.[key], value),
    );
    if (same) return;
    await this.parts.supervisor.mergeStatus({ ...cluster, status });
    for (const { type, status: value, message } of conditions) {
      if (before.find((condition) => condition.type === type)?.status === value) continue;
      const text = `${type}=${value}${message ? `: ${message}` : ''}`;
      this.parts.tell({ cluster: nameOf(cluster), what: 'condition', text });
    }
  }
}

/** The label of a VKS cluster that names the Kubernetes release which its version was resolved to. */
const RELEASE = 'run.tanzu.vmware.com/tkr';

const hasTopology = ({ spec }: LiveObject) => spec?.topology !== undefined;
const versionOf = ({ spec }: LiveObject): string => spec.topology.version;
const nameOf = ({ metadata }: LiveObject) => `${metadata.namespace}/${metadata.name}`;
const isKwok = ({ metadata }: LiveObject) => metadata.annotations?.[FAKE] !== undefined;

const isOf = (
  { metadata: { annotations = {} } }: LiveObject,
  { metadata: { name, namespace } }: LiveObject,
) => annotations[NOTES.cluster] === name && annotations[NOTES.namespace] === namespace;

const byAge = (a: LiveObject, b: LiveObject) =>
  String(a.metadata.creationTimestamp).localeCompare(String(b.metadata.creationTimestamp)) ||
  nameOf(a).localeCompare(nameOf(b));

const cordoned = (name: string): LiveObject => ({
  apiVersion: 'v1',
  kind: 'Node',
  metadata: { name, annotations: { [DRAINING_SINCE]: new Date().toISOString() } },
  spec: { unschedulable: true },
});

function stateOf(pool: Pool, nodes: readonly LiveObject[], pods: readonly LiveObject[]): PoolState {
  const mine = nodes.filter(({ metadata }) => metadata.annotations?.[NOTES.pool] === pool.name);
  return { pool, machines: mine.map((node) => machineOf(node, pool, pods)) };
}

function machineOf({ metadata, spec, status }: LiveObject, pool: Pool, pods: readonly LiveObject[]): Machine {
  const { name, annotations = {} } = metadata;
  const since = annotations[DRAINING_SINCE];
  const late =
    since !== undefined &&
    pool.drainSeconds !== undefined &&
    Date.now() - Date.parse(since) > pool.drainSeconds * 1000;
  return {
    name,
    fingerprint: annotations[NOTES.fingerprint] ?? '',
    ready: (status?.conditions ?? []).some(
      (c: { type: string; status: string }) => c.type === 'Ready' && c.status === 'True',
    ),
    draining: since !== undefined && spec.unschedulable === true,
    drained: late || !pods.some((pod) => pod.spec.nodeName === name && !isDaemon(pod)),
  };
}

const isDaemon = ({ metadata }: LiveObject) =>
  ((metadata.ownerReferences ?? []) as { kind?: string }[]).some(({ kind }) => kind === 'DaemonSet');
