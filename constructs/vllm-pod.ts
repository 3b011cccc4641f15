import type {
  Container,
  PodSpec,
  ResourceRequirements,
  TopologySpreadConstraint,
} from 'kubernetes-types/core/v1';
import { Cpu, Duration, Memory, POD_SIZES, type ServerTimingPlan } from '../config';
import type { ModelStore } from './model-store';
import { RESTRICTED_CONTAINER, RESTRICTED_POD } from './pod-security';
import { preflight } from './preflight';
import { HEADLESS } from './vllm-args';
import { CACHE } from './vllm-environment';

export interface VllmPodProps {
  readonly image: string;
  readonly args: readonly string[];
  readonly env: NonNullable<Container['env']>;
  readonly store: ModelStore;
  readonly port: number;

  /** GPUs of this pod. */
  readonly gpus: number;
  /** Resource of one of them: `nvidia.com/gpu`, or a slice. */
  readonly gpuResource: string;
  /** Labels of the nodes that it may run on. */
  readonly nodeSelector: Readonly<Record<string, string>>;

  readonly startupBudget: Duration;
  readonly timing: ServerTimingPlan;

  readonly preflight: boolean;
  readonly priorityClass?: string;
  readonly runtimeClass?: string;
  readonly spread: readonly TopologySpreadConstraint[];
}

/** NCCL and the workers' ring buffers; the container default of 64 MB fails as soon as there are two GPUs. */
const SHM_PER_GPU = Memory.gibibytes(4);

/** Compiled kernels and graphs, and logs. */
const CACHE_SIZE = Memory.gibibytes(20);

/** And the weights, where each pod downloads them; of gpt-oss-120b they are 61 GiB. */
const CACHE_SIZE_WITH_WEIGHTS = Memory.gibibytes(100);

const STARTUP_PERIOD = Duration.seconds(10);

/** The pod that answers. */
export function vllmPod(props: VllmPodProps): PodSpec {
  const health = { path: '/health', port: 'http' };
  return pod(props, {
    ...container(props),
    args: [...props.args],
    ports: [{ name: 'http', containerPort: props.port }],
    startupProbe: {
      httpGet: health,
      periodSeconds: STARTUP_PERIOD.seconds,
      failureThreshold: Math.ceil(props.startupBudget.seconds / STARTUP_PERIOD.seconds),
    },
    readinessProbe: { httpGet: health, periodSeconds: 5, timeoutSeconds: 2, failureThreshold: 3 },
    // A busy server answers late, and a restart costs minutes: a minute of silence before it is killed.
    livenessProbe: { httpGet: health, periodSeconds: 10, timeoutSeconds: 5, failureThreshold: 6 },
    lifecycle: { preStop: { sleep: { seconds: props.timing.leave.seconds } } },
  });
}

/** A pod with more GPUs for the same replica, on another node; it has no API, so nothing probes it. */
export function vllmWorkerPod(props: VllmPodProps): PodSpec {
  return pod(props, {
    ...container(props),
    args: [...props.args, HEADLESS],
    // The whole group is told to leave at once, and the answers that the leader finishes need the workers.
    lifecycle: { preStop: { sleep: { seconds: props.timing.leave.plus(props.timing.drain).seconds } } },
  });
}

function pod(props: VllmPodProps, server: Container): PodSpec {
  const { gpus, nodeSelector, priorityClass, runtimeClass, store } = props;
  return {
    ...RESTRICTED_POD,
    ...(props.preflight && { initContainers: [preflight(server, gpus)] }),
    containers: [server],
    nodeSelector,
    tolerations: [{ key: 'nvidia.com/gpu', operator: 'Exists', effect: 'NoSchedule' }],
    ...(props.spread.length > 0 && { topologySpreadConstraints: [...props.spread] }),
    ...(priorityClass !== undefined && { priorityClassName: priorityClass }),
    ...(runtimeClass !== undefined && { runtimeClassName: runtimeClass }),
    volumes: [
      { name: 'shm', emptyDir: { medium: 'Memory', sizeLimit: `${times(SHM_PER_GPU, gpus)}` } },
      { name: 'cache', emptyDir: {} },
      ...store.volumes,
    ],
    terminationGracePeriodSeconds: props.timing.grace.seconds,
  };
}

function container(props: VllmPodProps): Container {
  return {
    name: 'vllm',
    image: props.image,
    imagePullPolicy: 'IfNotPresent',
    command: ['vllm', 'serve'],
    env: [...props.env],
    resources: resources(props),
    volumeMounts: [
      { name: 'shm', mountPath: '/dev/shm' },
      { name: 'cache', mountPath: CACHE },
      ...props.store.mounts,
    ],
    securityContext: RESTRICTED_CONTAINER,
  };
}

function resources({ gpus, gpuResource, store }: VllmPodProps): ResourceRequirements {
  const { cpu, memory } = POD_SIZES.vllmPerGpu;
  return {
    requests: {
      cpu: `${Cpu.cores((cpu.millicores / 1000) * gpus)}`,
      memory: `${times(memory, gpus)}`,
      'ephemeral-storage': `${store.isLocal ? CACHE_SIZE : CACHE_SIZE_WITH_WEIGHTS}`,
      [gpuResource]: `${gpus}`,
    },
    // No CPU limit: throttling one worker stalls all GPUs of the replica.
    limits: { memory: `${times(memory, 2 * gpus)}`, [gpuResource]: `${gpus}` },
  };
}

function times(memory: Memory, n: number): Memory {
  return Memory.bytes(memory.bytes * n);
}
