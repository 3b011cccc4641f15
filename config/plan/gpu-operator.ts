import versions from '../../versions.json';
import type { GpuOperator, Platform } from '../platform';
import { planCluster } from './cluster';
import type { ChartSource } from './controllers';
import { GPU_TAINT, POOL_LABEL } from './node-pools';

/** The namespace of NVIDIA's operator, the Secrets of its vGPU driver, and the label of its exporter pods. */
export const GPU_OPERATOR = {
  namespace: 'gpu-operator',
  /** The value of the label `app`, the only one that says what these pods are. */
  exporter: 'nvidia-dcgm-exporter',
  licenseSecret: 'vgpu-license',
  registrySecret: 'vgpu-registry',
} as const;

/** The ConfigMap with the fields that an exporter of GPU metrics reads; the operator asks for this key. */
export const DCGM_COUNTERS = { name: 'dcgm-counters', key: 'dcgm-metrics.csv' } as const;

type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };
type Values = { readonly [key: string]: Json };

/** The chart of NVIDIA's GPU operator, and its values. */
export interface GpuOperatorPlan {
  readonly chart: ChartSource & { readonly repository: string };
  readonly values: Values;
}

/**
 * The values of the chart beyond its defaults; undefined if the platform does not install the operator.
 *
 * The controllers run on the system pool, for which they are counted; what runs on GPU nodes tolerates their taint.
 */
export function planGpuOperator(platform: Platform): GpuOperatorPlan | undefined {
  const { cluster, observability } = platform;
  if (cluster.kind !== 'vks' || cluster.gpuOperator === undefined) return undefined;
  const drain = planCluster(platform, cluster).pools.find(({ name }) => name === 'gpu')?.drain;
  const onSystemPool = { nodeSelector: { [POOL_LABEL]: 'system' } };
  const { key, effect } = GPU_TAINT;
  return {
    chart: versions.charts['gpu-operator'],
    values: {
      // Hooks of Helm; its definitions are made and changed with the chart's other objects.
      operator: { ...onSystemPool, upgradeCRD: false, cleanupCRD: false },
      'node-feature-discovery': { master: onSystemPool, gc: onSystemPool },
      daemonsets: { tolerations: [{ key, operator: 'Exists', effect }] },
      // A pod that asks for GPUs gets them by the Container Device Interface: no RuntimeClass is named anywhere.
      cdi: { enabled: true },
      // A partition of a GPU has no NVLink.
      mig: { strategy: 'none' },
      migManager: { enabled: false },
      ...drivers(cluster.gpuOperator, drain?.seconds ?? 0),
      dcgmExporter: exporter(observability),
    },
  };
}

function exporter({ dcgmExporter, scrapeInterval }: Platform['observability']): Values {
  // Two exporters on a node would take the counters of profiling from each other.
  if (dcgmExporter.kind !== 'gpuOperator') return { enabled: false };
  return {
    // A PodMonitor of ours asks it.
    serviceMonitor: { enabled: false },
    // Its own list has neither NVLink nor the activity of multiprocessors.
    config: { name: DCGM_COUNTERS.name },
    // Asked more often than it asks the GPUs, it repeats what it said.
    env: [{ name: 'DCGM_EXPORTER_INTERVAL', value: `${scrapeInterval.milliseconds}` }],
  };
}

function drivers(operator: GpuOperator, drainSeconds: number): Values {
  if (operator.kind === 'nodeImage') return { driver: { enabled: false }, toolkit: { enabled: false } };
  const { repository, version, pullSecret } = operator;
  return {
    driver: {
      enabled: true,
      repository,
      image: 'vgpu-guest-driver',
      // The operator appends the node's system: 580.95.05-ubuntu24.04.
      version,
      imagePullSecrets: pullSecret === undefined ? [] : [GPU_OPERATOR.registrySecret],
      licensingConfig: { secretName: GPU_OPERATOR.licenseSecret, nlsEnabled: true },
      upgradePolicy: {
        autoUpgrade: true,
        maxParallelUpgrades: 1,
        // Model servers have their shared memory in an emptyDir, and finish the longest answer before they leave.
        gpuPodDeletion: { deleteEmptyDir: true, force: false, timeoutSeconds: drainSeconds },
      },
    },
    toolkit: { enabled: true },
  };
}
