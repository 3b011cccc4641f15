import type { Duration, VllmModel, Weights } from '../config';
import type { Namespace } from './namespace';
import type { ModelServerAccessProps } from './network-policy';

export interface VllmServerProps
  extends Pick<ModelServerAccessProps, 'gatewayNamespace' | 'prometheusNamespace' | 'callers'> {
  readonly namespace: Namespace;

  /**
   * The name that clients and the gateway use for the model; also the name of the Deployment and the Service.
   *
   * @default - the construct's id
   */
  readonly name?: string;

  /** Id on the model hub, such as `openai/gpt-oss-120b`. */
  readonly model: string;

  /**
   * Commit of the hub's repository.
   *
   * @default - the newest when the weights are downloaded
   */
  readonly revision?: string;

  readonly weights: Weights;

  /**
   * vLLM's version, without `v`.
   *
   * @default - the one that versions.json pins
   */
  readonly version?: string;

  /**
   * Major version of CUDA that the image is built for, for drivers that are older than the image wants.
   *
   * @default - that of the version's plain tag
   */
  readonly cuda?: string;

  /** GPUs of one replica that share every layer. */
  readonly tensorParallelSize: number;

  /**
   * Groups of such GPUs that share the layers among them.
   *
   * @default 1
   */
  readonly pipelineParallelSize?: number;

  /**
   * GPUs of one node. A replica that has more is a group of pods (LeaderWorkerSet).
   *
   * @default 8
   */
  readonly gpusPerNode?: number;

  /**
   * Value of the node label `nvidia.com/gpu.product`, which GPU feature discovery sets.
   *
   * @default 'NVIDIA-H100-80GB-HBM3' - an H100 with NVLink
   */
  readonly gpuProduct?: string;

  /**
   * Labels of the nodes that it may run on.
   *
   * @default - the label of `gpuProduct`
   */
  readonly nodeSelector?: Readonly<Record<string, string>>;

  /**
   * A slice of a GPU instead of whole ones: `1g.20gb` takes `nvidia.com/mig-1g.20gb`.
   *
   * @default - whole GPUs
   */
  readonly mig?: string;

  /** Longest context in tokens, prompt and answer together. */
  readonly maxModelLen: number;

  /**
   * Requests in one batch. With vLLM's own default on an 80 GB GPU, 1024, the sampler's workspace crowds out the
   * KV cache.
   *
   * @default 256
   */
  readonly maxNumSeqs?: number;

  /**
   * Tokens of one step. The default is vLLM's own for an H100; explicit because the sliding-window share of the
   * KV cache depends on it.
   *
   * @default 8192
   */
  readonly maxNumBatchedTokens?: number;

  /**
   * Share of a GPU's memory that vLLM takes.
   *
   * @default 0.9
   */
  readonly gpuMemoryUtilization?: number;

  /** @default 'auto' - as the weights, 16 bits */
  readonly kvCacheDtype?: 'auto' | 'fp8';

  /** @default 1 */
  readonly replicas?: number;

  /**
   * More replicas while requests wait; `replicas` is then the least.
   *
   * @default - a fixed number
   */
  readonly autoscale?: NonNullable<VllmModel['autoscale']>;

  /** How long a replica may take from its node to its first answer: image (some 10 GB), weights and start. */
  readonly startupBudget: Duration;

  /** The longest answer; a replica that leaves finishes what it is generating for as long. */
  readonly drain: Duration;

  /**
   * The key that callers must present. It goes into a Secret; the text is not looked at. vLLM reads it when it
   * starts: after a change restart the pods.
   *
   * @default - none, only the NetworkPolicy decides who calls
   */
  readonly apiKey?: string;

  /**
   * Token of the hub, for models that it gives to known users only.
   *
   * @default - the model is public
   */
  readonly hubToken?: string;

  /**
   * Whether a replica checks its GPUs' links before it starts.
   *
   * @default false
   */
  readonly preflight?: boolean;

  /**
   * Puts the driver's libraries before those of the image: since 0.15 the image may find its own compatibility
   * library first and end with CUDA error 803 (vllm#33447).
   *
   * @default false
   */
  readonly driverLibraryWorkaround?: boolean;

  /** @default - that of pods without a class */
  readonly priorityClass?: string;

  /**
   * RuntimeClass of the pods, `nvidia` where the GPU operator made one.
   *
   * @default - the nodes' own runtime
   */
  readonly runtimeClass?: string;

  /**
   * More flags of `vllm serve`, without `--`.
   *
   * @default - none
   */
  readonly extraArgs?: Readonly<Record<string, string | number | boolean>>;

  /**
   * `<major>.<minor>` of the API server.
   *
   * @default '1.34'
   */
  readonly kubernetesVersion?: string;
}
