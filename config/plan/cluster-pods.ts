import { Cpu, Memory } from '../../base/quantity';
import type { Platform, TeiModel, VllmModel } from '../platform';
import { needsLimiter } from './controllers';
import { type Pod, podOf } from './nodes';
import { BESIDE_ENVOY, POD_SIZES, type PodSize } from './pod-sizes';

/** What the cluster brings: DNS, network controller, metrics server, package controllers. */
const ADD_ONS: PodSize = { cpu: Cpu.cores(1), memory: Memory.gibibytes(2) };

/** How many more pods a Deployment runs while it is replaced: Kubernetes' default of a quarter, rounded up. */
const ROLLOUT = 0.25;

/** The pods of a platform by the nodes that they are for. */
export interface ClusterPods {
  readonly system: readonly Pod[];
  /** Envoys, and those that come while others leave: without room for these no rollout would move. */
  readonly gateway: readonly Pod[];
  readonly gpu: GpuPods;
}

export interface GpuPods {
  /** With as many replicas as there always are. */
  readonly least: readonly Pod[];
  /** With as many as an autoscaler may ask for. */
  readonly most: readonly Pod[];
}

/** What the platform asks of its cluster. */
export function podsOf(platform: Platform): ClusterPods {
  return {
    system: systemPods(platform),
    gateway: gatewayPods(platform),
    gpu: {
      least: platform.models.flatMap((model) => gpuPods(model, ({ replicas }) => replicas)),
      most: platform.models.flatMap((model) => gpuPods(model, mostReplicas)),
    },
  };
}

function systemPods(platform: Platform): Pod[] {
  const { models, controllers, cluster } = platform;
  const redis = needsLimiter(platform) && controllers.redisUrl === undefined;
  const times = (count: number, name: string, one: PodSize) =>
    Array.from({ length: count }, () => podOf(name, [one]));
  const replicas = controllers.install ? controllers.replicas : 0;
  return [
    podOf("the cluster's add-ons", [ADD_ONS]),
    ...monitoringPods(platform),
    ...times(replicas, 'Envoy Gateway', POD_SIZES.envoyGateway),
    ...times(replicas, 'the AI Gateway controller', POD_SIZES.aiGatewayController),
    ...(needsLimiter(platform) ? times(replicas, 'the rate-limit service', POD_SIZES.rateLimit) : []),
    ...times(redis ? 1 : 0, 'Redis', POD_SIZES.redis),
    ...times(
      cluster.kind === 'vks' && cluster.gpuOperator !== undefined ? 1 : 0,
      'the GPU operator',
      POD_SIZES.gpuOperator,
    ),
    ...models.flatMap((model) => {
      if (model.kind === 'vllm' && model.endpointPicker)
        return times(1, `the endpoint picker of ${model.name}`, POD_SIZES.endpointPicker);
      // One more comes before one leaves.
      return model.kind === 'tei' && model.gpu === 'cpu'
        ? times(model.replicas + 1, model.name, POD_SIZES.tei)
        : [];
    }),
  ];
}

/** One Prometheus is counted where somebody else brings it too. */
function monitoringPods({ observability: { prometheus } }: Platform): Pod[] {
  if (prometheus.kind === 'existing') return [podOf('Prometheus', [POD_SIZES.prometheus])];
  const chart = prometheus.kind === 'kubePrometheusStack';
  const grafana = chart && prometheus.grafanaPasswordSecret !== undefined;
  return [
    ...Array.from({ length: prometheus.replicas }, () => podOf('Prometheus', [POD_SIZES.prometheus])),
    ...Array.from({ length: prometheus.replicas }, () => podOf('Alertmanager', [POD_SIZES.alertmanager])),
    ...(chart ? [podOf('the Prometheus operator', [POD_SIZES.prometheusOperator])] : []),
    ...(grafana ? [podOf('Grafana', [POD_SIZES.grafana])] : []),
  ];
}

function gatewayPods({ gateway: { cpu, memory, replicas, ledger } }: Platform): Pod[] {
  const beside = [...BESIDE_ENVOY, ...(ledger === undefined ? [] : [POD_SIZES.ledgerCollector])];
  const pod = podOf('Envoy', [{ cpu, memory }, ...beside]);
  return Array.from({ length: replicas + Math.ceil(replicas * ROLLOUT) }, () => pod);
}

type Served = VllmModel | TeiModel;

function gpuPods(model: Platform['models'][number], count: (model: Served) => number): Pod[] {
  if (model.kind === 'tei') {
    if (model.gpu === 'cpu') return [];
    return Array.from({ length: count(model) }, () => podOf(model.name, [POD_SIZES.tei], 1));
  }
  if (model.kind !== 'vllm') return [];
  const gpus = model.tensorParallelSize * model.pipelineParallelSize;
  const pods = Math.max(1, gpus / model.gpusPerNode);
  const share = Array.from({ length: gpus / pods }, () => POD_SIZES.vllmPerGpu);
  return Array.from({ length: count(model) * pods }, () => podOf(model.name, share, gpus / pods));
}

function mostReplicas(model: Served): number {
  return model.kind === 'vllm' ? Math.max(model.replicas, model.autoscale?.maxReplicas ?? 0) : model.replicas;
}
