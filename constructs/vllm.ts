import type { ApiObject } from 'cdk8s';
import type { Construct } from 'constructs';
import type { Container, PodSpec } from 'kubernetes-types/core/v1';
import { Duration, Memory, planServerTiming, type ServerTimingPlan } from '../config';
import versions from '../versions.json';
import type { ModelEndpoint } from './backends';
import { Component, kubeObject } from './component';
import type { Namespace } from './namespace';
import { WITHOUT_WAIT, waitAtMost } from './wait';

export interface VllmServerProps {
  readonly namespace: Namespace;

  /**
   * The name that clients and the gateway use for the model; also the name of the Deployment and the Service.
   *
   * @default - the construct's id
   */
  readonly name?: string;

  /** Id on the model hub, such as `openai/gpt-oss-120b`; each pod downloads the weights when it starts. */
  readonly model: string;

  /** GPUs of one replica; vLLM splits every layer over them. */
  readonly tensorParallelSize: number;

  /** Longest context in tokens, prompt and answer together. */
  readonly maxModelLen: number;

  /** @default 1 */
  readonly replicas?: number;

  /** How long a replica may take from its node to its first answer: image (some 10 GB), weights and start. */
  readonly startupBudget: Duration;

  /** How long a replica that leaves goes on generating; as long as the longest answer. */
  readonly drain: Duration;

  /**
   * Value of the node label `nvidia.com/gpu.product`, which GPU feature discovery sets.
   *
   * @default 'NVIDIA-H100-80GB-HBM3' - an H100 with NVLink
   */
  readonly gpuProduct?: string;
}

/** On every pod of every model server; the scrape target selects by them. */
export const VLLM_LABELS = {
  'app.kubernetes.io/name': 'vllm',
  'app.kubernetes.io/component': 'model-server',
} as const;

const PORT = 8000;

/** The user `vllm` of the image. Any other uid has no entry in passwd, and the import of PyTorch fails. */
const UID = 2000;

const CACHE = '/cache';

/** Emitted always, because the default moved from 0.90 to 0.92 between releases. */
const GPU_MEMORY_UTILIZATION = '0.90';

/** With vLLM's default on an 80 GB GPU, 1024, the sampler's workspace crowds out the KV cache. */
const MAX_SEQUENCES = 256;

/** vLLM's own value for an H100; explicit because the sliding-window share of the KV cache depends on it. */
const MAX_BATCHED_TOKENS = 8192;

/** A worker a GPU busy-waits, and so do engine and API server: vLLM wants 2 + GPUs physical cores or more. */
const CPUS_PER_GPU = 4;

/**
 * Requested; the limit is twice as much. Sized by gpt-oss-120b on 4 GPUs, 96 GiB: page cache for half of its
 * 61 GiB checkpoint, 16 GiB shared memory, 24 GiB for the processes, and room.
 */
const MEMORY_PER_GPU = Memory.gibibytes(24);

/** NCCL and the workers' ring buffers; the container default of 64 MB fails as soon as there are two GPUs. */
const SHM_PER_GPU = Memory.gibibytes(4);

const STARTUP_PERIOD = Duration.seconds(10);

/**
 * A vLLM model server: Deployment and Service, both named after the model.
 *
 * The weights are downloaded into an emptyDir by each pod, so a start needs the hub and its time counts
 * against `startupBudget`.
 *
 * A pod needs all GPUs of a replica at once, so a rollout stops an old pod before it starts a new one; with
 * one replica the model is away for as long as a start takes.
 */
export class VllmServer extends Component {
  readonly name: string;
  readonly namespace: Namespace;
  readonly deployment: ApiObject;
  readonly service: ApiObject;

