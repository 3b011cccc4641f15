import { createHash } from 'node:crypto';
import * as plus from 'cdk8s-plus-28';
import type { Construct } from 'constructs';
import type { Container } from 'kubernetes-types/core/v1';
import { METRICS } from '../base/metrics';
import {
  DCGM_COUNTERS,
  type Duration,
  GPU_TAINT,
  type GpuMetricsPlan,
  OWN_EXPORTER,
  POD_SIZES,
} from '../config';
import versions from '../versions.json';
import { Component, kubeObject, plusObject } from './component';
import { Namespace } from './namespace';

const PORT = 9400;

/** Where the kubelet tells which pod has which GPU. */
const POD_RESOURCES = '/var/lib/kubelet/pod-resources';

const COUNTERS_FOLDER = '/etc/dcgm-exporter/counters';

/**
 * What an exporter reads, as `field, type, help`: what the rules ask, and what a person looks at when they fire. The lists
 * in NVIDIA's image have neither NVLink nor the activity of multiprocessors (etc/dcp-metrics-included.csv of 4.8.2).
 */
const COUNTERS: readonly (readonly [field: string, type: 'counter' | 'gauge' | 'label', help: string])[] = [
  [METRICS.gpuActive.name, 'gauge', 'Share of the cycles in which a multiprocessor has a warp'],
  [METRICS.nvlinkSent.name, 'gauge', 'Sent over NVLink (in bytes per second)'],
  [METRICS.nvlinkReceived.name, 'gauge', 'Received over NVLink (in bytes per second)'],
  [METRICS.gpuMemoryUsed.name, 'gauge', 'Framebuffer memory in use (in MiB)'],
  [METRICS.gpuMemoryFree.name, 'gauge', 'Framebuffer memory that is free (in MiB)'],
  [METRICS.gpuMemoryReserved.name, 'gauge', 'Framebuffer memory that the driver keeps (in MiB)'],
  ['DCGM_FI_PROF_GR_ENGINE_ACTIVE', 'gauge', 'Share of the time in which the graphics engine is active'],
  ['DCGM_FI_PROF_SM_OCCUPANCY', 'gauge', 'Share of the warps that a multiprocessor could have'],
  ['DCGM_FI_PROF_PIPE_TENSOR_ACTIVE', 'gauge', 'Share of the cycles in which the tensor pipe is active'],
  ['DCGM_FI_PROF_DRAM_ACTIVE', 'gauge', 'Share of the cycles in which the memory interface is active'],
  ['DCGM_FI_PROF_PCIE_TX_BYTES', 'gauge', 'Sent over PCIe (in bytes per second)'],
  ['DCGM_FI_PROF_PCIE_RX_BYTES', 'gauge', 'Received over PCIe (in bytes per second)'],
  ['DCGM_FI_DEV_GPU_UTIL', 'gauge', 'GPU utilization (in %)'],
  ['DCGM_FI_DEV_GPU_TEMP', 'gauge', 'Temperature of the GPU (in C)'],
  ['DCGM_FI_DEV_MEMORY_TEMP', 'gauge', 'Temperature of the memory (in C)'],
  ['DCGM_FI_DEV_POWER_USAGE', 'gauge', 'Power draw (in W)'],
  ['DCGM_FI_DEV_TOTAL_ENERGY_CONSUMPTION', 'counter', 'Energy since boot (in mJ)'],
  ['DCGM_FI_DEV_SM_CLOCK', 'gauge', 'Clock of the multiprocessors (in MHz)'],
  ['DCGM_FI_DEV_XID_ERRORS', 'gauge', 'Last XID error'],
  ['DCGM_FI_DEV_NVLINK_CRC_FLIT_ERROR_COUNT_TOTAL', 'counter', 'NVLink flow-control CRC errors'],
  ['DCGM_FI_DEV_NVLINK_REPLAY_ERROR_COUNT_TOTAL', 'counter', 'NVLink replays'],
  ['DCGM_FI_DEV_NVLINK_RECOVERY_ERROR_COUNT_TOTAL', 'counter', 'NVLink recoveries'],
  ['DCGM_FI_DEV_UNCORRECTABLE_REMAPPED_ROWS', 'counter', 'Rows remapped for uncorrectable errors'],
  ['DCGM_FI_DEV_ROW_REMAP_FAILURE', 'gauge', 'Whether remapping of rows has failed'],
  ['DCGM_EXP_XID_ERRORS_COUNT', 'gauge', 'XID errors in the last five minutes'],
  ['DCGM_EXP_CLOCK_EVENTS_COUNT', 'gauge', 'Clock events in the last five minutes'],
  ['DCGM_EXP_GPU_HEALTH_STATUS', 'gauge', 'Health by what is watched; 0 is passed'],
  ['DCGM_FI_DRIVER_VERSION', 'label', 'Version of the driver'],
];

