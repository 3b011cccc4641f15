/**
 * Upper bounds in seconds of the buckets of vLLM's histograms, from 0.18 to 0.33: `vllm/v1/metrics/buckets.py`.
 * A share of requests under a threshold is exact at these values alone.
 */
export const LATENCY_BUCKETS = {
  timeToFirstToken: [
    0.001, 0.005, 0.01, 0.02, 0.04, 0.06, 0.08, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10, 20, 40, 80, 160,
    640, 2560,
  ],
  timePerOutputToken: [
    0.01, 0.025, 0.05, 0.075, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.75, 1, 2.5, 5, 7.5, 10, 20, 40, 80,
  ],
} as const satisfies Record<string, readonly number[]>;

/** A histogram of vLLM that objectives can be set on. */
export type LatencyKind = keyof typeof LATENCY_BUCKETS;

/** The flag of vLLM that replaces its buckets by the user's. */
export const OWN_BUCKETS = 'custom-histogram-buckets';
