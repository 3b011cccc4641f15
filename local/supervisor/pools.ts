import { createHash } from 'node:crypto';
import type { LiveObject } from '../kube';
import { nodeObject } from '../nodes';
import { type VmClassSize, vmClasses } from './vm-classes';

/** A group of equal nodes that a Cluster asks for: its control plane, or one machine deployment. */
export interface Pool {
  readonly name: string;
  readonly replicas: number;
  readonly version: string;
  readonly vmClass: string;
  /** Absent when no such VM class is linked to the namespace: then no node ever comes. */
  readonly size?: VmClassSize;
  readonly labels: Readonly<Record<string, string>>;
  readonly taints: readonly object[];
  /** Of everything whose change replaces a node. */
  readonly fingerprint: string;
  readonly maxSurge: number;
  readonly maxUnavailable: number;
  /** How long a drain may take. Default: as long as it takes. */
  readonly drainSeconds?: number;
}

/** The name of the pool of control-plane nodes. */
export const CONTROL_PLANE = 'control-plane';

/** On every node of ours: which Cluster and pool it is of, and what it was made from. */
export const NOTES = {
  cluster: 'cluster.x-k8s.io/cluster-name',
  namespace: 'cluster.x-k8s.io/cluster-namespace',
  pool: 'cluster-api.stand-in/pool',
  fingerprint: 'cluster-api.stand-in/fingerprint',
  /** Of the whole object, for changes that are made in place. */
  object: 'cluster-api.stand-in/object',
} as const;

/** Who may ask a VKS cluster for an operating system; a change of it replaces nodes. */
const OS_IMAGE = 'run.tanzu.vmware.com/resolve-os-image';
const MIN_SIZE = 'cluster.x-k8s.io/cluster-api-autoscaler-node-group-min-size';

/** Variables whose change replaces nodes; labels and taints are changed in place. */
const REPLACING = ['vmClass', 'storageClass', 'volumes'];

const OF_CONTROL_PLANE = {
  labels: { 'node-role.kubernetes.io/control-plane': '' },
  taints: [{ key: 'node-role.kubernetes.io/control-plane', effect: 'NoSchedule' }],
};

// biome-ignore lint/suspicious/noExplicitAny: values of variables that the ClusterClass has a schema for
type Variables = Readonly<Record<string, any>>;

interface Variable {
  readonly name: string;
  readonly value: unknown;
}

const variablesOf = (list: readonly Variable[] = []): Variables =>
  Object.fromEntries(list.map(({ name, value }) => [name, value]));

/** The part of a topology that the control plane and machine deployments have in common. */
interface Part {
  readonly replicas?: number;
  readonly metadata?: { readonly annotations?: Readonly<Record<string, string>> };
  readonly variables?: { readonly overrides?: readonly Variable[] };
  readonly deletion?: { readonly nodeDrainTimeoutSeconds?: number };
  readonly rollout?: {
    readonly strategy?: {
      readonly rollingUpdate?: { readonly maxSurge?: number; readonly maxUnavailable?: number };
    };
  };
}

/** The pools of a Cluster, its control plane first. */
export function poolsOf(cluster: LiveObject): readonly Pool[] {
  const { version, controlPlane = {}, workers, variables } = cluster.spec.topology;
  const shared = variablesOf(variables);
  const deployments: (Part & { readonly name: string })[] = workers?.machineDeployments ?? [];
  const master = pool(CONTROL_PLANE, controlPlane, version, shared);
  return [
    {
      ...master,
      labels: { ...master.labels, ...OF_CONTROL_PLANE.labels },
      taints: [...master.taints, ...OF_CONTROL_PLANE.taints],
    },
    ...deployments.map((deployment) => pool(deployment.name, deployment, version, shared)),
  ];
}

function pool(name: string, part: Part, version: string, shared: Variables): Pool {
  const { metadata, deletion, rollout } = part;
  const variables = { ...shared, ...variablesOf(part.variables?.overrides) };
  const { vmClass, node } = variables;
  const size = vmClasses[vmClass];
  const update = rollout?.strategy?.rollingUpdate;
  const made = [version, metadata?.annotations?.[OS_IMAGE], ...REPLACING.map((key) => variables[key])];
  return {
    name,
    replicas: part.replicas ?? Number(metadata?.annotations?.[MIN_SIZE] ?? 1),
    version,
    vmClass,
    ...(size && { size }),
    labels: node?.labels ?? {},
    taints: node?.taints ?? [],
    fingerprint: hash(made),
    maxSurge: update?.maxSurge ?? 1,
    maxUnavailable: update?.maxUnavailable ?? 0,
    ...(deletion?.nodeDrainTimeoutSeconds !== undefined && {
      drainSeconds: deletion.nodeDrainTimeoutSeconds,
    }),
  };
}

/** Long enough that two templates of one pool differ, short enough for a name. */
const hash = (value: unknown) => createHash('sha256').update(JSON.stringify(value)).digest('hex').slice(0, 5);

/** The node object of a machine, with what it was made from. */
export function nodeOf(cluster: LiveObject, of: Pool, size: VmClassSize, name: string): LiveObject {
  const { name: owner, namespace = '' } = cluster.metadata;
  const shape = {
    name,
    cpu: `${size.cpus}`,
    memory: size.memory,
    gpus: size.gpus,
    labels: of.labels,
    taints: of.taints,
    version: of.version,
    annotations: {
      [NOTES.cluster]: owner,
      [NOTES.namespace]: namespace,
      [NOTES.pool]: of.name,
      [NOTES.fingerprint]: of.fingerprint,
    },
  };
  return nodeObject({ ...shape, annotations: { ...shape.annotations, [NOTES.object]: hash(shape) } });
}
