import type { Refusal } from '../../base/finding';
import { Memory } from '../../base/quantity';

/**
 * Size of a request of which parallel requests are planned: a whole trajectory of SWE-rebench, the longest conversations
 * that the platform is measured with, has 250 KB on average in 64 turns (dataset card of
 * nebius/SWE-rebench-openhands-trajectories), and its last turn sends nearly all of it again.
 */
export const EXPECTED_REQUEST = Memory.parse('256Ki');

/** What Envoy, its configuration and the external processor use before any request is buffered. */
export const IDLE = Memory.mebibytes(512);

/**
 * How many times the external processor holds a request while its answer runs, in the message, parsed, as it came and as
 * it goes on. Measured with the AI gateway 1.0.0 while all models hang and its collector is pressed by GOMEMLIMIT: 400
 * requests of 256Ki take 4.8 times their bodies, 800 take 4.9 times, 60 of 5Mi 4.2 times. Envoy beside it, which has as
 * much memory again, holds them 1.5 times at most.
 */
const COPIES = 5;

/** What a call takes in either of them besides its body, its connection with TLS among it; measured 55 KiB in Envoy. */
const CALL = Memory.parse('128Ki');

/** What an idle connection with TLS takes, rounded up. */
const CONNECTION = Memory.parse('128Ki');

/** How much of the memory idle connections may take; it is a part of what Envoy uses before any request. */
const CONNECTIONS_SHARE = 1 / 16;

/** How much of the memory for requests is kept for large ones, so that neither kind takes the place of the other. */
const LARGE_SHARE = 1 / 4;

/** How much of the buffer limit a large request takes on average; prompts of the full size are rare. */
const LARGE_FILL = 1 / 2;

/** `CircuitBreaker.maxParallelRequests` in Envoy Gateway's API ends with a uint32, as Envoy's own limits do. */
const MOST_REQUESTS = 4_294_967_295;

/** What the capacity of one Envoy follows from. */
export interface CapacitySettings {
  readonly memory: Memory;
  readonly bufferLimit: Memory;
  readonly expectedRequestSize: Memory;
}

/** Requests that are larger than most, and may be few. */
export interface LargeRequests {
  /** A power of ten in bytes, the first above the expected size: Envoy tells them by the digits of `content-length`. */
  readonly from: Memory;
  readonly maxParallel: number;
}

/** What one Envoy, with the external processor beside it, answers at once; what is more is answered with 503. */
export interface CapacityPlan {
  /** Requests of all routes together. */
  readonly maxParallelRequests: number;
  /** Absent where the buffer limit admits none. */
  readonly large?: LargeRequests;
  /** Connections of clients: one a request, and as many idle ones as a sixteenth of the memory holds. */
  readonly maxConnections: number;
}

/**
 * Parallel requests from memory: `512Mi + (128Ki + 5 × expectedRequestSize) × requests ≤ memory`, where a quarter of
 * what is beyond 512Mi is kept for requests of the next power of ten and more, at half of the buffer limit each.
 */
export function planCapacity(settings: CapacitySettings): CapacityPlan {
  const { memory, bufferLimit } = settings;
  const room = Math.max(0, memory.bytes - IDLE.bytes);
  const from = largeFrom(settings);
  const hasLarge = from.bytes <= bufferLimit.bytes;
  const share = hasLarge ? 1 - LARGE_SHARE : 1;
  const maxParallelRequests = Math.min(Math.floor((room * share) / callBytes(settings)), MOST_REQUESTS);
  const largeBytes = COPIES * Math.max(from.bytes, bufferLimit.bytes * LARGE_FILL);
  const large = Math.max(1, Math.floor((room * LARGE_SHARE) / largeBytes));
  return {
    maxParallelRequests,
    ...(hasLarge && { large: { from, maxParallel: Math.min(large, Math.max(1, maxParallelRequests)) } }),
    maxConnections: maxParallelRequests + Math.floor((memory.bytes * CONNECTIONS_SHARE) / CONNECTION.bytes),
  };
}

/** Why the memory of one Envoy is too small: for the largest request alone, or for one of the expected size a worker. */
export function refuseCapacity(settings: CapacitySettings, workers: number): Refusal | undefined {
  const { memory, bufferLimit, expectedRequestSize } = settings;
  const largest = COPIES * bufferLimit.bytes;
  const share = largeFrom(settings).bytes <= bufferLimit.bytes ? 1 - LARGE_SHARE : 1;
  const each = (workers * callBytes(settings)) / share;
  if (IDLE.bytes + Math.max(largest, each) <= memory.bytes) return undefined;
  const enough = wholeMebibytes(IDLE.bytes + Math.max(largest, each));
  const isLargest = largest >= each;
  const fitting = Math.floor((memory.bytes - IDLE.bytes) / COPIES / Memory.mebibytes(1).bytes);
  return {
    problem: isLargest
      ? `${memory} does not hold one request of bufferLimit: ${IDLE} for Envoy itself + ${COPIES} × ${bufferLimit} in the external processor = ${enough}`
      : `${memory} does not hold a request of expectedRequestSize ${expectedRequestSize} for each of the ${workers} workers of Envoy: that takes ${enough}`,
    fix: `use ${enough} or more${isLargest && fitting >= 1 ? `, or bufferLimit ${fitting}Mi or less` : ''}`,
  };
}

/** The plan in a sentence, with its arithmetic. */
export function describeCapacity(settings: CapacitySettings): string {
  const { memory, bufferLimit, expectedRequestSize } = settings;
  const { maxParallelRequests, large, maxConnections } = planCapacity(settings);
  const share = large === undefined ? '' : `${100 * (1 - LARGE_SHARE)} % of `;
  const rest =
    large === undefined
      ? ''
      : `; of these at most ${large.maxParallel} of ${large.from.bytes} bytes or more: ${100 * LARGE_SHARE} % of it / (${COPIES} × half of bufferLimit ${bufferLimit})`;
  return `one Envoy answers ${maxParallelRequests} requests at once: ${share}(memory ${memory} - ${IDLE}) / (${CALL} + ${COPIES} × expectedRequestSize ${expectedRequestSize})${rest}; ${maxConnections} connections; more are answered with 503 and Retry-After`;
}

/** What a request of the expected size takes, in the external processor, which needs more than Envoy. */
export function callBytes({ expectedRequestSize }: Pick<CapacitySettings, 'expectedRequestSize'>): number {
  return CALL.bytes + COPIES * expectedRequestSize.bytes;
}

function largeFrom({ expectedRequestSize }: CapacitySettings): Memory {
  return Memory.bytes(10 ** `${expectedRequestSize.bytes}`.length);
}

function wholeMebibytes(bytes: number): Memory {
  return Memory.mebibytes(Math.ceil(bytes / Memory.mebibytes(1).bytes));
}
