import type { Construct } from 'constructs';
import { Duration, GATEWAY_SYSTEM, GPU_OPERATOR } from '../config';
import { Component, kubeObject } from './component';
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

  /** How often every target is asked. Rates over one minute need at most 15 s: four samples a window. */
  readonly interval: Duration;
}

/** What Prometheus waits by default. */
const LONGEST_SCRAPE = Duration.seconds(10);

/**
 * What Prometheus scrapes: PodMonitors for the Envoy proxies, the model servers and the GPUs.
 *
 * Pods rather than Services, so that every replica is seen, the ones that are not ready included. No gateway
 * is singled out: a second one would otherwise have no metrics.
 */
export class ScrapeTargets extends Component {
  private readonly namespace: Namespace;
  private readonly timing: { readonly interval: string; readonly scrapeTimeout: string };

  constructor(scope: Construct, id: string, props: ScrapeTargetsProps) {
    super(scope, id);
    this.namespace = props.namespace;
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
        { port: 'aigw-admin', path: '/metrics' },
      ],
    });
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
    this.podMonitor('dcgm-exporter', {
      namespace: GPU_OPERATOR.namespace,
      labels: { app: GPU_OPERATOR.exporter },
      // The exporter's own `pod` and `namespace` name the pod that uses the GPU, not the exporter.
      endpoints: [{ port: 'metrics', path: '/metrics', honorLabels: true }],
    });
  }

  private podMonitor(
    name: string,
    target: {
      readonly namespace: string;
      readonly labels: Readonly<Record<string, string>>;
      readonly endpoints: readonly { port: string; path: string; honorLabels?: true }[];
    },
  ): void {
    kubeObject(this, name, {
      apiVersion: 'monitoring.coreos.com/v1',
      kind: 'PodMonitor',
      metadata: { name, namespace: this.namespace.name },
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
