import type { Construct } from 'constructs';
import { AI_GATEWAY_SYSTEM, Duration, GATEWAY_SYSTEM, GPU_OPERATOR, type GpuMetricsPlan } from '../config';
import { Component, type Kinds, kubeObject } from './component';
import { AI_GATEWAY_CONTROLLER_PODS, ENVOY_GATEWAY_PODS, LIMITER_PODS } from './controller-labels';
import { PICKER_LABELS } from './inference-pool';
import type { Namespace } from './namespace';
import { TEI_LABELS } from './tei';
import { VLLM_LABELS } from './vllm';

export interface ScrapeTargetsProps {
  /** Where the PodMonitors live; the pods may be anywhere. */
  readonly namespace: Namespace;

  /** Where the model servers run. */
  readonly serving: Namespace;

  /**
   * Whether there are servers of embeddings beside those of vLLM.
   *
   * @default false
   */
  readonly embeddings?: boolean;

  /**
   * Whether there are endpoint pickers.
   *
   * @default false
   */
  readonly pools?: boolean;

  /**
   * Labels of every PodMonitor, by which an existing Prometheus chooses what it scrapes: `{ release: 'prometheus' }`.
   *
   * @default - none
   */
  readonly labels?: Readonly<Record<string, string>>;

  /**
   * Where the metrics of GPUs come from; with `none` no exporter is asked.
   *
   * @default - NVIDIA's GPU operator
   */
  readonly gpuMetrics?: GpuMetricsPlan;

  /** How often every target is asked. Rates over one minute need at most 15 s: four samples a window. */
  readonly interval: Duration;
}

const OPERATORS_EXPORTER: GpuMetricsPlan = {
  kind: 'gpuOperator',
  namespace: GPU_OPERATOR.namespace,
  podLabels: { app: GPU_OPERATOR.exporter },
};

/** What Prometheus waits by default. */
const LONGEST_SCRAPE = Duration.seconds(10);

type Endpoint = NonNullable<Kinds['PodMonitor']['spec']['podMetricsEndpoints']>[number];

/**
 * Buckets that the AI gateway's histograms keep, in seconds, of those that it has (internal/metrics/genai.go): an SLO
 * of an answer and of a first token can be read from each. All of them would be 223 series for a workload and model.
 */
const KEPT_BUCKETS = {
  gen_ai_server_request_duration_seconds: ['1.28', '5.12', '20.48', '81.92'],
  gen_ai_server_time_to_first_token_seconds: ['0.1', '0.5', '1', '2.5', '10'],
} as const;

/** For a workload and its model: the sums and counts of everything, and the kept buckets. At most 40 series. */
const FEWER_SERIES: NonNullable<Endpoint['metricRelabelings']> = [
  // Marked first, because a relabelling cannot say "all but".
  ...Object.entries(KEPT_BUCKETS).map(([name, ends]) => ({
    sourceLabels: ['__name__', 'le'],
    separator: ';',
    // Prometheus 3 writes 1 as 1.0.
    regex: `${name}_bucket;(${ends.map((end) => end.replace('.', '\\.')).join('|')}|\\+Inf)(\\.0)?`,
    targetLabel: '__tmp_kept',
    replacement: 'yes',
    action: 'replace' as const,
  })),
  {
    sourceLabels: ['__name__', '__tmp_kept'],
    separator: ';',
    regex: 'gen_ai_.+_bucket;',
    action: 'drop',
  },
  // The same for every series of a program.
  { regex: '__tmp_kept|otel_scope_.+', action: 'labeldrop' },
];

/**
 * What Prometheus scrapes: PodMonitors for the Envoy proxies and their external processors, the controllers, the rate-limit
 * service, the model servers, the endpoint pickers and the GPUs.
 *
 * Pods rather than Services, so that every replica is seen, the ones that are not ready included. No gateway
 * is singled out: a second one would otherwise have no metrics.
 */
