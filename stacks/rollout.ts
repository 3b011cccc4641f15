import type { V1Deployment } from '@kubernetes/client-node';

/** What a rollout is at: done, or what it lacks; `ended` when it gave up. */
export interface Rollout {
  readonly lacks?: string;
  readonly ended: boolean;
}

const DONE: Rollout = { ended: true };
const lacks = (what: string): Rollout => ({ lacks: what, ended: false });

/**
 * Whether every replica of a Deployment is of its last generation and has been available, as `kubectl rollout status`
 * judges it. A replica that fails later does not undo that.
 *
 * The provider (pulumi-kubernetes 4.25) waits by itself, but it takes a new ReplicaSet that still has no replica for one
 * that was scaled to none. With `maxSurge: 0` every new ReplicaSet begins so, and when an update changes the pods
 * and their number, the condition of the rollout before still stands.
 */
export function rolloutOf({ metadata, spec, status }: V1Deployment): Rollout {
  const { generation = 0 } = metadata ?? {};
  if ((status?.observedGeneration ?? 0) < generation)
    return lacks('its controller has not observed the change');
  const wanted = spec?.replicas ?? 1;
  const { replicas = 0, updatedReplicas = 0, conditions = [] } = status ?? {};
  const progressing = conditions.find(({ type }) => type === 'Progressing');
  if (progressing?.status === 'False') {
    return { lacks: `${progressing.reason}: ${progressing.message}`, ended: true };
  }
  if (updatedReplicas < wanted) return lacks(`${updatedReplicas} of ${wanted} replicas have the new version`);
  if (replicas > updatedReplicas)
    return lacks(`${replicas - updatedReplicas} replicas have an older version`);
  // Nothing reports on the progress of a Deployment that is given no deadline.
  if (progressing !== undefined && progressing.reason !== 'NewReplicaSetAvailable') {
    return lacks(`${progressing.reason}: ${progressing.message}`);
  }
  return DONE;
}
