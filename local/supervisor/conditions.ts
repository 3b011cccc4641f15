import type { Pool } from './pools';
import type { Machine } from './rollout';

/** A condition as Cluster API v1beta2 writes it. */
export interface Condition {
  readonly type: string;
  readonly status: 'True' | 'False' | 'Unknown';
  readonly reason: string;
  readonly message: string;
  readonly observedGeneration: number;
  readonly lastTransitionTime: string;
}

/** A pool and the nodes that it has. */
export interface PoolState {
  readonly pool: Pool;
  readonly machines: readonly Machine[];
}

/** What the conditions of a Cluster are made of. */
export interface Facts {
  readonly generation: number;
  readonly version: string;
  /** The load balancer in front of its API server is there. */
  readonly infrastructure: boolean;
  /** Its API server answers. */
  readonly initialized: boolean;
  readonly controlPlane: PoolState;
  readonly workers: readonly PoolState[];
  /** Why it will never come; absent while nothing is wrong. */
  readonly refusal?: string;
}

type Judged = Pick<Condition, 'type' | 'status' | 'reason' | 'message'>;

/** Every condition says who writes it. */
const SAID_BY = 'stand-in: ';

const yes = (type: string, reason: string, message = ''): Judged => ({
  type,
  status: 'True',
  reason,
  message,
});
const no = (type: string, reason: string, message = ''): Judged => ({
  type,
  status: 'False',
  reason,
  message,
});

const ready = (machines: readonly Machine[]) =>
  machines.filter((machine) => machine.ready && !machine.draining);
const upToDate = ({ pool, machines }: PoolState) =>
  machines.filter(({ fingerprint }) => fingerprint === pool.fingerprint);
const isAvailable = ({ pool, machines }: PoolState) =>
  ready(machines).length >= Math.max(0, pool.replicas - pool.maxUnavailable);

const named = (states: readonly PoolState[]) => states.map(({ pool }) => pool.name).join(', ');

/**
 * The conditions of a Cluster by the rules of Cluster API 1.14: `Available` sums up what stands below it, and a
 * topology that is still being rolled out does not speak against it.
 */
export function conditionsOf(facts: Facts, before: readonly Condition[], now: string): Condition[] {
  const parts = [
    infrastructure(facts),
    initialized(facts),
    controlPlane(facts),
    workers(facts),
    probe(facts),
    topology(facts),
    ...progress(facts),
    no('Deleting', 'NotDeleting'),
  ];
  return [available(parts), ...parts].map((part) => stamped(part, facts, before, now));
}

function stamped(part: Judged, { generation }: Facts, before: readonly Condition[], now: string): Condition {
  const last = before.find(({ type }) => type === part.type);
  return {
    ...part,
    message: part.message && `${SAID_BY}${part.message}`,
    observedGeneration: generation,
    lastTransitionTime: last?.status === part.status ? last.lastTransitionTime : now,
  };
}

const infrastructure = (facts: Facts): Judged =>
  facts.infrastructure
    ? yes('InfrastructureReady', 'Ready')
    : no('InfrastructureReady', 'NotReady', facts.refusal ?? 'no load balancer yet for its API server');

const initialized = (facts: Facts): Judged =>
  facts.initialized
    ? yes('ControlPlaneInitialized', 'Initialized')
    : no('ControlPlaneInitialized', 'NotInitialized', 'no control-plane node is ready');

function controlPlane({ initialized: done, controlPlane: { pool, machines } }: Facts): Judged {
  const working = ready(machines).length;
  const majority = Math.floor(pool.replicas / 2) + 1;
  return done && working >= majority
    ? yes('ControlPlaneAvailable', 'Available')
    : no('ControlPlaneAvailable', 'NotAvailable', `${working} of ${pool.replicas} nodes are ready`);
}

function workers({ workers: states }: Facts): Judged {
  if (states.length === 0) return yes('WorkersAvailable', 'NoWorkers');
  const lacking = states.filter((state) => !isAvailable(state));
  if (lacking.length === 0) return yes('WorkersAvailable', 'Available');
  return no('WorkersAvailable', 'NotAvailable', lacking.map(lackOf).join('; '));
}

function lackOf({ pool, machines }: PoolState): string {
  if (!pool.size) {
    return `machine deployment ${pool.name}: no VM class ${pool.vmClass} is linked to the vSphere Namespace`;
  }
  return `machine deployment ${pool.name}: ${ready(machines).length} of ${pool.replicas} nodes are ready`;
}

const probe = (facts: Facts): Judged =>
  facts.initialized
    ? yes('RemoteConnectionProbe', 'ProbeSucceeded')
    : no('RemoteConnectionProbe', 'ProbeFailed', 'its API server does not answer yet');

function topology({ controlPlane: master, workers: states, version, refusal }: Facts): Judged {
  if (refusal !== undefined) return no('TopologyReconciled', 'ReconcileFailed', refusal);
  const behind = [master, ...states].filter((state) => state.machines.length > upToDate(state).length);
  if (behind.length === 0) return yes('TopologyReconciled', 'ReconcileSucceeded');
  return no('TopologyReconciled', 'ClusterUpgrading', `towards ${version}: ${named(behind)}`);
}

function progress({ controlPlane: master, workers: states }: Facts): Judged[] {
  const all = [master, ...states];
  const rolling = all.filter((state) => state.machines.length > upToDate(state).length);
  const up = all.filter(({ pool, machines }) => ready(machines).length < pool.replicas);
  const down = all.filter(({ pool, machines }) => machines.length > pool.replicas);
  const judged = (type: string, which: readonly PoolState[]) =>
    which.length > 0 ? yes(type, type, named(which)) : no(type, `Not${type}`);
  return [judged('RollingOut', rolling), judged('ScalingUp', up), judged('ScalingDown', down)];
}

/** While nodes are rolled out the Cluster is as available as before; only a topology that cannot be is none. */
function available(parts: readonly Judged[]): Judged {
  const gates = ['RemoteConnectionProbe', 'InfrastructureReady', 'ControlPlaneAvailable', 'WorkersAvailable'];
  const against = parts.filter(
    ({ type, status, reason }) =>
      (gates.includes(type) && status !== 'True') ||
      (type === 'TopologyReconciled' && reason === 'ReconcileFailed'),
  );
  if (against.length === 0) return yes('Available', 'Available');
  const said = against.map(({ type, message }) => (message ? `${type}: ${message}` : type));
  return no('Available', 'NotAvailable', said.join('; '));
}

/** Numbers of nodes, as the Cluster's status has them for its control plane and for its workers. */
export function countsOf(states: readonly PoolState[]) {
  const sum = (of: (state: PoolState) => number) => states.reduce((total, state) => total + of(state), 0);
  const working = sum(({ machines }) => ready(machines).length);
  return {
    desiredReplicas: sum(({ pool }) => pool.replicas),
    replicas: sum(({ machines }) => machines.length),
    readyReplicas: working,
    availableReplicas: working,
    upToDateReplicas: sum((state) => upToDate(state).length),
  };
}
