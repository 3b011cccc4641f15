import { createHash } from 'node:crypto';
import type { Duration } from '../../base/duration';
import { compareKeys, sortedEntries } from '../../base/text';
import { MODEL_HEADER, TENANT_HEADER, WORKLOAD_HEADER } from '../identity';
import type { GatewaySettings, Model, Platform, Target, Workload, WorkloadMatch } from '../platform';
import { buckets } from './buckets';
import { type LimitRules, limitRules } from './limit-rules';
import { type MoneyLimit, planMoneyLimit } from './money';

/**
 * What one AIGatewayRoute can hold. Its own CRD allows more; past these numbers it is admitted, but the
 * HTTPRoute that is generated from it is not, and nothing of the change goes live.
 */
export const ROUTE_LIMITS = {
  /** Rules: an HTTPRoute has 16, and the generated catch-all is one. */
  rules: 15,
  /** `HTTPRouteRule.matches`. */
  matchesOfRule: 64,
  /** Matches of all rules: an HTTPRoute has 128, and the generated catch-all is one. */
  matches: 127,
} as const;

/**
 * Workloads of a kind that still have a route each. Few routes are better read by name, and a changed limit is
 * then one changed policy; with a thousand workloads what counts is that the routes are few.
 */
const OWN_ROUTES = 4;

/** Longest part of a model's name in the name of a shared route; the digest tells routes apart. */
const LONGEST_MODEL = 36;

/** One AIGatewayRoute, and the one traffic policy of it. Both, and the generated HTTPRoute, have its name. */
export interface RoutePlan {
  readonly name: string;
  /** Sorted. */
  readonly workloads: readonly string[];
  readonly rules: readonly RulePlan[];
  readonly traffic: TrafficPlan;
  /** What each workload may cost in a month, and how the cost of a call is counted; absent: any amount. */
  readonly money?: MoneyLimit;
}

export interface RulePlan {
  /** One of them must hold, with all its headers. None: every request. */
  readonly matches: readonly (readonly HeaderMatch[])[];
  readonly target: Target;
}

export interface HeaderMatch {
  readonly type: 'Exact' | 'RegularExpression';
  readonly name: string;
  readonly value: string;
}

/** Settings of every rule of a route, because a route has one traffic policy. */
export interface TrafficPlan extends LimitRules {
  /** How failed attempts are tried again; absent where there is nothing else to try. */
  readonly retry?: RetryPlan;
  /** Models that fail are left out for a while; only where every rule has another one. */
  readonly ejection: boolean;
  /** Models are probed at `/health`; only if all of them are model servers of the platform. */
  readonly healthCheck: boolean;
  /** Requests with the same values of these headers stay on one replica. */
  readonly session: readonly string[];
  /** Requests at once of each rule in each Envoy; absent: as many as fit into its memory. */
  readonly parallelRequests?: number;
}

export interface RetryPlan {
  /** Beyond the first: as set, and at least one for every fallback, which would have no effect otherwise. */
  readonly attempts: number;
  readonly perTryTimeout: Duration;
}

/** What routes are planned from. */
export type RouteInput = Pick<Platform, 'workloads' | 'models'> & {
  readonly gateway: Pick<GatewaySettings, 'replicas' | 'retry'>;
};

/**
 * Packs any number of workloads into few AIGatewayRoutes, under the limits of what is generated from them.
 *
 * Workloads are of one kind when they are known by the same headers, call the same models and have the same
 * limits. Up to four of a kind have a route each, named after the workload. More share routes: one rule for
 * each model, one match for each workload, and limits that count every distinct value of the identity header.
 * Shared routes are filled by the hash of the workloads' names ({@link buckets}), so that
 *
 * - a new workload changes the route that it joins: no other route, and no policy;
 * - a changed limit changes the workload's own policy; out of a shared route the workload moves to another one,
 *   or to one of its own, and its token counters begin anew;
 * - the fifth of a kind moves the four before it, and the one that overflows a shared route moves half of its
 *   members. New routes answer 500 until the external processor has read them, up to five seconds.
 *
 * Limits are part of the kind, because Envoy Gateway writes every limit of a route's policy into every match of
 * the route: limits of single workloads would make a shared route's configuration grow with their square.
 *
 * A pure function of the set of workloads: their order does not matter. Sorted by name.
 */
export function planRoutes({ workloads, models, gateway }: RouteInput): readonly RoutePlan[] {
  const kinds = new Map<string, Workload[]>();
  for (const workload of workloads) {
    const kind = kindOf(workload);
    kinds.set(kind, kinds.get(kind) ?? []);
    kinds.get(kind)?.push(workload);
  }
  const served = new Set(models.flatMap((model) => (isServed(model) ? [model.name] : [])));
  return [...kinds]
    .flatMap(([kind, members]) => grouped(kind, members.sort(byName)))
    .map((group) => planRoute(group, served, gateway, moneyOf(group.members[0], models)))
    .sort(byName);
}

/** Counted by the prices of every model that may answer. */
function moneyOf({ hardBudget, routes }: Workload, models: readonly Model[]): MoneyLimit | undefined {
  if (hardBudget === undefined) return undefined;
  const names = new Set(routes.flatMap(({ target }) => modelsOf(target)));
  const prices = models.flatMap((model) =>
    model.kind !== 'route' && names.has(model.name) ? [[model.name, model.price] as const] : [],
  );
  return planMoneyLimit(hardBudget, Object.fromEntries(prices));
}

