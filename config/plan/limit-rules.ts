import { TENANT_HEADER, WORKLOAD_HEADER } from '../identity';
import type { Limits, Workload, WorkloadMatch } from '../platform';
import { planRequestLimit } from './limits';
import type { MoneyLimit } from './money';

/** One limit of a route's traffic policy: every workload of the route has a bucket of its own in it. */
export interface LimitRule {
  /** Absent: all requests of the route are one workload's. */
  readonly selector?: readonly HeaderSelector[];
  readonly counts: 'requests' | 'tokens' | 'money';
  /** Of requests, of tokens, of units of money. */
  readonly amount: number;
  readonly unit: 'Minute' | 'Hour' | 'Day' | 'Month';
  /** Count requests, but reject none. */
  readonly shadow: boolean;
}

/** A header whose value, or whose every distinct value, a limit counts. */
export type HeaderSelector =
  | { readonly name: string; readonly type: 'Exact'; readonly value: string }
  | { readonly name: string; readonly type: 'Distinct' };

/** Limits that each Envoy counts on its own, and those that one service counts for all of them. */
export interface LimitRules {
  readonly local: readonly LimitRule[];
  readonly global: readonly LimitRule[];
}

/**
 * The limit rules of a route whose workloads all have the same limits.
 *
 * Requests are counted in each Envoy, which costs nothing and needs no other service. But Envoy keeps such a
 * bucket for every match of a route, so a workload with several models would get its limit for each: its
 * requests are counted by the global limiter. So are requests in shadow mode where no header tells workloads
 * apart, because a local limit without a selector knows no shadow mode.
 *
 * The longest window comes first: a counter's key holds the place of its rule, and a budget that is added later
 * is a shorter one more often than not. Money comes last: a budget that is added moves no counter.
 *
 * @param match Of one of the workloads; in a shared route every distinct value of its headers is counted.
 * @param models How many different models a request of the route can name.
 * @param money What each workload may cost in a month.
 */
export function limitRules(
  limits: Limits,
  match: WorkloadMatch,
  {
    shared,
    models,
    replicas,
    money,
  }: {
    readonly shared: boolean;
    readonly models: number;
    readonly replicas: number;
    readonly money?: MoneyLimit | undefined;
  },
): LimitRules {
  const selector = selectorOf(match, shared);
  const common = { ...(selector.length > 0 && { selector }), shadow: limits.shadow };
  const { requestsPerMinute } = limits;
  const local = countsLocally(limits, models, selector.length > 0);
  const requests = (amount: number): LimitRule => ({ ...common, counts: 'requests', amount, unit: 'Minute' });
  return {
    local:
      local && requestsPerMinute !== undefined
        ? [requests(planRequestLimit(requestsPerMinute, replicas).perReplica)]
        : [],
    global: [
      ...budgetsOf(limits).map((budget): LimitRule => ({ ...common, counts: 'tokens', ...budget })),
      ...(local || requestsPerMinute === undefined ? [] : [requests(requestsPerMinute)]),
      ...(money === undefined
        ? []
        : [{ ...common, counts: 'money' as const, amount: money.units, unit: 'Month' as const }]),
    ],
  };
}

/** Whether one service must count for all Envoys what this workload uses. */
export function usesLimiter({ limits, match, routes, hardBudget }: Omit<Workload, 'name'>): boolean {
  const { requestsPerMinute } = limits;
  const identified = match.app !== undefined || match.tenant !== undefined;
  const local = countsLocally(limits, routes.length, identified);
  const counted = budgetsOf(limits).length > 0 || hardBudget !== undefined;
  return counted || (requestsPerMinute !== undefined && !local);
}

/** Whether each Envoy counts the requests of a workload on its own, its share of them. */
function countsLocally({ shadow }: Pick<Limits, 'shadow'>, models: number, identified: boolean): boolean {
  return models === 1 && (identified || !shadow);
}

function budgetsOf(limits: Limits): Pick<LimitRule, 'amount' | 'unit'>[] {
  const { tokensPerMonth, tokensPerDay, tokensPerHour, tokensPerMinute } = limits;
  const budgets = [
    { amount: tokensPerMonth, unit: 'Month' as const },
    { amount: tokensPerDay, unit: 'Day' as const },
    { amount: tokensPerHour, unit: 'Hour' as const },
    { amount: tokensPerMinute, unit: 'Minute' as const },
  ];
  return budgets.flatMap(({ amount, unit }) => (amount === undefined ? [] : [{ amount, unit }]));
}

function selectorOf({ app, tenant }: WorkloadMatch, shared: boolean): HeaderSelector[] {
  const headers = [
    { name: WORKLOAD_HEADER, value: app },
    { name: TENANT_HEADER, value: tenant },
  ];
  return headers.flatMap(({ name, value }): HeaderSelector[] => {
    if (value === undefined) return [];
    return [shared ? { name, type: 'Distinct' } : { name, type: 'Exact', value }];
  });
}
