import type { Refusal } from '../../base/finding';
import { PlatformError } from '../../base/mistake';
import { type Cpu, Memory } from '../../base/quantity';
import type { GatewaySettings } from '../platform';

/** Number of Envoys in the embedded datacenter, where they share one address. */
export const LOCAL_ENVOYS = 2;

const MI = Memory.mebibytes(1).bytes;

/** What Envoy, its configuration and the external processor use before any request is buffered. */
const IDLE = Memory.mebibytes(512);

/**
 * How much of the buffer limit a request takes on average when it matters; prompts of the full size are rare.
 */
const SHARE = 0.5;

/** What an idle connection with TLS takes, rounded up. */
const CONNECTION = Memory.parse('128Ki');

/** How much of the memory idle connections may take; it is a part of what Envoy uses before any request. */
const CONNECTIONS_SHARE = 1 / 16;

/** `CircuitBreaker.maxParallelRequests` in Envoy Gateway's API ends with a uint32. */
const MOST_REQUESTS = 4_294_967_295;

/** The four settings of one Envoy that must agree with each other. */
export interface EnvoyPlan {
  /** Request and limit, so that the pod is never throttled by a neighbour. */
  readonly cpu: Cpu;
  /** Request and limit; the limit also arms Envoy's overload manager. */
  readonly memory: Memory;
  /** `--concurrency`: one worker per CPU of the limit. */
  readonly workers: number;
  readonly bufferLimit: Memory;
  /**
   * Circuit breaker of one route's backends in one Envoy. Several routes at their breaker at once may still
   * exceed the memory; then the overload manager refuses connections before the kernel kills Envoy.
   */
  readonly maxParallelRequests: number;
  /** Connections of clients to one Envoy at once; additional connections are closed immediately. */
  readonly maxConnections: number;
}

type EnvoySettings = Pick<GatewaySettings, 'cpu' | 'memory' | 'bufferLimit'>;

/**
 * Workers from CPUs and parallel requests from memory: `512Mi + bufferLimit × 0.5 × requests ≤ memory`.
 *
 * Measured with Envoy 1.38 under a limit of 0.3 CPUs: 64 workers take 661 ms to the first token (99th
 * percentile), one worker takes 206 ms.
 *
 * @throws PlatformError for a fraction of a CPU and for memory that is too small ({@link refuseMemory}).
 */
export function planEnvoy(settings: EnvoySettings): EnvoyPlan {
  const { cpu, memory, bufferLimit } = settings;
  if (!cpu.isWhole || cpu.millicores === 0) {
    throw new PlatformError([
      {
        path: 'gateway.cpu',
        value: `${cpu}`,
        problem: `${cpu} is not a whole number of CPUs, 1 or more: Envoy runs one worker per CPU`,
      },
    ]);
  }
  const refusal = refuseMemory(settings);
  if (refusal !== undefined) {
    throw new PlatformError([{ path: 'gateway.memory', value: `${memory}`, ...refusal }]);
  }
  return {
    cpu,
    memory,
    workers: workersOf(cpu),
    bufferLimit,
    maxParallelRequests: Math.min(requestsThatFit(memory, bufferLimit), MOST_REQUESTS),
    maxConnections: Math.floor((memory.bytes * CONNECTIONS_SHARE) / CONNECTION.bytes),
  };
}

/** Why the memory of one Envoy is too small: not every worker could carry one request. */
export function refuseMemory({ cpu, memory, bufferLimit }: EnvoySettings): Refusal | undefined {
  const workers = workersOf(cpu);
  const requests = requestsThatFit(memory, bufferLimit);
  if (requests >= workers) return undefined;
  const enough = Memory.mebibytes(Math.ceil((IDLE.bytes + workers * SHARE * bufferLimit.bytes) / MI));
  const fitting = Math.floor((memory.bytes - IDLE.bytes) / (workers * SHARE) / MI);
  return {
    problem: `${memory} allows ${requests} parallel requests, fewer than the ${workers} workers of Envoy: ${IDLE} for Envoy itself + ${workers} × half of bufferLimit ${bufferLimit} = ${enough}`,
    fix: `use ${enough} or more${fitting < 1 ? '' : `, or bufferLimit ${fitting}Mi or less`}`,
  };
}

function workersOf(cpu: Cpu): number {
  return cpu.millicores / 1000;
}

function requestsThatFit(memory: Memory, bufferLimit: Memory): number {
  return Math.max(0, Math.floor((memory.bytes - IDLE.bytes) / (SHARE * bufferLimit.bytes)));
}
