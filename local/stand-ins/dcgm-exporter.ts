import { Counter, Gauge, Registry } from 'prom-client';
import { type CardLoad, EngineFollower, type EngineState, type GpuOwner, IDLE_CARD } from './gpu-load';
import { type StandIn, text } from './http';

export interface DcgmExporterProps {
  readonly gpus: number;
  /** The node's name, label `Hostname`. */
  readonly node: string;
  /** Owner of every GPU that no engine has; without one the three labels are left out. */
  readonly owner?: GpuOwner | undefined;
  /** Asks each engine of the node what it has done; the first has the first cards. Default: none, and all cards idle. */
  readonly engines?: readonly (() => Promise<EngineState | undefined>)[];
}

interface Card {
  readonly load: CardLoad;
  /** Since the start of the exporter. */
  readonly joules: number;
}

type Field = readonly [
  name: string,
  type: 'gauge' | 'counter',
  value: number | ((card: Card) => number),
  meaning: string,
];

/** MiB of an H100: 81559 in all, as nvidia-smi shows for the 80 GB card, with what the driver takes of it. */
const MEMORY = { total: 81_559, driver: 4, reserved: 560 };

const usedMemory = ({ load }: Card) =>
  Math.min(MEMORY.total - MEMORY.reserved, MEMORY.driver + Math.round(load.memoryUtilization * MEMORY.total));

/** What an H100 SXM shows at rest and at work: power and clock up to its limits, all else made up to be plausible. */
const REST_TO_WORK = {
  watts: [70, 700],
  megahertz: [345, 1980],
  celsius: [31, 62],
  memoryCelsius: [38, 70],
} as const;
/** Shares of the time in which a step is under way; made up, for a step that waits for memory most of the time. */
const SHARES = { occupancy: 0.2, tensor: 0.15, memory: 0.6 };

const between =
  ([rest, work]: readonly [number, number]) =>
  ({ load }: Card) =>
    rest + (work - rest) * load.busy;
const watts = between(REST_TO_WORK.watts);
const share =
  (factor: number) =>
  ({ load }: Card) =>
    factor * load.busy;
const linkRate = ({ load }: Card) => load.linkBytesPerSecond;

