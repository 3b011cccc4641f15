import type { Chart } from 'cdk8s';
import { Construct } from 'constructs';
import type { Platform } from '../../config';
import type { ModelBackendProps } from '../backends';
import type { Namespace } from '../namespace';
import { VllmServer } from '../vllm';
import { providerUpstream } from './providers';

/** What the gateway needs to know about a model, wherever it runs. */
export type Upstream = Omit<ModelBackendProps, 'namespace' | 'name'>;

/**
 * Runs every model that the platform serves itself.
 *
 * @param secrets The platform's secrets by name.
 * @returns What the gateway needs, by model; names for other models together (`kind: 'route'`) have none.
 */
export function serveModels(
  chart: Chart,
  namespace: Namespace,
  { models }: Platform,
  secrets: Readonly<Record<string, string>>,
): ReadonlyMap<string, Upstream> {
  const scope = new Construct(chart, 'models');
  const upstreams = new Map<string, Upstream>();
  for (const model of models) {
    if (model.kind === 'vllm') {
      const server = new VllmServer(scope, model.name, { ...model, namespace });
      upstreams.set(model.name, { endpoint: server.endpoint, model: server.name });
    }
    if (model.kind === 'provider') upstreams.set(model.name, providerUpstream(model, secrets));
  }
  return upstreams;
}