/** The fields of an exporter as the file that it reads. */
export const DCGM_FIELDS = COUNTERS.map((counter) => `${counter.join(', ')}\n`).join('');

/** The ConfigMap with the fields of an exporter, in the namespace of the exporter. */
export function dcgmCounters(scope: Construct, namespace: Namespace) {
  const { name, key } = DCGM_COUNTERS;
  const counters = plusObject(
    new plus.ConfigMap(scope, 'counters', {
      metadata: { name, namespace: namespace.name },
      data: { [key]: DCGM_FIELDS },
    }),
  );
  counters.node.addDependency(namespace.object);
  return counters;
}

export interface DcgmExporterProps {
  /** Of the kind `own`: on which nodes it runs, by which runtime, and how often it asks the GPUs. */
  readonly plan: Extract<GpuMetricsPlan, { readonly kind: 'own' }>;
}

/**
 * NVIDIA's exporter of GPU metrics on every GPU node, for clusters without NVIDIA's operator: a DaemonSet, the fields that it
 * reads, and a namespace of its own.
 *
 * Profiling fields (NVLink, multiprocessors, memory interface) are read by root with SYS_ADMIN alone, and which pod has a
 * GPU is read from a socket of the kubelet on the node, so the namespace lets in privileged pods. The pod has no other
 * capability, no token of the API server and no host network.
 */
export class DcgmExporter extends Component {
  readonly namespace: Namespace;

  constructor(scope: Construct, id: string, { plan }: DcgmExporterProps) {
    super(scope, id);
    const { namespace: name, podLabels, nodeSelector, runtimeClass, interval } = plan;
    this.namespace = new Namespace(this, 'namespace', { name, podSecurity: 'privileged' });
    const counters = dcgmCounters(this, this.namespace);
    kubeObject(this, 'daemon-set', {
      apiVersion: 'apps/v1',
      kind: 'DaemonSet',
      metadata: { name: OWN_EXPORTER.name, namespace: name, labels: podLabels },
      spec: {
        selector: { matchLabels: podLabels },
        template: {
          // The exporter reads its fields once.
          metadata: { labels: podLabels, annotations: { 'vcf-ai-platform/counters': fingerprint() } },
          spec: {
            nodeSelector,
            tolerations: [{ key: GPU_TAINT.key, operator: 'Exists', effect: GPU_TAINT.effect }],
            // Whoever runs on a GPU is worth nothing unseen; NVIDIA's own charts have it too.
            priorityClassName: 'system-node-critical',
            ...(runtimeClass !== undefined && { runtimeClassName: runtimeClass }),
            automountServiceAccountToken: false,
            enableServiceLinks: false,
            containers: [container(interval)],
            volumes: [
              { name: 'pod-resources', hostPath: { path: POD_RESOURCES, type: 'Directory' } },
              { name: 'counters', configMap: { name: counters.name } },
            ],
          },
        },
      },
    }).node.addDependency(counters);
  }
}

const fingerprint = () => createHash('sha256').update(DCGM_FIELDS).digest('hex').slice(0, 16);

function container(interval: Duration): Container {
  const { repository, tag } = versions.images['dcgm-exporter'];
  const { cpu, memory } = POD_SIZES.dcgmExporter;
  const health = { path: '/health', port: 'metrics' };
  return {
    name: 'exporter',
    image: `${repository}:${tag}`,
    imagePullPolicy: 'IfNotPresent',
    env: [
      { name: 'DCGM_EXPORTER_COLLECTORS', value: `${COUNTERS_FOLDER}/${DCGM_COUNTERS.key}` },
      { name: 'DCGM_EXPORTER_INTERVAL', value: `${interval.milliseconds}` },
      { name: 'DCGM_EXPORTER_KUBERNETES', value: 'true' },
      { name: 'DCGM_EXPORTER_LISTEN', value: `:${PORT}` },
      { name: 'NODE_NAME', valueFrom: { fieldRef: { fieldPath: 'spec.nodeName' } } },
    ],
    ports: [{ name: 'metrics', containerPort: PORT }],
    // It answers once it has read every field, which takes it up to a minute.
    startupProbe: { httpGet: health, periodSeconds: 5, failureThreshold: 24 },
    readinessProbe: { httpGet: health, periodSeconds: 10 },
    livenessProbe: { httpGet: health, periodSeconds: 20, timeoutSeconds: 5 },
    resources: {
      requests: { cpu: `${cpu}`, memory: `${memory}` },
      limits: { memory: `${memory}` },
    },
    securityContext: {
      runAsUser: 0,
      runAsNonRoot: false,
      allowPrivilegeEscalation: false,
      capabilities: { drop: ['ALL'], add: ['SYS_ADMIN'] },
      seccompProfile: { type: 'RuntimeDefault' },
    },
    volumeMounts: [
      { name: 'pod-resources', mountPath: POD_RESOURCES, readOnly: true },
      { name: 'counters', mountPath: COUNTERS_FOLDER, readOnly: true },
    ],
  };
}
