import type { Duration } from '../../base/duration';
import type { Platform } from '../platform';
import { GPU_OPERATOR } from './gpu-operator';
import { POOL_LABEL } from './node-pools';

/** The namespace of the platform's own exporter, and the name of its DaemonSet. */
export const OWN_EXPORTER = { namespace: 'dcgm-exporter', name: 'dcgm-exporter' } as const;

/** What GPU feature discovery sets on every node with a GPU. */
const GPU_NODES = { 'nvidia.com/gpu.present': 'true' } as const;

/** Pods that expose the metrics of GPUs. */
interface Scraped {
  readonly namespace: string;
  readonly podLabels: Readonly<Record<string, string>>;
}

/** Where the metrics of GPUs come from. */
export type GpuMetricsPlan =
  | (Scraped & { readonly kind: 'gpuOperator' })
  | (Scraped & {
      readonly kind: 'own';
      readonly nodeSelector: Readonly<Record<string, string>>;
      readonly runtimeClass?: string;
      /** How often the exporter asks the GPUs: as often as it is asked. */
      readonly interval: Duration;
    })
  | {
      readonly kind: 'none';
      /** What is left out, and by which setting. */
      readonly why: string;
    };

/** Where the metrics of GPUs come from, or why there are none. */
export function planGpuMetrics({
  cluster,
  observability,
}: Pick<Platform, 'cluster' | 'observability'>): GpuMetricsPlan {
  const { dcgmExporter, scrapeInterval } = observability;
  if (dcgmExporter.kind === 'none') {
    const why =
      'no rule, alert or panel asks about GPUs, because observability.dcgmExporter is none: nothing would answer';
    return { kind: 'none', why };
  }
  if (dcgmExporter.kind === 'gpuOperator') {
    const { namespace, exporter } = GPU_OPERATOR;
    return { kind: 'gpuOperator', namespace, podLabels: { app: exporter } };
  }
  const { nodeSelector, runtimeClass } = dcgmExporter;
  const pool = cluster.kind === 'vks' ? { [POOL_LABEL]: 'gpu' } : GPU_NODES;
  return {
    kind: 'own',
    namespace: OWN_EXPORTER.namespace,
    podLabels: { 'app.kubernetes.io/name': OWN_EXPORTER.name },
    nodeSelector: nodeSelector ?? pool,
    ...(runtimeClass !== undefined && { runtimeClass }),
    interval: scrapeInterval,
  };
}
