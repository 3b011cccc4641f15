import type { Chart } from 'cdk8s';
import * as plus from 'cdk8s-plus-28';
import {
  KUBE_PROMETHEUS_STACK,
  OBSERVABILITY_NAMESPACE,
  type Platform,
  planBudgets,
  planGpuMetrics,
  planObjectives,
  planPricedModels,
  systemNodes,
} from '../../config';
import { Alerts } from '../alerts/rules';
import { BudgetRules } from '../budgets/rules';
import { plusObject } from '../component';
import { boardsOf, Dashboards } from '../dashboards';
import { DcgmExporter } from '../dcgm-exporter';
import { ScrapeTargets } from '../monitoring';
import { Namespace } from '../namespace';
import { ObjectiveRules } from '../objectives/rules';
import { Prometheus } from '../prometheus';
import { RecordingRules } from '../rules';

/** What is observed, by which Prometheus, and how it is shown. */
export function observe(
  chart: Chart,
  serving: Namespace,
  platform: Platform,
  secrets: Readonly<Record<string, string>>,
): void {
  const namespace = new Namespace(chart, 'namespace', { name: OBSERVABILITY_NAMESPACE });
  const { observability, models } = platform;
  const { scrapeInterval: interval, runbooks, dashboards: program } = observability;
  const embeddings = models.some(({ kind }) => kind === 'tei');
  const pools = models.some((model) => model.kind === 'vllm' && model.endpointPicker);
  const engines = models.filter((model) => model.kind === 'vllm');
  const gpuMetrics = planGpuMetrics(platform);
  if (gpuMetrics.kind === 'own') new DcgmExporter(chart, 'dcgm-exporter', { plan: gpuMetrics });
  const gpus = engines.length > 0 && gpuMetrics.kind !== 'none';
  const labels = Object.keys(observability.labels).length > 0 && { labels: observability.labels };
  const without = gpuMetrics.kind === 'none' && { without: gpuMetrics.why };
  new ScrapeTargets(chart, 'scrape-targets', {
    ...{ namespace, serving, interval, embeddings, pools, gpuMetrics },
    ...labels,
  });
  new RecordingRules(chart, 'ai-platform', {
    ...{ namespace, engines: engines.length > 0, gpus },
    ...labels,
    ...without,
  });
  const objectives = planObjectives(platform);
  if (objectives.length > 0) new ObjectiveRules(chart, 'ai-objectives', { namespace, objectives, ...labels });
  const budgets = planBudgets(platform);
  if (budgets.length > 0) {
    const priced = planPricedModels(platform);
    new BudgetRules(chart, 'ai-budgets', { namespace, budgets, models: priced, ...labels });
  }
  new Alerts(chart, 'ai-alerts', {
    ...{ namespace, serving, runbooks, engines, gpus, objectives, budgets },
    ...labels,
    ...without,
  });
  keepPrometheus(chart, namespace, platform, secrets);
  if (program === 'none') return;
  new Dashboards(chart, 'dashboards', {
    ...{ namespace, program, boards: boardsOf({ engines: engines.length > 0, gpus }) },
    // A path leads nowhere from a dashboard.
    ...(runbooks.includes('://') && { runbooks }),
  });
}

/** A Prometheus of the platform's own, if it is asked for one. */
function keepPrometheus(
  chart: Chart,
  namespace: Namespace,
  platform: Platform,
  secrets: Readonly<Record<string, string>>,
): void {
  const { prometheus, scrapeInterval: interval, labels } = platform.observability;
  if (prometheus.kind !== 'own') return;
  const { alertmanagerConfigSecret } = prometheus;
  const nodeSelector = systemNodes(platform);
  new Prometheus(chart, 'prometheus', {
    ...prometheus,
    name: 'ai-platform',
    ...{ namespace, interval, labels },
    ...(nodeSelector && { nodeSelector }),
    ...(alertmanagerConfigSecret !== undefined && {
      alertmanagerConfig: secrets[alertmanagerConfigSecret] ?? '',
    }),
  });
}

/** What the chart kube-prometheus-stack needs beside it: a namespace, and the Secrets that its values name. */
export function prepareKubePrometheusStack(
  chart: Chart,
  { observability: { prometheus } }: Platform,
  secrets: Readonly<Record<string, string>>,
): void {
  if (prometheus.kind !== 'kubePrometheusStack') return;
  const { namespace: name, alertmanagerSecret, grafanaSecret } = KUBE_PROMETHEUS_STACK;
  // The node exporter of the chart reads the folders, the network and the processes of its node.
  const namespace = new Namespace(chart, 'monitoring', { name, podSecurity: 'privileged' });
  const { alertmanagerConfigSecret, grafanaPasswordSecret } = prometheus;
  if (alertmanagerConfigSecret !== undefined) {
    secretIn(namespace, alertmanagerSecret, {
      'alertmanager.yaml': secrets[alertmanagerConfigSecret] ?? '',
    });
  }
  if (grafanaPasswordSecret !== undefined) {
    const password = secrets[grafanaPasswordSecret] ?? '';
    secretIn(namespace, grafanaSecret, { 'admin-user': 'admin', 'admin-password': password });
  }
}

function secretIn(namespace: Namespace, name: string, stringData: Record<string, string>): void {
  const metadata = { name, namespace: namespace.name };
  plusObject(new plus.Secret(namespace, name, { metadata, stringData })).node.addDependency(namespace.object);
}
