/**
 * What the white paper (GEA-VOY-WP100, 30 June 2026, chapter 7) reports of four H100, for comparison. Times in seconds,
 * shares of one.
 */
export const PAPER = {
  /** Table 1. */
  ramp: { seconds: 1500, users: 224, requestsPerSecond: 10, errorRate: 0 },
  soak: { seconds: 10_800, users: 190, requestsPerSecond: 8.7, errorRate: 0.000125 },
  /** Table 2, means. Of the queue time it says only that it is below this. */
  latency: {
    firstToken: 0.103,
    timePerToken: 0.035,
    interToken: 0.035,
    queueTime: 0.001,
    prefillTime: 0.074,
  },
  /** Table 3, means. */
  gateway: { upstream: 14.291, downstream: 14.293, overhead: 0.002, share: 0.0001 },
  /** Text to Figure 5. */
  cacheUsage: 0.105,
  /** Gigabytes a second, sent and received by all GPUs. */
  nvlink: 261.87,
} as const;
