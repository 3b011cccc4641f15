import type { EnvVar } from 'kubernetes-types/core/v1';
import type { Duration } from '../config';

export interface VllmEnvironment {
  readonly startupBudget: Duration;

  /** How long vLLM keeps an idle connection, in whole seconds. */
  readonly keepAlive: Duration;

  /** Of the model store. */
  readonly store: readonly EnvVar[];

  /** Secret with the key under `VLLM_API_KEY`, or none. */
  readonly apiKeySecret?: string;

  readonly driverLibraryWorkaround: boolean;

  /** Whether other nodes must find this pod. */
  readonly isGroup: boolean;
}

/** Where the caches live that the root file system is no place for. */
export const CACHE = '/cache';

/** Also the key inside its Secret. */
export const API_KEY_VARIABLE = 'VLLM_API_KEY';

/** Where the NVIDIA runtime puts the driver's libraries. */
const DRIVER_LIBRARIES = '/usr/local/nvidia/lib64:/usr/local/nvidia/lib:/usr/lib/x86_64-linux-gnu';

/** The environment of a vLLM container, by name. */
export function vllmEnvironment(props: VllmEnvironment): EnvVar[] {
  const { startupBudget, keepAlive, store, apiKeySecret, driverLibraryWorkaround, isGroup } = props;
  const settings: Record<string, string> = {
    DO_NOT_TRACK: '1',
    HF_HOME: `${CACHE}/huggingface`,
    HOME: CACHE,
    NCCL_DEBUG: 'WARN',
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
    ...(driverLibraryWorkaround && { LD_LIBRARY_PATH: DRIVER_LIBRARIES }),
  };
  const variables: EnvVar[] = [
    ...Object.entries(settings).map(([name, value]) => ({ name, value })),
    ...store,
    ...(apiKeySecret === undefined ? [] : [fromSecret(apiKeySecret)]),
    ...(isGroup ? [{ name: 'VLLM_HOST_IP', valueFrom: { fieldRef: { fieldPath: 'status.podIP' } } }] : []),
  ];
  return variables.sort((a, b) => (a.name < b.name ? -1 : 1));
}

function fromSecret(name: string): EnvVar {
  return { name: API_KEY_VARIABLE, valueFrom: { secretKeyRef: { name, key: API_KEY_VARIABLE } } };
}
