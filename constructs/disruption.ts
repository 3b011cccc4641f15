import type { Construct } from 'constructs';
import type { TopologySpreadConstraint } from 'kubernetes-types/core/v1';
import { Component, kubeObject } from './component';
import type { Namespace } from './namespace';

export interface DisruptionBudgetProps {
  readonly namespace: Namespace;

  /** Name of the model server, and of the budget. */
  readonly server: string;

  /** Labels of the pods of which one at a time may be away. */
  readonly podLabels: Readonly<Record<string, string>>;
}

/**
 * Allows a node drain to evict one replica at a time. Only for two or more replicas: a budget for a single replica
 * would block the drain.
 */
export class DisruptionBudget extends Component {
  constructor(scope: Construct, id: string, { namespace, server, podLabels }: DisruptionBudgetProps) {
    super(scope, id);
    this.node.addDependency(namespace);
    kubeObject(this, 'budget', {
      apiVersion: 'policy/v1',
      kind: 'PodDisruptionBudget',
      metadata: { name: server, namespace: namespace.name, labels: podLabels },
      spec: {
        maxUnavailable: 1,
        selector: { matchLabels: podLabels },
        // A replica that does not work is no reason to keep a node.
        unhealthyPodEvictionPolicy: 'AlwaysAllow',
      },
    });
  }
}

/** Replicas on different nodes and in different zones where there are any; a full cluster still runs them all. */
export function spread(podLabels: Readonly<Record<string, string>>): TopologySpreadConstraint[] {
  return ['kubernetes.io/hostname', 'topology.kubernetes.io/zone'].map((topologyKey) => ({
    topologyKey,
    maxSkew: 1,
    whenUnsatisfiable: 'ScheduleAnyway',
    labelSelector: { matchLabels: podLabels },
  }));
}
