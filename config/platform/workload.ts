import { compareKeys } from '../../base/text';
import type {
  Budget,
  GatewaySettings,
  Limits,
  ModelDocument,
  WorkloadDocument,
  WorkloadMatch,
} from '../document';
import { type Target, targetOf } from './target';

/** A client of models: its identity, its models and its limits. */
export interface Workload {
  readonly name: string;
  readonly match: WorkloadMatch;
  /** Sorted by requested model. */
  readonly routes: readonly WorkloadRoute[];
  readonly limits: Limits;
  /** What it may cost in a month until the gateway refuses its calls, in the currency of the document; absent: any amount. */
  readonly hardBudget?: number;
  /** Name of the Pulumi secret that holds the workload's own API key; with `identity.apiKey` only. */
  readonly apiKeySecret?: string;
}

export interface WorkloadRoute {
  /** What the request's body must name as `model`; absent: whatever it names. */
  readonly requestedModel?: string;
  readonly target: Target;
}

/** What other parts of the document give to a workload. */
export interface WorkloadContext {
  readonly models: Readonly<Record<string, ModelDocument>>;
  readonly gateway: Pick<GatewaySettings, 'identity'>;
  readonly budgets: readonly Budget[];
}

export function workloadOf(
  name: string,
  document: WorkloadDocument,
  { models, gateway: { identity }, budgets }: WorkloadContext,
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
  const hard = budgets.find((budget) => budget.hard && budget.workloads.includes(name));
  return {
    ...{ name, match: match ?? everybody, routes, limits },
    ...(hard && { hardBudget: hard.amount }),
    ...(apiKeySecret && { apiKeySecret }),
  };
}
