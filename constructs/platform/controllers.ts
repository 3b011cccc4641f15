import type { Chart } from 'cdk8s';
import * as plus from 'cdk8s-plus-28';
import {
  AI_GATEWAY_CONTROLLER,
  AI_GATEWAY_SYSTEM,
  type ControllersPlan,
  EMBEDDED_CONFIG,
  GATEWAY_SYSTEM,
  isEmbedded,
  LIMITER_REDIS,
  MCP_SEED,
  type Platform,
  planControllers,
  planGpuMetrics,
} from '../../config';
import { GatewayCertificates } from '../certgen';
import { kubeObject, plusObject } from '../component';
import { AI_GATEWAY_CONTROLLER_PODS, LIMITER_PODS } from '../controller-labels';
import { GpuOperatorNamespace } from '../gpu-operator';
import { Namespace } from '../namespace';
import { Redis } from '../redis';
import { prepareKubePrometheusStack } from './observability';

/**
 * What stands beside the controllers' own charts: their namespaces, what the charts leave to Helm's hooks or
 * do not have, and for the embedded datacenter, whose processes no chart configures, the same configuration.
 */
export function prepareControllers(
  chart: Chart,
  platform: Platform,
  secrets: Readonly<Record<string, string>>,
): void {
  const { cluster, controllers } = platform;
  if (cluster.kind === 'vks' && cluster.gpuOperator !== undefined) {
    const exporter = planGpuMetrics(platform).kind === 'gpuOperator';
    new GpuOperatorNamespace(chart, 'gpu-operator', { operator: cluster.gpuOperator, exporter, secrets });
  }
  prepareKubePrometheusStack(chart, platform, secrets);
  if (!controllers.install && !isEmbedded(cluster)) return;
  const gateway = new Namespace(chart, 'gateway-namespace', { name: GATEWAY_SYSTEM });
  const aiGateway = new Namespace(chart, 'ai-gateway-namespace', { name: AI_GATEWAY_SYSTEM });
  const plan = planControllers(platform);
  if (!controllers.install) {
    configureEmbedded(chart, [gateway, aiGateway], plan);
    return;
  }
  new GatewayCertificates(chart, 'certificates', { namespace: gateway });
  if (plan.redis) new Redis(chart, LIMITER_REDIS.name, { namespace: gateway, clients: LIMITER_PODS });
  const { redisPasswordSecret, mcpSeedSecret, replicas } = controllers;
  if (redisPasswordSecret !== undefined) {
    const { name, passwordKey } = LIMITER_REDIS;
    secretIn(gateway, name, passwordKey, secrets[redisPasswordSecret] ?? '');
  }
  if (mcpSeedSecret !== undefined) {
    secretIn(aiGateway, MCP_SEED.secret, MCP_SEED.key, secrets[mcpSeedSecret] ?? '');
  }
  if (replicas > 1) {
    // Without the controller no proxy starts, and its chart knows no budget before 1.1.
    kubeObject(aiGateway, 'budget', {
      apiVersion: 'policy/v1',
      kind: 'PodDisruptionBudget',
      metadata: { name: AI_GATEWAY_CONTROLLER, namespace: AI_GATEWAY_SYSTEM },
      spec: { minAvailable: 1, selector: { matchLabels: AI_GATEWAY_CONTROLLER_PODS } },
    }).node.addDependency(aiGateway.object);
  }
}

function secretIn(namespace: Namespace, name: string, key: string, value: string): void {
  plusObject(
    new plus.Secret(namespace, name, {
      metadata: { name, namespace: namespace.name },
      stringData: { [key]: value },
    }),
  ).node.addDependency(namespace.object);
}

/** JSON is YAML too, and has one way to write a value. */
function configureEmbedded(chart: Chart, namespaces: readonly Namespace[], plan: ControllersPlan): void {
  const { name, gatewayKey, flagsKey } = EMBEDDED_CONFIG;
  plusObject(
    new plus.ConfigMap(chart, 'configuration', {
      metadata: { name, namespace: GATEWAY_SYSTEM },
      data: {
        [gatewayKey]: JSON.stringify(plan.gatewayConfig, null, 2),
        [flagsKey]: Object.entries(plan.aiGatewayFlags)
          .map(([flag, value]) => `--${flag}=${value}`)
          .join('\n'),
      },
    }),
  ).node.addDependency(...namespaces);
}