/** The NVLink and PCIe fields are rates in bytes per second on Hopper, hence gauges. */
const FIELDS: readonly Field[] = [
  ['DCGM_FI_DEV_FB_USED', 'gauge', usedMemory, 'framebuffer memory used (in MiB)'],
  [
    'DCGM_FI_DEV_FB_FREE',
    'gauge',
    (card) => MEMORY.total - MEMORY.reserved - usedMemory(card),
    'framebuffer memory free (in MiB)',
  ],
  ['DCGM_FI_DEV_FB_RESERVED', 'gauge', MEMORY.reserved, 'framebuffer memory reserved (in MiB)'],
  ['DCGM_FI_DEV_GPU_UTIL', 'gauge', (card) => Math.round(share(100)(card)), 'GPU utilization (in %)'],
  ['DCGM_FI_DEV_GPU_TEMP', 'gauge', between(REST_TO_WORK.celsius), 'GPU temperature (in C)'],
  ['DCGM_FI_DEV_MEMORY_TEMP', 'gauge', between(REST_TO_WORK.memoryCelsius), 'memory temperature (in C)'],
  ['DCGM_FI_DEV_POWER_USAGE', 'gauge', watts, 'power draw (in W)'],
  [
    'DCGM_FI_DEV_TOTAL_ENERGY_CONSUMPTION',
    'counter',
    ({ joules }) => 1_000_000 + joules * 1000,
    'energy since boot (in mJ)',
  ],
  ['DCGM_FI_DEV_SM_CLOCK', 'gauge', between(REST_TO_WORK.megahertz), 'SM clock (in MHz)'],
  ['DCGM_FI_DEV_XID_ERRORS', 'gauge', 0, 'last XID error'],
  ['DCGM_FI_PROF_GR_ENGINE_ACTIVE', 'gauge', share(1), 'share of time the graphics engine is active'],
  ['DCGM_FI_PROF_SM_ACTIVE', 'gauge', share(1), 'share of cycles an SM has a warp'],
  ['DCGM_FI_PROF_SM_OCCUPANCY', 'gauge', share(SHARES.occupancy), 'share of resident warps'],
  [
    'DCGM_FI_PROF_PIPE_TENSOR_ACTIVE',
    'gauge',
    share(SHARES.tensor),
    'share of cycles the tensor pipe is active',
  ],
  [
    'DCGM_FI_PROF_DRAM_ACTIVE',
    'gauge',
    share(SHARES.memory),
    'share of cycles the memory interface is active',
  ],
  ['DCGM_FI_PROF_NVLINK_TX_BYTES', 'gauge', linkRate, 'NVLink sent (in bytes per second)'],
  ['DCGM_FI_PROF_NVLINK_RX_BYTES', 'gauge', linkRate, 'NVLink received (in bytes per second)'],
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
const EXPORTER_FIELDS: readonly { field: Field; labels: readonly Readonly<Record<string, string>>[] }[] = [
  { field: ['DCGM_EXP_XID_ERRORS_COUNT', 'gauge', 0, 'XID errors in the window'], labels: [window] },
  {
    field: [
      'DCGM_EXP_CLOCK_EVENTS_COUNT',
      'gauge',
      ({ load }) => (load.busy > 0 ? 0 : 1),
      'clock events in the window',
    ],
    labels: [{ ...window, clock_event: 'gpu_idle' }],
  },
  {
    field: ['DCGM_EXP_GPU_HEALTH_STATUS', 'gauge', 0, 'health by watch, 0 is passed'],
    labels: ['PCIE', 'NVLINK', 'PMU', 'MCU', 'MEM', 'SM', 'INFOROM', 'THERMAL', 'POWER', 'DRIVER'].map(
      (watch) => ({
        health_watch: watch,
        health_error_code: 'DCGM_FR_OK',
      }),
    ),
  },
];

/**
 * A DCGM exporter without a GPU: the fields of the platform's counters file, for cards that are as busy as the engines
 * on them. Rates are means since the page was asked for last, so one Prometheus should ask. Cards without an engine,
 * and those of one that does not answer, are idle.
 */
export function dcgmExporter(props: DcgmExporterProps): StandIn {
  const followers = (props.engines ?? []).map((read) => new EngineFollower(read));
  const joules = Array.from({ length: props.gpus }, () => 0);

  const cards = async (): Promise<Card[]> => {
    const followed = await Promise.all(followers.map((follower) => follower.cards()));
    const loads = followed.flatMap(({ loads, seconds }) => loads.map((load) => ({ load, seconds })));
    return joules.map((_, gpu) => {
      const { load, seconds } = loads[gpu] ?? { load: { ...IDLE_CARD, owner: props.owner }, seconds: 0 };
      const used = (joules[gpu] ?? 0) + seconds * watts({ load, joules: 0 });
      joules[gpu] = used;
      return { load, joules: used };
    });
  };

  return {
    kind: 'dcgm-exporter',
    routes: {
      'GET /metrics': async () => {
        const registry = pageOf(await cards(), props);
        return text(await registry.metrics(), registry.contentType);
      },
      'GET /health': () => text('OK'),
    },
    refuse: ({ status, message }) => ({ ...text(message), status }),
  };
}

function pageOf(cards: readonly Card[], props: DcgmExporterProps): Registry {
  const registry = new Registry();
  for (const field of FIELDS) expose(registry, field, cards, props, [{}]);
  for (const { field, labels } of EXPORTER_FIELDS) expose(registry, field, cards, props, labels);
  return registry;
}

function expose(
  registry: Registry,
  [name, type, value, meaning]: Field,
  cards: readonly Card[],
  props: DcgmExporterProps,
  variants: readonly Readonly<Record<string, string>>[],
): void {
  const samples = cards.flatMap((card, gpu) =>
    variants.map((labels) => ({
      labels: { ...gpuLabels(gpu, card, props), ...labels },
      value: typeof value === 'number' ? value : value(card),
    })),
  );
  const metric = {
    name,
    help: `Stand-in, no GPU was measured: ${meaning}.`,
    labelNames: [...new Set(samples.flatMap(({ labels }) => Object.keys(labels)))],
    registers: [registry],
  };
  if (type === 'gauge') {
    const gauge = new Gauge(metric);
    for (const { labels, value } of samples) gauge.set(labels, value);
  } else {
    const counter = new Counter(metric);
    for (const { labels, value } of samples) counter.inc(labels, value);
  }
}

function gpuLabels(gpu: number, { load }: Card, { node }: DcgmExporterProps): Record<string, string> {
  return {
    gpu: `${gpu}`,
    UUID: `GPU-00000000-0000-0000-0000-${gpu.toString(16).padStart(12, '0')}`,
    device: `nvidia${gpu}`,
    modelName: 'NVIDIA H100 80GB HBM3',
    Hostname: node,
    DCGM_FI_DRIVER_VERSION: 'stand-in',
    ...load.owner,
  };
}
