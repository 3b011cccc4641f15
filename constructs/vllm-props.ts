import type { VllmSettings } from '../config';
import type { Namespace } from './namespace';
import type { ModelServerAccessProps } from './network-policy';
import type { FlagField } from './vllm-args';

/** Settings of the platform document that the construct cannot work out. */
type Needed = 'model' | 'weights' | 'tensorParallelSize' | 'maxModelLen' | 'startupBudget' | 'drain';

/** Settings of the platform document with a default: that of the document where it is a constant, otherwise none. */
type Defaulted =
  | Exclude<FlagField, Needed | 'nodes'>
  | 'revision'
  | 'version'
  | 'cuda'
  | 'gpusPerNode'
  | 'mig'
  | 'replicas'
  | 'autoscale'
  | 'preflight'
  | 'priorityClass'
  | 'runtimeClass'
  | 'extraArgs';

export interface VllmServerProps
  extends Pick<VllmSettings, Needed>,
    Partial<Pick<VllmSettings, Defaulted>>,
    Pick<ModelServerAccessProps, 'gatewayNamespace' | 'prometheusNamespace' | 'callers'> {
  readonly namespace: Namespace;

  /**
   * The name that clients and the gateway use for the model; also the name of the Deployment and the Service.
   *
   * @default - the construct's id
   */
  readonly name?: string;

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
   * Puts the driver's libraries before those of the image: since 0.15 the image may find its own compatibility
   * library first and end with CUDA error 803 (vllm#33447).
   *
   * @default false
   */
  readonly driverLibraryWorkaround?: boolean;

  /**
   * `<major>.<minor>` of the API server.
   *
   * @default - 1.34
   */
  readonly kubernetesVersion?: string;
}
