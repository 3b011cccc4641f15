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
import type { ModelEndpoint } from './backends';
import { Component, kubeObject, plusObject } from './component';
import { DisruptionBudget, spread } from './disruption';
import { vllmImage } from './images';
import { LEADER_LABEL, LeaderWorkerSet } from './leader-worker-set';
import { ModelStore } from './model-store';
import type { Namespace } from './namespace';
import { ModelServerAccess } from './network-policy';
import { vllmArgs } from './vllm-args';
import { API_KEY_VARIABLE, vllmEnvironment } from './vllm-environment';
import { type VllmPodProps, vllmPod, vllmWorkerPod } from './vllm-pod';
import type { VllmServerProps } from './vllm-props';
import { WITHOUT_WAIT, waitAtMost } from './wait';

/** On every pod of every model server; the scrape target selects by them. */
export const VLLM_LABELS = {
  'app.kubernetes.io/name': 'vllm',
  'app.kubernetes.io/component': 'model-server',
} as const;

const PORT = 8000;

const DEFAULTS = { ...VLLM_DEFAULTS, replicas: 1, kubernetesVersion: ASSUMED_KUBERNETES };

/**
 * A vLLM model server: a Deployment, or a LeaderWorkerSet when a replica has more GPUs than a node, the Service
 * in front of it, its weights ({@link ModelStore}), and who may reach it ({@link ModelServerAccess}).
 *
 * A pod needs all its GPUs at once, so a rollout stops an old pod before it starts a new one; with one replica
 * the model is away for as long as a start takes.
 *
 * @throws PlatformError for a version or a flag that is not known, when the GPUs of a replica cannot be divided over nodes, and for slices of GPUs that
 *   would have to share a model: slices have no NVLink
 */
export class VllmServer extends Component {
  readonly name: string;
  readonly namespace: Namespace;
  readonly store: ModelStore;
  /** Deployment or LeaderWorkerSet. */
  readonly workload: ApiObject;
  readonly service: ApiObject;

  private readonly props: VllmServerProps & typeof DEFAULTS;
  private readonly nodes: number;

  constructor(scope: Construct, id: string, props: VllmServerProps) {
    super(scope, id);
    this.props = { ...DEFAULTS, ...props };
    this.name = props.name ?? id;
    this.namespace = props.namespace;
    this.node.addDependency(props.namespace);
    refuseFlags(this.node.path, this.props);
    this.nodes = this.nodesOfReplica();

    this.store = this.modelStore();
    const access = this.access();
    const secret = props.apiKey === undefined ? undefined : this.secret(props.apiKey);
    this.workload = this.nodes > 1 ? this.group(secret) : this.deployment(secret);
    this.workload.addDependency(this.store, access, ...(secret ? [secret] : []));
    this.service = this.frontend();
    // After the workload its pods are ready, and that is all that a deployer could wait for.
    this.service.addDependency(this.workload);
    this.keepAvailable();
  }

  /** Where the server answers inside the cluster, in plain HTTP. */
  get endpoint(): ModelEndpoint {
    return {
      hostname: `${this.name}.${this.namespace.name}.svc.cluster.local`,
      port: PORT,
      tls: false,
      schema: { name: 'OpenAI', prefix: '/v1' },
    };
  }

  /** On every pod. */
  get podLabels(): Record<string, string> {
    return { ...VLLM_LABELS, 'app.kubernetes.io/instance': this.name };
  }

  /** On the pods that answer. */
  private get frontLabels(): Record<string, string> {
    return { ...this.podLabels, ...(this.nodes > 1 && LEADER_LABEL) };
  }

  private get metadata() {
    return { name: this.name, namespace: this.namespace.name, labels: this.podLabels };
  }

  private get replicas(): number {
    return this.props.replicas;
  }

  private get gpusOfReplica(): number {
    return this.props.tensorParallelSize * this.props.pipelineParallelSize;
  }

  /** A new pod stays Pending until the old one has drained and given its GPUs back. */
  private get startSeconds(): number {
    const { startupBudget, drain } = this.props;
    return Math.ceil(startupBudget.plus(planServerTiming(drain).grace).seconds);
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
        problem: `${gpus} slices of GPUs cannot share a model: no NVLink leads from one slice to another`,
        fix: 'use whole GPUs, or one slice',
      });
    }
    if (mistakes.length > 0) throw new PlatformError(mistakes);
    return Math.max(1, gpus / gpusPerNode);
  }

  private modelStore(): ModelStore {
    const { namespace, model, revision, weights, startupBudget, hubToken, autoscale } = this.props;
    return new ModelStore(this, 'weights', {
      namespace,
      server: this.name,
      model,
      ...(revision !== undefined && { revision }),
      weights,
      pods: Math.max(this.replicas, autoscale?.maxReplicas ?? 0) * this.nodes,
      kubernetesVersion: this.props.kubernetesVersion,
      budget: startupBudget.plus(startupBudget),
      ...(hubToken !== undefined && { hubToken }),
    });
  }

  private access(): ModelServerAccess {
    const { namespace, gatewayNamespace, prometheusNamespace, callers } = this.props;
    return new ModelServerAccess(this, 'access', {
      namespace,
      server: this.name,
      podLabels: this.podLabels,
      ports: ['http'],
      isGroup: this.nodes > 1,
      ...(gatewayNamespace !== undefined && { gatewayNamespace }),
      ...(prometheusNamespace !== undefined && { prometheusNamespace }),
      ...(callers !== undefined && { callers }),
    });
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
        progressDeadlineSeconds: this.startSeconds,
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
    return Duration.seconds(this.startSeconds * this.replicas);
  }

  private podProps(secret: ApiObject | undefined): VllmPodProps {
    const { props, nodes, store } = this;
    const { startupBudget, mig, priorityClass, runtimeClass, autoscale } = props;
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
      port: PORT,
      gpus: this.gpusOfReplica / nodes,
      gpuResource: mig === undefined ? 'nvidia.com/gpu' : `nvidia.com/mig-${mig}`,
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
      port: PORT,
      shutdownTimeout: drain,
      ...(!store.isLocal && props.revision !== undefined && { commit: props.revision }),
      nodes,
    });
  }

  private frontend(): ApiObject {
    return kubeObject(this, 'service', {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { ...this.metadata, annotations: WITHOUT_WAIT },
      // Headless: Envoy balances over the replicas itself, by load or by session; behind a cluster IP it sees one.
      spec: {
        clusterIP: 'None',
        selector: this.frontLabels,
        ports: [{ name: 'http', port: PORT, targetPort: 'http' }],
      },
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
