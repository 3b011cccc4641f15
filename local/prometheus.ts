import { join } from 'node:path';
import { dump } from 'js-yaml';
import { EMBEDDED_LOOKBACK } from '../config/embedded';
import { replaceFile } from './files';
import type { LiveObject } from './kube';
import { answers } from './probe';
import type { Component } from './process';
import type { Toolchain } from './toolchain';

/** Where the host serves a named port of a pod, as `host:port`. */
export type Locate = (pod: LiveObject, port: string) => string | undefined;

interface Endpoint {
  readonly port?: string;
  readonly portNumber?: number;
  readonly path?: string;
  readonly interval?: string;
  readonly scrapeTimeout?: string;
  readonly honorLabels?: boolean;
  readonly metricRelabelings?: readonly Readonly<Record<string, unknown>>[];
}

const matches = (selector: { matchLabels?: Record<string, string> }, pod: LiveObject) =>
  Object.entries(selector.matchLabels ?? {}).every(([key, value]) => pod.metadata.labels?.[key] === value);

function inNamespaces(monitor: LiveObject, pod: LiveObject): boolean {
  const { any, matchNames } = monitor.spec.namespaceSelector ?? {};
  return any || (matchNames ?? [monitor.metadata.namespace]).includes(pod.metadata.namespace);
}

function declares(pod: LiveObject, { port, portNumber }: Endpoint): boolean {
  const containers = [...(pod.spec.containers ?? []), ...(pod.spec.initContainers ?? [])];
  return containers.some((c: LiveObject) =>
    c.ports?.some(
      ({ name, containerPort }: { name?: string; containerPort?: number }) =>
        (port !== undefined && name === port) || (portNumber !== undefined && containerPort === portNumber),
    ),
  );
}

const nameOf = ({ port, portNumber }: Endpoint) => port ?? `${portNumber}`;

/** The operator writes `sourceLabels`, and Prometheus reads `source_labels`. */
const inSnakeCase = (relabeling: Readonly<Record<string, unknown>>) =>
  Object.fromEntries(
    Object.entries(relabeling).map(([key, value]) => [
      key.replace(/[A-Z]/g, (capital) => `_${capital.toLowerCase()}`),
      value,
    ]),
  );

/**
 * One scrape job per PodMonitor endpoint, as the Prometheus Operator names and labels them. Its targets are the
 * pods that the monitor selects and that declare the port; `locate` says where the host serves it. A pod whose
 * process this host does not run keeps the address that it would have in a cluster, and so shows as down.
 */
export function scrapeJobs(
  monitors: readonly LiveObject[],
  pods: readonly LiveObject[],
  locate: Locate,
): object[] {
  return monitors.flatMap((monitor) =>
    (monitor.spec.podMetricsEndpoints as Endpoint[]).map((endpoint, index) => ({
      job_name: `podMonitor/${monitor.metadata.namespace}/${monitor.metadata.name}/${index}`,
      metrics_path: endpoint.path ?? '/metrics',
      honor_labels: endpoint.honorLabels ?? false,
      ...(endpoint.interval && { scrape_interval: endpoint.interval }),
      ...(endpoint.metricRelabelings && {
        metric_relabel_configs: endpoint.metricRelabelings.map(inSnakeCase),
      }),
      ...(endpoint.scrapeTimeout && { scrape_timeout: endpoint.scrapeTimeout }),
      static_configs: pods
        .filter((pod) => inNamespaces(monitor, pod) && matches(monitor.spec.selector, pod))
        .filter((pod) => declares(pod, endpoint) && !pod.metadata.deletionTimestamp)
        .map((pod) => ({
          targets: [locate(pod, nameOf(endpoint)) ?? `${pod.status?.podIP ?? 'no-address'}:1`],
          labels: {
            job: `${monitor.metadata.namespace}/${monitor.metadata.name}`,
            namespace: pod.metadata.namespace,
            pod: pod.metadata.name,
            endpoint: nameOf(endpoint),
          },
        })),
    })),
  );
}

/** Every rule group of every PrometheusRule, under names that do not clash. */
export function ruleGroups(rules: readonly LiveObject[]): object[] {
  return rules.flatMap(({ metadata, spec }) =>
    (spec.groups as { name: string }[]).map((group) => ({
      ...group,
      name: `${metadata.namespace}/${metadata.name}/${group.name}`,
    })),
  );
}

/** A real Prometheus that reads what the platform's PodMonitors and PrometheusRules ask for. */
export class LocalPrometheus {
  readonly component: Component;
  private readonly folder: string;
  /** What was written last. */
  private written = '';

  constructor(state: string, toolchain: Toolchain, port: number) {
    this.folder = join(state, 'prometheus');
    const url = `http://127.0.0.1:${port}`;
    this.component = {
      name: 'prometheus',
      command: toolchain.file('prometheus'),
      args: [
        `--config.file=${join(this.folder, 'prometheus.yml')}`,
        `--storage.tsdb.path=${join(this.folder, 'data')}`,
        '--storage.tsdb.retention.time=3d',
        `--query.lookback-delta=${EMBEDDED_LOOKBACK}`,
        `--web.listen-address=127.0.0.1:${port}`,
      ],
      ready: () => answers(`${url}/-/ready`),
      startSeconds: 60,
      address: url,
    };
  }

  /** Writes the configuration; true when it changed and Prometheus has to read it again. */
  configure(
    monitors: readonly LiveObject[],
    rules: readonly LiveObject[],
    pods: readonly LiveObject[],
    locate: Locate,
  ): boolean {
    const groups = ruleGroups(rules);
    const config = {
      global: { scrape_interval: '15s', evaluation_interval: '5s' },
      rule_files: [join(this.folder, 'rules.yml')],
      scrape_configs: scrapeJobs(monitors, pods, locate),
    };
    // Asked at every change of any object: to write YAML costs more than all that it is made of.
    const wanted = JSON.stringify([groups, config]);
    if (wanted === this.written) return false;
    const wroteRules = replaceFile(join(this.folder, 'rules.yml'), dump({ groups }));
    const wroteConfig = replaceFile(join(this.folder, 'prometheus.yml'), dump(config));
    this.written = wanted;
    return wroteConfig || wroteRules;
  }
}
