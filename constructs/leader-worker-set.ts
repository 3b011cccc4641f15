import type { ApiObject } from 'cdk8s';
import type { Construct } from 'constructs';
import type { PodSpec } from 'kubernetes-types/core/v1';
import type { Duration } from '../config';
import { Component, type Kinds, kubeObject } from './component';
import type { Namespace } from './namespace';
import { waitForCondition } from './wait';

export interface LeaderWorkerSetProps {
  readonly namespace: Namespace;
  readonly name: string;

  /** Labels of every pod of every group. */
  readonly podLabels: Readonly<Record<string, string>>;

  /** Pods of one group, the leader among them. */
  readonly size: number;

  /** Groups; undefined leaves the number to an autoscaler. */
  readonly replicas?: number;

  readonly leader: PodSpec;
  readonly worker: PodSpec;

  /** How long a deployer waits for all groups. */
  readonly timeout: Duration;
}

type Template = NonNullable<Kinds['LeaderWorkerSet']['spec']>['leaderWorkerTemplate']['workerTemplate'];

/** On the first pod of a group, the one that answers. The controller sets it. */
export const LEADER_LABEL = { 'leaderworkerset.sigs.k8s.io/worker-index': '0' } as const;

/**
 * Groups of pods that are one replica each: a model server whose GPUs are those of several nodes. A pod that
 * restarts takes its whole group with it, because the other processes wait for a peer that has forgotten them.
 *
 * Needs the LeaderWorkerSet controller in the cluster.
 */
export class LeaderWorkerSet extends Component {
  readonly object: ApiObject;

  constructor(scope: Construct, id: string, props: LeaderWorkerSetProps) {
    super(scope, id);
    const { namespace, name, podLabels, size, replicas, timeout } = props;
    const template = (spec: PodSpec) => ({ metadata: { labels: podLabels }, spec }) as unknown as Template;
    this.object = kubeObject(this, 'set', {
      apiVersion: 'leaderworkerset.x-k8s.io/v1',
      kind: 'LeaderWorkerSet',
      metadata: {
        name,
        namespace: namespace.name,
        labels: podLabels,
        annotations: waitForCondition('Available', timeout),
      },
      spec: {
        ...(replicas !== undefined && { replicas }),
        rolloutStrategy: {
          type: 'RollingUpdate',
          // GPUs for one more group are rarely free.
          rollingUpdateConfiguration: { maxSurge: 0, maxUnavailable: 1 },
        },
        leaderWorkerTemplate: {
          size,
          restartPolicy: 'RecreateGroupOnPodRestart',
          leaderTemplate: template(props.leader),
          workerTemplate: template(props.worker),
        },
      },
    });
  }
}
