import { compareKeys } from '../../base/text';
import type { ModelDocument, WorkloadDocument } from '../document';
import type { GatewaySettings, Workload, WorkloadMatch } from '../platform';
import { buildTarget } from './target';

/** What other parts of the document give to a workload. */
export interface WorkloadContext {
  readonly models: Readonly<Record<string, ModelDocument>>;
  readonly gateway: Pick<GatewaySettings, 'identity'>;
}

export function buildWorkload(
  name: string,
  document: WorkloadDocument,
  { models, gateway: { identity } }: WorkloadContext,
): Workload {
  const { model, models: named = [], match, limits, apiKeySecret } = document;
  const requested = [...named].sort(compareKeys);
  const routes =
    model === undefined
      ? requested.map((requestedModel) => ({
          requestedModel,
          target: buildTarget(models, requestedModel, document),
        }))
      : [{ target: buildTarget(models, model, document) }];
  const everybody: WorkloadMatch = identity.kind === 'none' ? {} : { app: name };
  return { name, match: match ?? everybody, routes, limits, ...(apiKeySecret && { apiKeySecret }) };
}
