import { Counter, Gauge, Registry } from 'prom-client';
import { type StandIn, text } from './http';

/** The pod that a GPU is given to, as the kubelet tells the exporter. */
export interface GpuOwner {
  readonly namespace: string;
  readonly pod: string;
  readonly container: string;
}

export interface DcgmExporterProps {
  readonly gpus: number;
  /** The node's name, label `Hostname`. */
  readonly node: string;
  /** Owner of every GPU; without one the three labels are left out. */
  readonly owner?: GpuOwner;
}

type Row = readonly [field: string, type: 'gauge' | 'counter', value: number, help: string];

/**
 * An idle H100: 81559 MiB in all, as nvidia-smi shows for the 80 GB card; the other values are made up to be
 * plausible at rest. The NVLink and PCIe fields are rates in bytes per second on Hopper, hence gauges.
 */
const idleCard: readonly Row[] = [
  ['DCGM_FI_DEV_FB_USED', 'gauge', 4, 'framebuffer memory used (in MiB)'],
  ['DCGM_FI_DEV_FB_FREE', 'gauge', 80995, 'framebuffer memory free (in MiB)'],
  ['DCGM_FI_DEV_FB_RESERVED', 'gauge', 560, 'framebuffer memory reserved (in MiB)'],
  ['DCGM_FI_DEV_GPU_UTIL', 'gauge', 0, 'GPU utilization (in %)'],
  ['DCGM_FI_DEV_GPU_TEMP', 'gauge', 31, 'GPU temperature (in C)'],
  ['DCGM_FI_DEV_MEMORY_TEMP', 'gauge', 38, 'memory temperature (in C)'],
  ['DCGM_FI_DEV_POWER_USAGE', 'gauge', 70, 'power draw (in W)'],
  ['DCGM_FI_DEV_TOTAL_ENERGY_CONSUMPTION', 'counter', 1_000_000, 'energy since boot (in mJ)'],
  ['DCGM_FI_DEV_SM_CLOCK', 'gauge', 345, 'SM clock (in MHz)'],
  ['DCGM_FI_DEV_XID_ERRORS', 'gauge', 0, 'last XID error'],
  ['DCGM_FI_PROF_GR_ENGINE_ACTIVE', 'gauge', 0, 'share of time the graphics engine is active'],
  ['DCGM_FI_PROF_SM_ACTIVE', 'gauge', 0, 'share of cycles an SM has a warp'],
  ['DCGM_FI_PROF_SM_OCCUPANCY', 'gauge', 0, 'share of resident warps'],
  ['DCGM_FI_PROF_PIPE_TENSOR_ACTIVE', 'gauge', 0, 'share of cycles the tensor pipe is active'],
  ['DCGM_FI_PROF_DRAM_ACTIVE', 'gauge', 0, 'share of cycles the memory interface is active'],
  ['DCGM_FI_PROF_NVLINK_TX_BYTES', 'gauge', 0, 'NVLink sent (in bytes per second)'],
  ['DCGM_FI_PROF_NVLINK_RX_BYTES', 'gauge', 0, 'NVLink received (in bytes per second)'],
  ['DCGM_FI_PROF_PCIE_TX_BYTES', 'gauge', 0, 'PCIe sent (in bytes per second)'],
  ['DCGM_FI_PROF_PCIE_RX_BYTES', 'gauge', 0, 'PCIe received (in bytes per second)'],
  ['DCGM_FI_DEV_NVLINK_CRC_FLIT_ERROR_COUNT_TOTAL', 'counter', 0, 'NVLink flow-control CRC errors'],
  ['DCGM_FI_DEV_NVLINK_REPLAY_ERROR_COUNT_TOTAL', 'counter', 0, 'NVLink replays'],
  ['DCGM_FI_DEV_NVLINK_RECOVERY_ERROR_COUNT_TOTAL', 'counter', 0, 'NVLink recoveries'],
  ['DCGM_FI_DEV_UNCORRECTABLE_REMAPPED_ROWS', 'counter', 0, 'rows remapped for uncorrectable errors'],
  ['DCGM_FI_DEV_ROW_REMAP_FAILURE', 'gauge', 0, 'whether remapping of rows has failed'],
];

/** The exporter's own fields, with the labels of its `internal/pkg/collector`; window: its default of 5 minutes. */
const window = { window_size_in_ms: '300000' };
const exporterFields: readonly { row: Row; labels: readonly Readonly<Record<string, string>>[] }[] = [
  { row: ['DCGM_EXP_XID_ERRORS_COUNT', 'gauge', 0, 'XID errors in the window'], labels: [window] },
  {
    row: ['DCGM_EXP_CLOCK_EVENTS_COUNT', 'gauge', 1, 'clock events in the window'],
    labels: [{ ...window, clock_event: 'gpu_idle' }],
  },
  {
    row: ['DCGM_EXP_GPU_HEALTH_STATUS', 'gauge', 0, 'health by watch, 0 is passed'],
    labels: ['PCIE', 'NVLINK', 'PMU', 'MCU', 'MEM', 'SM', 'INFOROM', 'THERMAL', 'POWER', 'DRIVER'].map(
      (watch) => ({
        health_watch: watch,
        health_error_code: 'DCGM_FR_OK',
      }),
    ),
  },
];

/** A DCGM exporter without a GPU: the fields of the platform's counters file, the constant values of an idle card. */
export function dcgmExporter(props: DcgmExporterProps): StandIn {
  const registry = new Registry();
  for (const row of idleCard) expose(registry, row, props, [{}]);
  for (const { row, labels } of exporterFields) expose(registry, row, props, labels);
  return {
    kind: 'dcgm-exporter',
    routes: {
      'GET /metrics': async () => text(await registry.metrics(), registry.contentType),
      'GET /health': () => text('OK'),
    },
    refuse: ({ status, message }) => ({ ...text(message), status }),
  };
}

function expose(
  registry: Registry,
  [name, type, value, meaning]: Row,
  props: DcgmExporterProps,
  variants: readonly Readonly<Record<string, string>>[],
): void {
  const samples = Array.from({ length: props.gpus }, (_, gpu) => gpu).flatMap((gpu) =>
    variants.map((labels) => ({ ...gpuLabels(gpu, props), ...labels })),
  );
  const metric = {
    name,
    help: `Stand-in, constant value of an idle card: ${meaning}.`,
    labelNames: Object.keys(samples[0] ?? {}),
    registers: [registry],
  };
  if (type === 'gauge') {
    const gauge = new Gauge(metric);
    for (const labels of samples) gauge.set(labels, value);
  } else {
    const counter = new Counter(metric);
    for (const labels of samples) counter.inc(labels, value);
  }
}

function gpuLabels(gpu: number, { node, owner }: DcgmExporterProps): Record<string, string> {
  return {
    gpu: `${gpu}`,
    UUID: `GPU-00000000-0000-0000-0000-${gpu.toString(16).padStart(12, '0')}`,
    device: `nvidia${gpu}`,
    modelName: 'NVIDIA H100 80GB HBM3',
    Hostname: node,
    DCGM_FI_DRIVER_VERSION: 'stand-in',
    ...owner,
  };
}
