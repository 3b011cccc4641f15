import type { Platform } from '../platform';
import { identityLabels, servedName } from './metric-labels';
import { PRICED_KINDS, type TokenPrices, tokenPrices, WHOLE_OF } from './money';
import { modelsOf } from './routes';

/** A budget as rules need it. */
export interface BudgetPlan {
  readonly name: string;
  /** What may be spent in a calendar month, in {@link currency}. */
  readonly amount: number;
  readonly currency: string;
  /** Percent of the amount, the smallest first. */
  readonly alertAt: readonly number[];
  /** Labels of the AI gateway's metrics by which the calls of each workload are known; empty: every call. */
  readonly calls: readonly Readonly<Record<string, string>>[];
}

/** What tokens of a model cost, under the name that the metrics have for it. */
export interface PricedModel {
  readonly name: string;
  /** What a token of each kind adds to the cost of a call: of a part, what it costs more or less than its whole. */
  readonly added: TokenPrices;
}

/** The budgets of a platform; each counts the calls of its workloads together. */
export function planBudgets({
  budgets,
  currency,
  workloads,
}: Pick<Platform, 'budgets' | 'currency' | 'workloads'>): readonly BudgetPlan[] {
  return budgets.map(({ name, amount, alertAt, workloads: members }) => ({
    ...{ name, amount, currency },
    alertAt: [...alertAt].sort((a, b) => a - b),
    calls: members.map((workload) => identityLabels(workloads, workload)),
  }));
}

/** The prices by which the budgets of a platform are counted, sorted by name. */
export function planPricedModels({
  budgets,
  workloads,
  models,
}: Pick<Platform, 'budgets' | 'workloads' | 'models'>): readonly PricedModel[] {
  const members = new Set(budgets.flatMap((budget) => budget.workloads));
  const called = workloads
    .filter(({ name }) => members.has(name))
    .flatMap(({ routes }) => routes.flatMap(({ target }) => modelsOf(target)));
  const byName = new Map<string, PricedModel>();
  for (const model of models) {
    if (model.kind === 'route' || model.price === undefined || !called.includes(model.name)) continue;
    const name = servedName(models, model.name);
    byName.set(name, { name, added: addedPrices(tokenPrices(model.price)) });
  }
  return [...byName.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** Of one token; without what binary fractions leave behind. */
function addedPrices(prices: TokenPrices): TokenPrices {
  const entries = PRICED_KINDS.map((kind) => {
    const whole = WHOLE_OF[kind];
    const added = prices[kind] - (whole === undefined ? 0 : prices[whole]);
    return [kind, Number((added / 1e6).toPrecision(12))];
  });
  return Object.fromEntries(entries);
}
