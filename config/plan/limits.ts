import type { Refusal } from '../../base/finding';
import { PlatformError } from '../../base/mistake';

/** A workload's request limit as each Envoy enforces it. */
export interface RequestLimitPlan {
  /** Requests per minute that one Envoy lets through. */
  readonly perReplica: number;
}

/**
 * Splits a workload's requests per minute over the gateway replicas.
 *
 * Envoy's local limit is a token bucket in one process, so the sum over the replicas is what the workload
 * gets. It gets less when its connections all end at one replica.
 *
 * @throws PlatformError when the share of one replica is not a whole number, 1 or more.
 */
export function planRequestLimit(requestsPerMinute: number, replicas: number): RequestLimitPlan {
  const refusal = refuseRequestLimit(requestsPerMinute, replicas);
  if (refusal !== undefined) {
    throw new PlatformError([{ path: 'limits.requestsPerMinute', value: requestsPerMinute, ...refusal }]);
  }
  return { perReplica: requestsPerMinute / replicas };
}

/** Why a limit cannot be split: the arithmetic, the nearest limits that can, and a number of replicas. */
export function refuseRequestLimit(requestsPerMinute: number, replicas: number): Refusal | undefined {
  return refuseShare('requests per minute', requestsPerMinute, replicas);
}

function refuseShare(of: string, total: number, replicas: number): Refusal | undefined {
  if (!Number.isInteger(total) || total < 1) {
    return { problem: `${total} is not a whole number of requests, 1 or more` };
  }
  const share = total / replicas;
  if (Number.isInteger(share)) return undefined;
  const nearest = [Math.floor(share) * replicas, Math.ceil(share) * replicas].filter((limit) => limit > 0);
  return {
    problem: `${total} ${of} over ${replicas} gateway replicas is ${round(share)} each, not a whole number: every Envoy counts on its own`,
    fix: `use ${nearest.join(' or ')}, or gateway.replicas ${commonDivisor(total, replicas)}`,
  };
}

/** Why a number of parallel requests cannot be split over the replicas; like {@link refuseRequestLimit}. */
export function refuseParallelLimit(parallelRequests: number, replicas: number): Refusal | undefined {
  return refuseShare('parallel requests', parallelRequests, replicas);
}

/** The greatest number that divides both, so that as many replicas can split the limit. */
function commonDivisor(a: number, b: number): number {
  return b === 0 ? a : commonDivisor(b, a % b);
}

function round(share: number): number {
  return Math.round(share * 100) / 100;
}
