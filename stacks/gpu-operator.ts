import * as pulumi from '@pulumi/pulumi';
import type { NamedManifest } from '../base/manifest';
import { GPU_OPERATOR, type Platform, planGpuOperator } from '../config';
import { offlineSource } from './chart-source';
import type { ChartRenderer, RenderedCharts } from './helm-chart';
import { annotated } from './manifests';
import { isOffline } from './offline';

/** A node's driver is compiled on the node, and every node of the pool has to have it. */
const READY_SECONDS = 45 * 60;

/**
 * The objects of NVIDIA's GPU operator by its official chart, its definitions among them; none where it is somebody
 * else's matter. It is there when its ClusterPolicy is ready: drivers, device plugin and exporter run on every GPU node.
 */
export async function renderGpuOperator(
  platform: Platform,
  renderer: ChartRenderer,
): Promise<RenderedCharts> {
  const plan = planGpuOperator(platform);
  if (plan === undefined) return {};
  const source = offlineSource(plan.chart, 'cluster.vks.gpuOperator', isOffline());
  if (source === undefined) {
    await pulumi.log.warn(
      `this preview shows only the namespace and the Secrets of the GPU operator: its chart ${plan.chart.reference} ${plan.chart.version} of ${plan.chart.repository} is not available offline`,
    );
    return {};
  }
  const objects = await renderer.render({
    ...source,
    ...{ release: 'gpu-operator', namespace: GPU_OPERATOR.namespace, values: plan.values },
    ...{ kubernetesVersion: platform.cluster.kubernetesVersion, definitions: true },
  });
  return { 'gpu-operator': objects.map((object) => ({ object: untilReady(object) })) };
}

function untilReady(object: NamedManifest): NamedManifest {
  if (object.kind !== 'ClusterPolicy') return object;
  return annotated(object, {
    'pulumi.com/waitFor': 'condition=Ready',
    'pulumi.com/timeoutSeconds': `${READY_SECONDS}`,
  });
}