export class ScrapeTargets extends Component {
  private readonly namespace: Namespace;
  private readonly labels: Readonly<Record<string, string>> | undefined;
  private readonly timing: { readonly interval: string; readonly scrapeTimeout: string };

  constructor(scope: Construct, id: string, props: ScrapeTargetsProps) {
    super(scope, id);
    this.namespace = props.namespace;
    this.labels = props.labels;
    this.node.addDependency(props.namespace);
    this.timing = {
      interval: `${props.interval}`,
      scrapeTimeout: `${timeoutOf(props.interval)}`,
    };

    this.podMonitor('envoy-proxy', {
      namespace: GATEWAY_SYSTEM,
      labels: {
        'app.kubernetes.io/name': 'envoy',
        'app.kubernetes.io/component': 'proxy',
        'app.kubernetes.io/managed-by': 'envoy-gateway',
      },
      endpoints: [
        { port: 'metrics', path: '/stats/prometheus' },
        // The token metrics live in the AI gateway's sidecar; pod annotations name only Envoy's own port.
        { port: 'aigw-admin', path: '/metrics', metricRelabelings: FEWER_SERIES },
      ],
    });
    this.podMonitor('envoy-gateway', {
      namespace: GATEWAY_SYSTEM,
      labels: ENVOY_GATEWAY_PODS,
      endpoints: [{ port: 'metrics', path: '/metrics' }],
    });
    this.podMonitor('ai-gateway-controller', {
      namespace: AI_GATEWAY_SYSTEM,
      labels: AI_GATEWAY_CONTROLLER_PODS,
      // Its chart names no port.
      endpoints: [{ portNumber: 8080, path: '/metrics' }],
    });
    this.podMonitor('rate-limit', {
      namespace: GATEWAY_SYSTEM,
      labels: LIMITER_PODS,
      endpoints: [{ port: 'metrics', path: '/metrics' }],
    });
    if (props.pools) {
      this.podMonitor('endpoint-picker', {
        namespace: props.serving.name,
        labels: PICKER_LABELS,
        endpoints: [{ port: 'metrics', path: '/metrics' }],
      });
    }
    this.podMonitor('vllm', {
      namespace: props.serving.name,
      labels: VLLM_LABELS,
      endpoints: [{ port: 'http', path: '/metrics' }],
    });
    if (props.embeddings) {
      this.podMonitor('text-embeddings-inference', {
        namespace: props.serving.name,
        labels: TEI_LABELS,
        endpoints: [{ port: 'metrics', path: '/metrics' }],
      });
    }
    const { gpuMetrics = OPERATORS_EXPORTER } = props;
    if (gpuMetrics.kind === 'none') return;
    this.podMonitor('dcgm-exporter', {
      namespace: gpuMetrics.namespace,
      labels: gpuMetrics.podLabels,
      // The exporter's own `pod` and `namespace` name the pod that uses the GPU, not the exporter.
      endpoints: [{ port: 'metrics', path: '/metrics', honorLabels: true }],
    });
  }

  private podMonitor(
    name: string,
    target: {
      readonly namespace: string;
      readonly labels: Readonly<Record<string, string>>;
      readonly endpoints: readonly Endpoint[];
    },
  ): void {
    kubeObject(this, name, {
      apiVersion: 'monitoring.coreos.com/v1',
      kind: 'PodMonitor',
      metadata: { name, namespace: this.namespace.name, ...(this.labels && { labels: this.labels }) },
      spec: {
        namespaceSelector: { matchNames: [target.namespace] },
        selector: { matchLabels: target.labels },
        podMetricsEndpoints: target.endpoints.map((endpoint) => ({ ...endpoint, ...this.timing })),
      },
    });
  }
}

/** The Prometheus operator refuses a scrape that may outlive its interval, and its own default is 10 s. */
function timeoutOf(interval: Duration): Duration {
  const share = Math.floor(interval.milliseconds * 0.8);
  return share < LONGEST_SCRAPE.milliseconds ? Duration.parse(`${share}ms`) : LONGEST_SCRAPE;
}
