import { Cpu, Memory } from '../../base/quantity';

/** Resource requests of a pod, which the scheduler counts. */
export interface PodSize {
  readonly cpu: Cpu;
  readonly memory: Memory;
}

const size = (cpu: string, memory: string): PodSize => ({
  cpu: Cpu.parse(cpu),
  memory: Memory.parse(memory),
});

/** Requests of the platform's pods, for those who write them and for those who plan nodes. */
export const POD_SIZES = {
  /**
   * For each GPU of a vLLM pod. A worker a GPU busy-waits, and so do engine and API server: vLLM wants 2 + GPUs
   * physical cores or more. Memory is sized by gpt-oss-120b on 4 GPUs, 96 GiB: page cache for half of its 61 GiB
   * checkpoint, 16 GiB shared memory, 24 GiB for the processes, and room.
   */
  vllmPerGpu: size('4', '24Gi'),
  tei: size('4', '4Gi'),
  endpointPicker: size('500m', '512Mi'),
  /** Beside Envoy in its pod. */
  externalProcessor: size('500m', '256Mi'),
  /** Beside Envoy in its pod; Envoy Gateway's own default. */
  shutdownManager: size('10m', '32Mi'),
  envoyGateway: size('200m', '1Gi'),
  aiGatewayController: size('200m', '512Mi'),
  rateLimit: size('100m', '256Mi'),
  redis: size('100m', '256Mi'),
  /** For some 100,000 series; each takes 8 KiB or so in the head of the database. */
  prometheus: size('1', '4Gi'),
  alertmanager: size('50m', '128Mi'),
  prometheusOperator: size('100m', '256Mi'),
  grafana: size('100m', '512Mi'),
  /** On every GPU node. */
  dcgmExporter: size('100m', '512Mi'),
  /** Beside Envoy in its pod. It reads pieces of 16 MiB; 120,000 calls that had piled up took 300 MiB, measured. */
  ledgerCollector: size('100m', '512Mi'),
  /** GPU operator and node feature discovery, without what runs on GPU nodes. */
  gpuOperator: size('500m', '1Gi'),
} as const satisfies Readonly<Record<string, PodSize>>;

/** What is in the pod of an Envoy besides Envoy. */
export const BESIDE_ENVOY: readonly PodSize[] = [POD_SIZES.externalProcessor, POD_SIZES.shutdownManager];