  constructor(scope: Construct, id: string, props: VllmServerProps) {
    super(scope, id);
    this.name = props.name ?? id;
    this.namespace = props.namespace;
    this.node.addDependency(props.namespace);

    const replicas = props.replicas ?? 1;
    const timing = planServerTiming(props.drain);
    const start = props.startupBudget.plus(timing.grace);
    const annotations = waitAtMost(Duration.seconds(Math.ceil(start.seconds) * replicas));

    this.deployment = kubeObject(this, 'deployment', {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { ...this.metadata, annotations },
      spec: {
        replicas,
        strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 0, maxUnavailable: 1 } },
        // A new pod stays Pending until the old one has drained and given its GPUs back.
        progressDeadlineSeconds: Math.ceil(start.seconds),
        selector: { matchLabels: this.podLabels },
        template: { metadata: { labels: this.podLabels }, spec: this.pod(props, timing) },
      },
    });
    this.service = kubeObject(this, 'service', {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { ...this.metadata, annotations: WITHOUT_WAIT },
      // Headless: Envoy balances over the replicas itself, by load or by session; behind a cluster IP it sees one.
      spec: {
        clusterIP: 'None',
        selector: this.podLabels,
        ports: [{ name: 'http', port: PORT, targetPort: 'http' }],
      },
    });
    // After the Deployment its pods are ready, and that is all that a deployer could wait for.
    this.service.addDependency(this.deployment);
  }

  /** Where the server answers inside the cluster; plain HTTP, no key. */
  get endpoint(): ModelEndpoint {
    return {
      hostname: `${this.name}.${this.namespace.name}.svc.cluster.local`,
      port: PORT,
      tls: false,
      schema: { name: 'OpenAI', prefix: '/v1' },
    };
  }

  get podLabels(): Record<string, string> {
    return { ...VLLM_LABELS, 'app.kubernetes.io/instance': this.name };
  }

  private get metadata() {
    return { name: this.name, namespace: this.namespace.name, labels: this.podLabels };
  }

  private pod(props: VllmServerProps, timing: ServerTimingPlan): PodSpec {
    const { tensorParallelSize: gpus, gpuProduct = 'NVIDIA-H100-80GB-HBM3' } = props;
    return {
      containers: [this.container(props, timing)],
      nodeSelector: { 'nvidia.com/gpu.product': gpuProduct },
      tolerations: [{ key: 'nvidia.com/gpu', operator: 'Exists', effect: 'NoSchedule' }],
      volumes: [
        { name: 'shm', emptyDir: { medium: 'Memory', sizeLimit: `${times(SHM_PER_GPU, gpus)}` } },
        { name: 'cache', emptyDir: {} },
      ],
      terminationGracePeriodSeconds: timing.grace.seconds,
      securityContext: {
        runAsNonRoot: true,
        runAsUser: UID,
        runAsGroup: UID,
        fsGroup: UID,
        seccompProfile: { type: 'RuntimeDefault' },
      },
      automountServiceAccountToken: false,
      // A Service named vllm would set VLLM_PORT=tcp://…, which vLLM takes for its own port and stops.
      enableServiceLinks: false,
    };
  }

  private container(props: VllmServerProps, timing: ServerTimingPlan): Container {
    const { tensorParallelSize: gpus, startupBudget } = props;
    const { repository, tag } = versions.images.vllm;
    const health = { path: '/health', port: 'http' };
    return {
      name: 'vllm',
      image: `${repository}:${tag}`,
      imagePullPolicy: 'IfNotPresent',
      command: ['vllm', 'serve'],
      args: flags(this.name, props, timing),
      env: Object.entries(environment(startupBudget, timing)).map(([name, value]) => ({ name, value })),
      ports: [{ name: 'http', containerPort: PORT }],
      resources: {
        requests: {
          cpu: `${CPUS_PER_GPU * gpus}`,
          memory: `${times(MEMORY_PER_GPU, gpus)}`,
          'nvidia.com/gpu': `${gpus}`,
        },
        // No CPU limit: throttling one worker stalls all GPUs of the replica.
        limits: { memory: `${times(MEMORY_PER_GPU, 2 * gpus)}`, 'nvidia.com/gpu': `${gpus}` },
      },
      volumeMounts: [
        { name: 'shm', mountPath: '/dev/shm' },
        { name: 'cache', mountPath: CACHE },
      ],
      startupProbe: {
        httpGet: health,
        periodSeconds: STARTUP_PERIOD.seconds,
        failureThreshold: Math.ceil(startupBudget.seconds / STARTUP_PERIOD.seconds),
      },
      readinessProbe: { httpGet: health, periodSeconds: 5, timeoutSeconds: 2, failureThreshold: 3 },
      // A busy server answers late, and a restart costs minutes: a minute of silence before it is killed.
      livenessProbe: { httpGet: health, periodSeconds: 10, timeoutSeconds: 5, failureThreshold: 6 },
      lifecycle: { preStop: { sleep: { seconds: timing.leave.seconds } } },
      securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
    };
  }
}

function flags(name: string, props: VllmServerProps, timing: ServerTimingPlan): string[] {
  const { model, tensorParallelSize, maxModelLen } = props;
  return [
    model,
    `--served-model-name=${name}`,
    `--port=${PORT}`,
    `--tensor-parallel-size=${tensorParallelSize}`,
    `--max-model-len=${maxModelLen}`,
    `--gpu-memory-utilization=${GPU_MEMORY_UTILIZATION}`,
    `--max-num-seqs=${MAX_SEQUENCES}`,
    `--max-num-batched-tokens=${MAX_BATCHED_TOKENS}`,
    '--enable-prefix-caching',
    // A parser belongs to a model family; a wrong one makes every tool call an error.
    ...(/(^|\/)gpt-oss-/.test(model) ? ['--enable-auto-tool-choice', '--tool-call-parser=openai'] : []),
    // Token counts in every answer, streamed ones too: budgets and bills are made of them.
    '--enable-force-include-usage',
    '--enable-prompt-tokens-details',
    // Without it running answers are cut when the pod leaves.
    `--shutdown-timeout=${timing.drain.seconds}`,
    '--disable-access-log-for-endpoints=/health,/metrics',
  ];
}

function environment(startupBudget: Duration, { keepAlive }: ServerTimingPlan): Record<string, string> {
  return {
    DO_NOT_TRACK: '1',
    HF_HOME: `${CACHE}/huggingface`,
    TORCHINDUCTOR_CACHE_DIR: `${CACHE}/inductor`,
    TRITON_CACHE_DIR: `${CACHE}/triton`,
    USER: 'vllm',
    VLLM_CACHE_ROOT: `${CACHE}/vllm`,
    // The front end gives up on the engine after 600 s of its own, whatever the probe allows.
    VLLM_ENGINE_READY_TIMEOUT_S: `${Math.ceil(startupBudget.seconds)}`,
    // The side that closes an idle connection must be the gateway: 5 s, the default, ends in sporadic 503s.
    VLLM_HTTP_TIMEOUT_KEEP_ALIVE: `${keepAlive.seconds}`,
    VLLM_NO_USAGE_STATS: '1',
    XDG_CACHE_HOME: CACHE,
  };
}

function times(memory: Memory, n: number): Memory {
  return Memory.bytes(memory.bytes * n);
}
