import * as pulumi from '@pulumi/pulumi';
import type { NamedManifest } from '../base/manifest';
import { KUBE_PROMETHEUS_STACK, type Platform, planKubePrometheusStack } from '../config';
import { installedDefinitions } from '../constructs';
import { offlineSource } from './chart-source';
import type { ChartRenderer, RenderedCharts } from './helm-chart';
import { isOffline } from './offline';

/** The API group of the Prometheus operator. */
const GROUP = 'monitoring.coreos.com';

/**
 * The objects of the chart kube-prometheus-stack, with those definitions of the operator's kinds that no layer has; none
 * where Prometheus is somebody else's matter.
 */
export async function renderMonitoring(platform: Platform, renderer: ChartRenderer): Promise<RenderedCharts> {
  const plan = planKubePrometheusStack(platform);
  if (plan === undefined) return {};
  const { chart, values } = plan;
  const source = offlineSource(chart, 'observability.prometheus.kubePrometheusStack', isOffline());
  if (source === undefined) {
    await pulumi.log.warn(
      `this preview shows only the namespace and the Secrets of kube-prometheus-stack: its chart ${chart.reference} ${chart.version} is not available offline`,
    );
    return {};
  }
  const { release, namespace } = KUBE_PROMETHEUS_STACK;
  const objects = await renderer.render({
    ...source,
    ...{ release, namespace, values },
    ...{ kubernetesVersion: platform.cluster.kubernetesVersion, definitions: true },
  });
  const installed = installedDefinitions(GROUP);
  const isOurs = ({ kind, metadata }: NamedManifest) =>
    kind === 'CustomResourceDefinition' && installed.includes(metadata.name);
  return { [release]: objects.filter((object) => !isOurs(object)).map((object) => ({ object })) };
}
