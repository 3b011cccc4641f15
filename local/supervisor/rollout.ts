import type { Pool } from './pools';

/** A node of a pool as it is now. */
export interface Machine {
  readonly name: string;
  readonly fingerprint: string;
  readonly ready: boolean;
  /** It takes no new pods, and those that it has are being moved away. */
  readonly draining: boolean;
  /** No pod has to be moved any more, or the time for that is over. */
  readonly drained: boolean;
}

/** What to do next for a pool; empty lists when it is as its Cluster wants it. */
export interface Step {
  readonly create: readonly string[];
  readonly drain: readonly string[];
  readonly remove: readonly string[];
}

type Wanted = Pick<Pool, 'name' | 'replicas' | 'fingerprint' | 'maxSurge' | 'maxUnavailable'>;

/**
 * One step of a pool towards its size and template, as a machine deployment takes it: never more machines than
 * `replicas + maxSurge`, and none that works is drained below `replicas - maxUnavailable` that do.
 */
export function nextStep(cluster: string, pool: Wanted, machines: readonly Machine[]): Step {
  const remove = machines.filter(({ draining, drained }) => draining && drained);
  const left = machines.filter((machine) => !remove.includes(machine));
  const [current, old] = [left.filter(isCurrent(pool)), left.filter(isOld(pool))];
  const wanted = Math.min(pool.replicas - current.length, pool.replicas + pool.maxSurge - machines.length);
  return {
    create: freeNames(cluster, pool, machines).slice(0, Math.max(0, wanted)),
    drain: toDrain(pool, current, old).map(({ name }) => name),
    remove: remove.map(({ name }) => name),
  };
}

const isCurrent =
  ({ fingerprint }: Wanted) =>
  (machine: Machine) =>
    !machine.draining && machine.fingerprint === fingerprint;

const isOld =
  ({ fingerprint }: Wanted) =>
  (machine: Machine) =>
    !machine.draining && machine.fingerprint !== fingerprint;

/** Old machines first; those that do not work cost nothing. */
function toDrain(pool: Wanted, current: readonly Machine[], old: readonly Machine[]): Machine[] {
  const working = [...current, ...old].filter(({ ready }) => ready).length;
  const spare = Math.max(0, working - Math.max(0, pool.replicas - pool.maxUnavailable));
  const excess = Math.max(0, current.length - pool.replicas);
  const candidates = [...old, ...(old.length === 0 ? newestFirst(current).slice(0, excess) : [])];
  const idle = candidates.filter(({ ready }) => !ready);
  return [...idle, ...candidates.filter(({ ready }) => ready).slice(0, spare)];
}

const newestFirst = (machines: readonly Machine[]) =>
  [...machines].sort((a, b) => b.name.localeCompare(a.name, 'en', { numeric: true }));

/** Endless: names of this template that no machine has, lowest first. */
function freeNames(cluster: string, { name, fingerprint, replicas }: Wanted, machines: readonly Machine[]) {
  const taken = new Set(machines.map((machine) => machine.name));
  return Array.from(
    { length: replicas + taken.size },
    (_, i) => `${cluster}-${name}-${fingerprint}-${i}`,
  ).filter((candidate) => !taken.has(candidate));
}
