import type { ApiObject } from 'cdk8s';
import * as plus from 'cdk8s-plus-28';
import type { Construct } from 'constructs';
import {
  ASSUMED_KUBERNETES,
  Duration,
  type Mistake,
  PlatformError,
  planServerTiming,
  refuseFlag,
  refuseVllmVersion,
  VLLM_DEFAULTS,
} from '../config';
import { Autoscaler } from './autoscaling';
import { kubeObject, plusObject } from './component';
import { DisruptionBudget, spread } from './disruption';
import { vllmImage } from './images';
import { LEADER_LABEL, LeaderWorkerSet } from './leader-worker-set';
import { MODEL_SERVER_PORT, ModelServer } from './model-server';
import type { ModelStore } from './model-store';
import { vllmArgs } from './vllm-args';
import { API_KEY_VARIABLE, vllmEnvironment } from './vllm-environment';
import { type VllmPodProps, vllmPod, vllmWorkerPod } from './vllm-pod';
import type { VllmServerProps } from './vllm-props';
import { waitAtMost } from './wait';

/** On every pod of every model server; the scrape target selects by them. */
export const VLLM_LABELS = {
  'app.kubernetes.io/name': 'vllm',
  'app.kubernetes.io/component': 'model-server',
} as const;

const DEFAULTS = { ...VLLM_DEFAULTS, replicas: 1, kubernetesVersion: ASSUMED_KUBERNETES };

/**
 * A vLLM model server: a Deployment, or a LeaderWorkerSet when a replica has more GPUs than a node, the Service
 * in front of it, its weights ({@link ModelStore}), and who may reach it ({@link ModelServerAccess}).
 *
 * A pod needs all its GPUs at once, so a rollout stops an old pod before it starts a new one; with one replica
 * the model is unavailable until the new pod has started.
 *
 * @throws PlatformError for a version or a flag that is not known, when the GPUs of a replica cannot be divided over nodes, and for slices of GPUs that
 *   would have to share a model: slices have no NVLink
 */
export class VllmServer extends ModelServer {
  readonly store: ModelStore;
  /** Deployment or LeaderWorkerSet. */
  readonly workload: ApiObject;
  readonly service: ApiObject;

  protected declare readonly props: VllmServerProps & typeof DEFAULTS;
  private readonly nodes: number;

  constructor(scope: Construct, id: string, props: VllmServerProps) {
    super(scope, id, { ...DEFAULTS, ...props });
    refuseFlags(this.node.path, this.props);
    this.nodes = this.nodesOfReplica();

    const pods = Math.max(this.replicas, props.autoscale?.maxReplicas ?? 0) * this.nodes;
    this.store = this.makeStore(pods);
    const access = this.makeAccess({ isGroup: this.nodes > 1 });
    const secret = props.apiKey === undefined ? undefined : this.secret(props.apiKey);
    this.workload = this.nodes > 1 ? this.group(secret) : this.deployment(secret);
    this.workload.addDependency(this.store, access, ...(secret ? [secret] : []));
    this.service = this.makeService(this.frontLabels);
    // After the workload its pods are ready, and that is all that a deployer could wait for.
    this.service.addDependency(this.workload);
    this.keepAvailable();
  }

  override get podLabels(): Record<string, string> {
    return { ...VLLM_LABELS, 'app.kubernetes.io/instance': this.name };
  }

  /** On the pods that answer. */
  private get frontLabels(): Record<string, string> {
    return { ...this.podLabels, ...(this.nodes > 1 && LEADER_LABEL) };
  }

  private get gpusOfReplica(): number {
    return this.props.tensorParallelSize * this.props.pipelineParallelSize;
  }

  private nodesOfReplica(): number {
    const { gpusPerNode, mig } = this.props;
    const gpus = this.gpusOfReplica;
    const mistakes: Mistake[] = [];
    if (gpus > gpusPerNode && gpus % gpusPerNode !== 0) {
      mistakes.push({
        path: `${this.node.path}/tensorParallelSize`,
        value: gpus,
        problem: `${gpus} GPUs of one replica do not fill nodes of ${gpusPerNode}`,
        fix: `use a multiple of ${gpusPerNode}`,
      });
    }
    if (mig !== undefined && gpus > 1) {
      mistakes.push({
        path: `${this.node.path}/mig`,
        value: mig,
        problem: `${gpus} MIG slices cannot share a model: slices have no NVLink between them`,
        fix: 'use whole GPUs, or one slice',
      });
    }
    if (mistakes.length > 0) throw new PlatformError(mistakes);
    return Math.max(1, gpus / gpusPerNode);
  }

