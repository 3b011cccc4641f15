import type { Refusal } from '../../base/finding';
import { PlatformError } from '../../base/mistake';
import type { Cpu, Memory } from '../../base/quantity';
import type { GatewaySettings } from '../platform';
import { type LargeRequests, planCapacity, refuseCapacity } from './capacity';

/** Number of Envoys in the embedded datacenter, where they share one address. */
export const LOCAL_ENVOYS = 2;

/** The settings of one Envoy that must agree with each other. */
export interface EnvoyPlan {
  /** Request and limit, so that the pod is never throttled by a neighbour. */
  readonly cpu: Cpu;
  /** Request and limit; the limit also arms Envoy's overload manager. */
  readonly memory: Memory;
  /** `--concurrency`: one worker per CPU of the limit. */
  readonly workers: number;
  readonly bufferLimit: Memory;
  readonly expectedRequestSize: Memory;
  /**
   * Requests that one Envoy answers at once, those of all routes together, and the circuit breaker of each route. Below it
   * are two nets for bodies beyond the expected: Envoy's overload manager, and the collector of the external processor.
   */
  readonly maxParallelRequests: number;
  /** How many of them may be large. Absent where the buffer limit admits none. */
  readonly large?: LargeRequests;
  /** Connections of clients to one Envoy at once; additional connections are closed immediately. */
  readonly maxConnections: number;
}

type EnvoySettings = Pick<GatewaySettings, 'cpu' | 'memory' | 'bufferLimit' | 'expectedRequestSize'>;

/**
 * Workers from CPUs and parallel requests from memory ({@link planCapacity}).
 *
 * Measured with Envoy 1.38 under a limit of 0.3 CPUs: 64 workers take 661 ms to the first token (99th
 * percentile), one worker takes 206 ms.
 *
 * @throws PlatformError for a fraction of a CPU, for memory that is too small ({@link refuseMemory}) and for an expected
 *   size beyond the buffer limit.
 */
export function planEnvoy(settings: EnvoySettings): EnvoyPlan {
  const { cpu, memory, bufferLimit, expectedRequestSize } = settings;
  if (!cpu.isWhole || cpu.millicores === 0) {
    throw new PlatformError([
      {
        path: 'gateway.cpu',
        value: `${cpu}`,
        problem: `${cpu} is not a whole number of CPUs, 1 or more: Envoy runs one worker per CPU`,
      },
    ]);
  }
  const beyond = refuseExpectedSize(settings);
  if (beyond !== undefined) {
    throw new PlatformError([
      { path: 'gateway.expectedRequestSize', value: `${expectedRequestSize}`, ...beyond },
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
    expectedRequestSize,
    ...planCapacity(settings),
  };
}

/** Why the memory of one Envoy is too small: see {@link refuseCapacity}. */
export function refuseMemory(settings: EnvoySettings): Refusal | undefined {
  return refuseCapacity(settings, workersOf(settings.cpu));
}

/** Why requests cannot be expected to be of a size: the gateway would refuse them. */
export function refuseExpectedSize({
  bufferLimit,
  expectedRequestSize,
}: Pick<EnvoySettings, 'bufferLimit' | 'expectedRequestSize'>): Refusal | undefined {
  if (expectedRequestSize.bytes > 0 && expectedRequestSize.bytes <= bufferLimit.bytes) return undefined;
  return {
    problem: `${expectedRequestSize} is not between 1 byte and bufferLimit ${bufferLimit}: a larger request is answered with 413`,
    fix: `use ${bufferLimit} or less`,
  };
}

function workersOf(cpu: Cpu): number {
  return cpu.millicores / 1000;
}
