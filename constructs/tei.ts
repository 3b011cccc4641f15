import type { ApiObject } from 'cdk8s';
import type { Construct } from 'constructs';
import type { Container, PodSpec, ResourceRequirements } from 'kubernetes-types/core/v1';
import {
  ASSUMED_KUBERNETES,
  Duration,
  Memory,
  POD_SIZES,
  planServerTiming,
  TEI_DEFAULTS,
  type TeiSettings,
} from '../config';
import { kubeObject } from './component';
import { DisruptionBudget, spread } from './disruption';
import { teiImage } from './images';
import { MODEL_SERVER_PORT, ModelServer, type ModelServerProps } from './model-server';
import type { ModelStore } from './model-store';
import { RESTRICTED_CONTAINER, RESTRICTED_POD } from './pod-security';
import { waitAtMost } from './wait';

export interface TeiServerProps extends ModelServerProps, Partial<Pick<TeiSettings, 'version' | 'gpu'>> {
  /**
   * Value of the node label `nvidia.com/gpu.product`.
   *
   * @default - any node that has the resource
   */
  readonly gpuProduct?: string;

  /** @default - that of pods without a class */
  readonly priorityClass?: string;
}

/** On every pod of every embedding server; the scrape target selects by them. */
export const TEI_LABELS = {
  'app.kubernetes.io/name': 'text-embeddings-inference',
  'app.kubernetes.io/component': 'model-server',
} as const;

const DEFAULTS = { ...TEI_DEFAULTS, kubernetesVersion: ASSUMED_KUBERNETES };

/** Its default. */
const METRICS_PORT = 9000;

const CACHE = '/cache';

/** A large embedding model, some 335 million parameters, embeds a page of text in half a second with them. */
const CPUS = POD_SIZES.tei.cpu.millicores / 1000;

/** Weights in 32 bits, and the activations of a full batch. */
const MEMORY = POD_SIZES.tei.memory;

/** The hub's copy of the weights. */
const CACHE_SIZE = Memory.gibibytes(10);

/** An embedding takes seconds: nothing that runs longer is worth a wait. */
const DRAIN = Duration.seconds(30);

const STARTUP_PERIOD = Duration.seconds(5);

/**
 * A server of embeddings, Text Embeddings Inference: Deployment, Service, weights ({@link ModelStore}), and who may
 * reach it ({@link ModelServerAccess}). It answers `/v1/embeddings` in OpenAI's dialect.
 */
export class TeiServer extends ModelServer {
  readonly store: ModelStore;
  readonly deployment: ApiObject;
  readonly service: ApiObject;

  protected declare readonly props: TeiServerProps & typeof DEFAULTS;

  constructor(scope: Construct, id: string, props: TeiServerProps) {
    super(scope, id, { ...DEFAULTS, ...props });
    const { namespace, name: server, podLabels } = this;

    this.store = this.makeStore(this.replicas);
    const access = this.makeAccess({ metricsPorts: ['metrics'] });
    this.deployment = this.makeDeployment();
    this.deployment.addDependency(this.store, access);
    this.service = this.makeService(podLabels);
    this.service.addDependency(this.deployment);
    if (this.replicas > 1) new DisruptionBudget(this, 'disruption', { namespace, server, podLabels });
  }

  override get podLabels(): Record<string, string> {
    return { ...TEI_LABELS, 'app.kubernetes.io/instance': this.name };
  }

  private get gpu(): string {
    return this.props.gpu;
  }

  private makeDeployment(): ApiObject {
    const start = this.startSeconds(DRAIN);
    // A CPU for a replica more is easily found, a GPU is not.
    const rollingUpdate =
      this.gpu === 'cpu' ? { maxSurge: 1, maxUnavailable: 0 } : { maxSurge: 0, maxUnavailable: 1 };
    return kubeObject(this, 'deployment', {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { ...this.metadata, annotations: waitAtMost(Duration.seconds(start * this.replicas)) },
      spec: {
        replicas: this.replicas,
        strategy: { type: 'RollingUpdate', rollingUpdate },
        progressDeadlineSeconds: start,
        selector: { matchLabels: this.podLabels },
        template: { metadata: { labels: this.podLabels }, spec: this.pod() },
      },
    });
  }

  private pod(): PodSpec {
    const { gpuProduct, nodeSelector, priorityClass } = this.props;
    const product = gpuProduct === undefined ? undefined : { 'nvidia.com/gpu.product': gpuProduct };
    const nodes = nodeSelector ?? product;
    return {
      ...RESTRICTED_POD,
      containers: [this.container()],
      ...(nodes && { nodeSelector: nodes }),
      ...(this.gpu !== 'cpu' && {
        tolerations: [{ key: 'nvidia.com/gpu', operator: 'Exists', effect: 'NoSchedule' }],
      }),
      ...(this.replicas > 1 && { topologySpreadConstraints: spread(this.podLabels) }),
      ...(priorityClass !== undefined && { priorityClassName: priorityClass }),
      volumes: [{ name: 'cache', emptyDir: {} }, ...this.store.volumes],
      terminationGracePeriodSeconds: planServerTiming(DRAIN).grace.seconds,
    };
  }

  private container(): Container {
    const { startupBudget, version } = this.props;
    const health = { path: '/health', port: 'http' };
    return {
      name: 'tei',
      image: teiImage(this.gpu, version),
      imagePullPolicy: 'IfNotPresent',
      args: this.args(),
      env: [{ name: 'HOME', value: CACHE }, ...this.store.environment],
      ports: [
        { name: 'http', containerPort: MODEL_SERVER_PORT },
        { name: 'metrics', containerPort: METRICS_PORT },
      ],
      resources: this.resources(),
      volumeMounts: [{ name: 'cache', mountPath: CACHE }, ...this.store.mounts],
      startupProbe: {
        httpGet: health,
        periodSeconds: STARTUP_PERIOD.seconds,
        failureThreshold: Math.ceil(startupBudget.seconds / STARTUP_PERIOD.seconds),
      },
      readinessProbe: { httpGet: health, periodSeconds: 5, timeoutSeconds: 2, failureThreshold: 3 },
      livenessProbe: { httpGet: health, periodSeconds: 10, timeoutSeconds: 5, failureThreshold: 6 },
      lifecycle: { preStop: { sleep: { seconds: planServerTiming(DRAIN).leave.seconds } } },
      securityContext: RESTRICTED_CONTAINER,
    };
  }

  private args(): string[] {
    const { revision } = this.props;
    return [
      `--model-id=${this.store.model}`,
      ...(!this.store.isLocal && revision !== undefined ? [`--revision=${revision}`] : []),
      `--served-model-name=${this.name}`,
      '--hostname=0.0.0.0',
      // Its default, 80, needs a privilege.
      `--port=${MODEL_SERVER_PORT}`,
      `--prometheus-port=${METRICS_PORT}`,
      // Its default is the number of the node's cores, not of the pod's.
      `--tokenization-workers=${CPUS}`,
      `--huggingface-hub-cache=${CACHE}`,
    ];
  }

  private resources(): ResourceRequirements {
    const gpu = this.gpu === 'cpu' ? {} : { [this.gpuResource]: '1' };
    return {
      requests: {
        cpu: `${CPUS}`,
        memory: `${MEMORY}`,
        'ephemeral-storage': `${this.store.isLocal ? Memory.gibibytes(1) : CACHE_SIZE}`,
        ...gpu,
      },
      limits: { memory: `${Memory.bytes(2 * MEMORY.bytes)}`, ...gpu },
    };
  }
}
