import type { ApiObject } from 'cdk8s';
import type { Construct } from 'constructs';
import { METRICS } from '../base/metrics';
import { Duration, type Mistake, PlatformError } from '../config';
import { Component, kubeObject } from './component';
import type { Namespace } from './namespace';

export interface AutoscalerProps {
  readonly namespace: Namespace;

  /** Name of the model server, of its label `model_name`, and of the ScaledObject. */
  readonly server: string;

  /** The object to scale: a Deployment or a LeaderWorkerSet. */
  readonly target: ApiObject;

  /** Replicas without load; at least 1, because a server that does not run has no metric to scale on. */
  readonly minReplicas: number;

  readonly maxReplicas: number;

  /** Waiting requests per replica at which a replica is added. */
  readonly waitingRequests: number;

  /** URL of the Prometheus that KEDA queries. */
  readonly prometheus: string;

  /** How long fewer replicas must have been sufficient before one is removed; at most one hour. */
  readonly cooldown: Duration;
}

/** How often KEDA asks Prometheus. */
const POLLING = Duration.seconds(15);

/** `stabilizationWindowSeconds` of a HorizontalPodAutoscaler ends there. */
const LONGEST_COOLDOWN = Duration.minutes(60);

/**
 * Adds replicas of a model server while requests wait: a KEDA ScaledObject over the request queue of vLLM. KEDA sends
 * the query directly to Prometheus, because the names of vLLM metrics contain a colon, which the custom metrics API
 * cannot express.
 *
 * Needs KEDA in the cluster. Its `cooldownPeriod` applies to scaling to zero only; expensive replicas are kept by
 * the stabilization of the HorizontalPodAutoscaler that KEDA creates, and removed one at a time.
 *
 * @throws PlatformError for a maximum below the minimum, and for a cooldown over an hour
 */
export class Autoscaler extends Component {
  readonly scaledObject: ApiObject;

  constructor(scope: Construct, id: string, props: AutoscalerProps) {
    super(scope, id);
    refuseImpossible(this.node.path, props);
    const { namespace, server, target } = props;
    this.node.addDependency(target);
    const cooldown = Math.ceil(props.cooldown.seconds);
    this.scaledObject = kubeObject(this, 'scaled-object', {
      apiVersion: 'keda.sh/v1alpha1',
      kind: 'ScaledObject',
      metadata: { name: server, namespace: namespace.name },
      spec: {
        scaleTargetRef: { apiVersion: target.apiVersion, kind: target.kind, name: target.name },
        minReplicaCount: props.minReplicas,
        maxReplicaCount: props.maxReplicas,
        pollingInterval: POLLING.seconds,
        cooldownPeriod: cooldown,
        advanced: {
          horizontalPodAutoscalerConfig: {
            behavior: {
              scaleDown: {
                stabilizationWindowSeconds: cooldown,
                policies: [{ type: 'Pods', value: 1, periodSeconds: 60 }],
              },
            },
          },
        },
        triggers: [
          {
            type: 'prometheus',
            metricType: 'AverageValue',
            metadata: {
              serverAddress: props.prometheus,
              query: `sum(${METRICS.waiting.name}{model_name="${server}"})`,
              threshold: `${props.waitingRequests}`,
            },
          },
        ],
      },
    });
  }
}

function refuseImpossible(path: string, { minReplicas, maxReplicas, cooldown }: AutoscalerProps): void {
  const mistakes: Mistake[] = [];
  if (maxReplicas < minReplicas) {
    mistakes.push({
      path: `${path}/maxReplicas`,
      value: maxReplicas,
      problem: `fewer than the ${minReplicas} replicas that always run`,
      fix: `use ${minReplicas} or more`,
    });
  }
  if (cooldown.seconds > LONGEST_COOLDOWN.seconds) {
    mistakes.push({
      path: `${path}/cooldown`,
      value: `${cooldown}`,
      problem: 'Kubernetes looks back for an hour at most',
      fix: `use ${LONGEST_COOLDOWN} or less`,
    });
  }
  if (mistakes.length > 0) throw new PlatformError(mistakes);
}
