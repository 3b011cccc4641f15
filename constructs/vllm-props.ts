import type { VllmSettings } from '../config';
import type { ModelServerProps } from './model-server';
import type { FlagField } from './vllm-args';

/** Settings of the platform document that the construct cannot work out. */
type Needed = 'tensorParallelSize' | 'maxModelLen' | 'drain';

/** Settings of the platform document with a default: that of the document where it is a constant, otherwise none. */
type Defaulted =
  | Exclude<FlagField, Needed | 'nodes'>
  | 'version'
  | 'cuda'
  | 'gpusPerNode'
  | 'autoscale'
  | 'preflight'
  | 'priorityClass'
  | 'runtimeClass'
  | 'extraArgs';

export interface VllmServerProps
  extends ModelServerProps,
    Pick<VllmSettings, Needed>,
    Partial<Pick<VllmSettings, Defaulted>> {
  /**
   * Value of the node label `nvidia.com/gpu.product`, which GPU feature discovery sets.
   *
   * @default 'NVIDIA-H100-80GB-HBM3' - an H100 with NVLink
   */
  readonly gpuProduct?: string;

  /**
   * The key that callers must present. It is stored in a Secret; the text is not validated. vLLM reads it when it
   * starts: after a change restart the pods.
   *
   * @default - none, only the NetworkPolicy decides who calls
   */
  readonly apiKey?: string;

  /**
   * Puts the driver's libraries before those of the image: since 0.15 the image may find its own compatibility
   * library first and end with CUDA error 803 (vllm#33447).
   *
   * @default false
   */
  readonly driverLibraryWorkaround?: boolean;
}
