import type { Chart } from 'cdk8s';
import { Construct } from 'constructs';
import {
  gpuProfile,
  type Platform,
  POOL_LABEL,
  prometheusNamespace,
  type TeiModel,
  type VllmModel,
} from '../../config';
import type { Namespace } from '../namespace';
import { ServingPriority } from '../priority';
import { TeiServer } from '../tei';
import { VllmServer } from '../vllm';
import { providerUpstream } from './providers';
import type { Upstream } from './upstream';

interface Serving {
  readonly scope: Construct;
  readonly namespace: Namespace;
  readonly priorityClass: string;
  readonly kubernetesVersion: string;
  /** Who may read the metrics of the servers. */
  readonly prometheusNamespace: string;
  /** Labels of GPU nodes, where the platform makes them itself. */
  readonly nodeSelector?: Readonly<Record<string, string>>;
  /** The platform's secrets by name. */
  readonly secrets: Readonly<Record<string, string>>;
}

/**
 * Runs every model that the platform serves itself.
 *
 * @param secrets The platform's secrets by name.
 * @returns What the gateway needs, by model; names for other models together (`kind: 'route'`) have none.
 */
export function serveModels(
  chart: Chart,
  namespace: Namespace,
  { models, cluster, observability }: Platform,
  secrets: Readonly<Record<string, string>>,
): ReadonlyMap<string, Upstream> {
  const upstreams = new Map<string, Upstream>();
  const served = models.some(({ kind }) => kind === 'vllm' || kind === 'tei');
  const priorityClass = served ? new ServingPriority(chart, 'ai-serving').name : '';
  const scope = new Construct(chart, 'models');
  const serving = {
    scope,
    namespace,
    priorityClass,
    kubernetesVersion: cluster.kubernetesVersion,
    prometheusNamespace: prometheusNamespace(observability),
    secrets,
    // Of a vGPU the product has another name (NVIDIA-H100XM-80C), and the pool has no other GPUs.
    ...(cluster.kind === 'vks' && { nodeSelector: { [POOL_LABEL]: 'gpu' } }),
  };
  for (const model of models) {
    if (model.kind === 'vllm') upstreams.set(model.name, serveVllm(model, serving));
    if (model.kind === 'tei') upstreams.set(model.name, serveTei(model, serving));
    if (model.kind === 'provider') upstreams.set(model.name, providerUpstream(model, secrets));
  }
  return upstreams;
}

function serveVllm(model: VllmModel, { scope, secrets, ...serving }: Serving): Upstream {
  const apiKey = secretOf(model.apiKeySecret, secrets);
  const hubToken = secretOf(model.hubTokenSecret, secrets);
  const server = new VllmServer(scope, model.name, {
    ...serving,
    ...model,
    gpuProduct: gpuProfile(model.gpu).product,
    ...(apiKey !== undefined && { apiKey }),
    ...(hubToken !== undefined && { hubToken }),
  });
  return {
    endpoint: server.endpoint,
    model: server.name,
    ...(apiKey !== undefined && { apiKey }),
    ...(model.endpointPicker && { pool: { namespace: serving.namespace, podLabels: server.podLabels } }),
  };
}

function serveTei(model: TeiModel, { scope, secrets, nodeSelector, ...serving }: Serving): Upstream {
  const hubToken = secretOf(model.hubTokenSecret, secrets);
  const server = new TeiServer(scope, model.name, {
    ...serving,
    ...model,
    ...(model.gpu !== 'cpu' && {
      gpuProduct: gpuProfile(model.gpu).product,
      ...(nodeSelector && { nodeSelector }),
    }),
    ...(hubToken !== undefined && { hubToken }),
  });
  return { endpoint: server.endpoint, model: server.name };
}

function secretOf(name: string | undefined, secrets: Serving['secrets']): string | undefined {
  return name === undefined ? undefined : secrets[name];
}
