import type { LimitsDocument, PlatformDocument, Sound } from '../document';
import type { Path, UnplacedMistake } from '../mistakes';
import { LOCAL_ENVOYS } from '../plan/envoy';
import { refuseParallelLimit, refuseRequestLimit } from '../plan/limits';

/** From the shortest window to the longest. */
const BUDGETS = ['tokensPerMinute', 'tokensPerHour', 'tokensPerDay', 'tokensPerMonth'] as const;

/** That every limit can be split over the gateway replicas, and that none is without effect. */
export function checkLimits({
  cluster,
  workloads = {},
  gateway,
}: Sound<PlatformDocument>): UnplacedMistake[] {
  const local = cluster !== undefined && 'local' in cluster;
  const given = gateway?.replicas;
  // More than fit is a mistake of its own.
  const replicas = local && (given ?? 0) > LOCAL_ENVOYS ? undefined : given;
  return Object.entries(workloads).flatMap(([name, workload]) => {
    const { limits } = workload ?? {};
    if (limits === undefined) return [];
    const at = ['workloads', name, 'limits'];
    // With several models the global limiter counts the requests: nothing is divided.
    const local = (workload?.models?.length ?? 1) === 1;
    const divided = local ? limits : { ...limits, requestsPerMinute: undefined };
    return [
      ...(replicas === undefined ? [] : checkShares(at, divided, replicas)),
      ...checkBudgets(at, limits),
    ];
  });
}

function checkShares(at: Path, limits: Sound<LimitsDocument>, replicas: number): UnplacedMistake[] {
  const shares = { requestsPerMinute: refuseRequestLimit, parallelRequests: refuseParallelLimit };
  return Object.entries(shares).flatMap(([field, refuse]) => {
    const value = limits[field as keyof typeof shares];
    const refusal = value === undefined ? undefined : refuse(value, replicas);
    return refusal === undefined ? [] : [{ at: [...at, field], value, ...refusal }];
  });
}

/** A budget that is not below that of a longer window can never be what refuses a request. */
function checkBudgets(at: Path, limits: Sound<LimitsDocument>): UnplacedMistake[] {
  const given = BUDGETS.flatMap((field) => {
    const tokens = limits[field];
    return tokens === undefined ? [] : [{ field, tokens }];
  });
  return given.flatMap(({ field, tokens }, index) => {
    const longer = given.slice(index + 1).find((other) => other.tokens <= tokens);
    if (longer === undefined) return [];
    return [
      {
        at: [...at, field],
        value: tokens,
        problem: `${tokens} is not less than ${longer.field} ${longer.tokens}: the budget of the longer window would always be exhausted first`,
        fix: `use less than ${longer.tokens}, or remove ${field}`,
      },
    ];
  });
}