interface Group {
  readonly name: string;
  /** All of one kind, sorted. */
  readonly members: readonly [Workload, ...Workload[]];
  readonly shared: boolean;
}

function kindOf({ match, routes, limits, hardBudget }: Workload): string {
  const { app, tenant } = match;
  const known = sortedEntries(limits);
  const money = hardBudget === undefined ? [] : [hardBudget];
  return JSON.stringify([app !== undefined, tenant !== undefined, routes, known, ...money]);
}

function grouped(kind: string, members: readonly Workload[]): Group[] {
  if (members.length <= OWN_ROUTES) {
    return members.map((member) => ({ name: member.name, members: [member], shared: false }));
  }
  const first = members[0] as Workload;
  const digest = createHash('sha256').update(kind).digest('hex').slice(0, 8);
  const model = first.routes[0]?.target.arms[0]?.model.slice(0, LONGEST_MODEL).replace(/-+$/, '');
  return buckets(members, capacityOf(first)).map(({ label, members: [one, ...others] }) => ({
    // A workload's name has no dots, so that no route of its own can be called like a shared one.
    name: [model, digest, ...(label === '' ? [] : [label])].join('.'),
    members: [one as Workload, ...others],
    shared: true,
  }));
}

/** How many workloads like this one fit into a route. */
function capacityOf({ routes, limits }: Workload): number {
  const rulesEach = Math.floor(ROUTE_LIMITS.rules / routes.length);
  // A circuit breaker counts the requests of one rule, so workloads that have one of their own share no rule.
  if (limits.parallelRequests !== undefined) return rulesEach;
  return Math.min(rulesEach * ROUTE_LIMITS.matchesOfRule, Math.floor(ROUTE_LIMITS.matches / routes.length));
}

function planRoute(
  { name, members, shared }: Group,
  served: ReadonlySet<string>,
  { replicas, retry }: RouteInput['gateway'],
  money: MoneyLimit | undefined,
): RoutePlan {
  const [{ routes, limits, match }] = members;
  const ownRules = limits.parallelRequests !== undefined;
  const targets = routes.map(({ target }) => target);
  return {
    name,
    workloads: members.map((member) => member.name),
    rules: routes.flatMap(({ requestedModel, target }) => {
      const matches = members.flatMap((member) => matchOf(member.match, requestedModel));
      return chunks(matches, ownRules ? 1 : ROUTE_LIMITS.matchesOfRule).map((some) => ({
        matches: some,
        target,
      }));
    }),
    traffic: {
      ...trafficOf(targets, served, retry),
      ...(limits.parallelRequests !== undefined && {
        parallelRequests: limits.parallelRequests / replicas,
      }),
      ...limitRules(limits, match, { shared, models: routes.length, replicas, money }),
    },
    ...(money && { money }),
  };
}

function trafficOf(targets: readonly Target[], served: ReadonlySet<string>, retry: GatewaySettings['retry']) {
  const several = targets.filter(({ arms, fallback }) => arms.length + fallback.length > 1);
  const tiers = targets.map(({ fallback }) => fallback.length);
  const attempts = Math.max(retry.attempts, ...tiers);
  const headers = targets.flatMap(({ session }) => session?.header ?? []);
  return {
    ...(several.length > 0 && attempts > 0 && { retry: { ...retry, attempts } }),
    ejection: several.length === targets.length,
    healthCheck: several.length > 0 && targets.flatMap(modelsOf).every((model) => served.has(model)),
    session: [...new Set(headers)].sort(),
  };
}

/** The models of a target, in the order in which they are tried. */
export function modelsOf({ arms, fallback }: Target): readonly string[] {
  return [...arms.map(({ model }) => model), ...fallback];
}

/** Whether the model answers `/health` without a credential. */
function isServed(model: Model): boolean {
  return model.kind === 'tei' || (model.kind === 'vllm' && !model.endpointPicker);
}

/** The headers of one workload's requests, none for everybody who asks for anything. */
function matchOf({ app, tenant }: WorkloadMatch, requestedModel: string | undefined): HeaderMatch[][] {
  const headers: HeaderMatch[] = [];
  if (app !== undefined) headers.push({ type: 'Exact', name: WORKLOAD_HEADER, value: app });
  if (tenant !== undefined) headers.push(tenantMatch(tenant, app === undefined));
  if (requestedModel !== undefined)
    headers.push({ type: 'Exact', name: MODEL_HEADER, value: requestedModel });
  return headers.length === 0 ? [] : [headers];
}

/**
 * Of two rules with as many headers Envoy Gateway puts the one with more exact values first. A tenant alone is
 * therefore a regular expression: the workload that is known by its app keeps its requests.
 */
function tenantMatch(tenant: string, alone: boolean): HeaderMatch {
  if (!alone) return { type: 'Exact', name: TENANT_HEADER, value: tenant };
  const literal = tenant.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  return { type: 'RegularExpression', name: TENANT_HEADER, value: literal };
}

/** At least one chunk, since a rule without matches takes everything. */
function chunks<T>(items: readonly T[], size: number): T[][] {
  const count = Math.max(1, Math.ceil(items.length / size));
  return Array.from({ length: count }, (_, index) => items.slice(index * size, (index + 1) * size));
}

function byName(a: { readonly name: string }, b: { readonly name: string }): number {
  return compareKeys(a.name, b.name);
}