  private secret(apiKey: string): ApiObject {
    return plusObject(
      new plus.Secret(this, 'api-key', {
        metadata: this.metadata,
        type: 'Opaque',
        stringData: { [API_KEY_VARIABLE]: apiKey },
      }),
    );
  }

  private deployment(secret: ApiObject | undefined): ApiObject {
    return kubeObject(this, 'deployment', {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { ...this.metadata, annotations: waitAtMost(this.patience) },
      spec: {
        // An autoscaler that is there has the last word.
        ...(this.props.autoscale === undefined && { replicas: this.replicas }),
        strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 0, maxUnavailable: 1 } },
        progressDeadlineSeconds: this.startSeconds(this.props.drain),
        selector: { matchLabels: this.podLabels },
        template: { metadata: { labels: this.podLabels }, spec: vllmPod(this.podProps(secret)) },
      },
    });
  }

  private group(secret: ApiObject | undefined): ApiObject {
    const props = this.podProps(secret);
    const set = new LeaderWorkerSet(this, 'group', {
      namespace: this.namespace,
      name: this.name,
      podLabels: this.podLabels,
      size: this.nodes,
      ...(this.props.autoscale === undefined && { replicas: this.replicas }),
      leader: vllmPod(props),
      worker: vllmWorkerPod(props),
      timeout: this.patience,
    });
    return set.object;
  }

  /** One replica after the other, as a rollout takes them. */
  private get patience(): Duration {
    return Duration.seconds(this.startSeconds(this.props.drain) * this.replicas);
  }

  private podProps(secret: ApiObject | undefined): VllmPodProps {
    const { props, nodes, store } = this;
    const { startupBudget, priorityClass, runtimeClass, autoscale } = props;
    const timing = planServerTiming(props.drain);
    return {
      image: vllmImage(props.version, props.cuda),
      args: this.args(timing.drain),
      env: vllmEnvironment({
        startupBudget,
        keepAlive: timing.keepAlive,
        store: store.environment,
        ...(secret && { apiKeySecret: secret.name }),
        driverLibraryWorkaround: props.driverLibraryWorkaround ?? false,
        isGroup: nodes > 1,
      }),
      store,
      port: MODEL_SERVER_PORT,
      gpus: this.gpusOfReplica / nodes,
      gpuResource: this.gpuResource,
      nodeSelector: props.nodeSelector ?? {
        'nvidia.com/gpu.product': props.gpuProduct ?? 'NVIDIA-H100-80GB-HBM3',
      },
      startupBudget,
      timing,
      preflight: props.preflight,
      ...(priorityClass !== undefined && { priorityClass }),
      ...(runtimeClass !== undefined && { runtimeClass }),
      spread: this.replicas > 1 || autoscale !== undefined ? spread(this.frontLabels) : [],
    };
  }

  private args(drain: Duration): string[] {
    const { props, store, nodes } = this;
    return vllmArgs({
      ...props,
      source: store.model,
      servedName: this.name,
      port: MODEL_SERVER_PORT,
      shutdownTimeout: drain,
      ...(!store.isLocal && props.revision !== undefined && { commit: props.revision }),
      nodes,
    });
  }

  private keepAvailable(): void {
    const { namespace, name: server, replicas, workload } = this;
    const { autoscale } = this.props;
    if (replicas > 1 || autoscale !== undefined) {
      new DisruptionBudget(this, 'disruption', { namespace, server, podLabels: this.frontLabels });
    }
    if (autoscale !== undefined) {
      new Autoscaler(this, 'autoscaler', {
        namespace,
        server,
        target: workload,
        minReplicas: replicas,
        ...autoscale,
      });
    }
  }
}

/** An unknown flag ends every pod as it starts. */
function refuseFlags(path: string, { version, extraArgs }: typeof DEFAULTS): void {
  const refused = refuseVllmVersion(version);
  const mistakes: Mistake[] = [
    ...(refused === undefined ? [] : [{ path: `${path}/version`, value: version, ...refused }]),
    ...Object.keys(extraArgs).flatMap((flag) => {
      const refusal = refuseFlag(flag, version);
      return refusal === undefined ? [] : [{ path: `${path}/extraArgs/${flag}`, ...refusal }];
    }),
  ];
  if (mistakes.length > 0) throw new PlatformError(mistakes);
}
