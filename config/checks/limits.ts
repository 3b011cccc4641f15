import { Memory } from '../../base/quantity';
import type { LimitsDocument, PlatformDocument, Sound } from '../document';
import type { Path, UnplacedMistake } from '../mistakes';
import { planCapacity } from '../plan/capacity';
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
  const capacity = capacityOf(gateway);
  return Object.entries(workloads).flatMap(([name, workload]) => {
    const { limits } = workload ?? {};
    if (limits === undefined) return [];
    const at = ['workloads', name, 'limits'];
    // With several models the global limiter counts the requests: nothing is divided.
    const local = (workload?.models?.length ?? 1) === 1;
    const divided = local ? limits : { ...limits, requestsPerMinute: undefined };
    return [
      ...(replicas === undefined ? [] : checkShares(at, divided, replicas)),
      ...(replicas === undefined || capacity === undefined
        ? []
        : checkCapacity(at, limits, { replicas, capacity })),
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

/** What one Envoy answers at once; undefined as long as a mistake is in what that follows from. */
function capacityOf(gateway: Sound<PlatformDocument>['gateway']): number | undefined {
  const { memory, bufferLimit, expectedRequestSize } = gateway ?? {};
  if (memory === undefined || bufferLimit === undefined || expectedRequestSize === undefined)
    return undefined;
  return planCapacity({
    memory: Memory.parse(memory),
    bufferLimit: Memory.parse(bufferLimit),
    expectedRequestSize: Memory.parse(expectedRequestSize),
  }).maxParallelRequests;
}

/** Parallel requests that all Envoys together do not answer at once are no limit, and nobody gets them. */
function checkCapacity(
  at: Path,
  { parallelRequests = 0 }: Sound<LimitsDocument>,
  { replicas, capacity }: { readonly replicas: number; readonly capacity: number },
): UnplacedMistake[] {
  const all = replicas * capacity;
  // A gateway that carries none is a mistake of its own.
  if (parallelRequests <= all || all === 0) return [];
  return [
    {
      at: [...at, 'parallelRequests'],
      value: parallelRequests,
      problem: `${parallelRequests} requests at once are more than the gateway answers: ${replicas} × ${capacity} for all workloads, from gateway.memory and gateway.expectedRequestSize`,
      fix: `use ${all} or less, or increase gateway.memory or gateway.replicas`,
    },
  ];
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
