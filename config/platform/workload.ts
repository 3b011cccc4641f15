import { compareKeys } from '../../base/text';
import type { GatewaySettings, Limits, ModelDocument, WorkloadDocument, WorkloadMatch } from '../document';
import { targetOf } from './target';

/** Who calls, what it may call, and how much. */
export interface Workload {
  readonly name: string;
  readonly match: WorkloadMatch;
  /** Sorted by requested model. */
  readonly routes: readonly WorkloadRoute[];
  readonly limits: Limits;
  /** Name of the Pulumi secret that holds the workload's own API key; with `identity.apiKey` only. */
  readonly apiKeySecret?: string;
}

export interface WorkloadRoute {
  /** What the request's body must name as `model`; absent: whatever it names. */
  readonly requestedModel?: string;
  readonly target: Target;
}

/** Which models answer, named models resolved: no name of a {@link RoutedModel} is left in here. */
export interface Target {
  /** The first attempt goes to one of these, by weight; with one arm the weight is 1. */
  readonly arms: readonly { readonly model: string; readonly weight: number }[];
  /** Tried in this order when the arms fail. */
  readonly fallback: readonly string[];
  /** Requests with the same value of this header stay on one replica of the model. */
  readonly session?: { readonly header: string };
}

/** What other parts of the document give to a workload. */
export interface WorkloadContext {
  readonly models: Readonly<Record<string, ModelDocument>>;
  readonly gateway: Pick<GatewaySettings, 'identity'>;
}

export function workloadOf(
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
          target: targetOf(models, requestedModel, document),
        }))
      : [{ target: targetOf(models, model, document) }];
  const everybody: WorkloadMatch = identity.kind === 'none' ? {} : { app: name };
  return { name, match: match ?? everybody, routes, limits, ...(apiKeySecret && { apiKeySecret }) };
}
