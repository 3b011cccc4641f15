/** The longest that anybody waits for what a histogram of seconds measures: limits above it are milliseconds. */
const PATIENCE: readonly (readonly [measures: RegExp, seconds: number])[] = [
  // One token; the slowest engines need less than a second.
  [/per_output_token|inter_token/, 10],
  // The first token, and what comes before it; clients and gateways give up after minutes.
  [/first_token|queue_time|prefill_time/, 500],
  [/^(?:watchable|xds|ratelimit)_/, 100_000],
  // A whole call: an hour and a half.
  [/./, 5000],
];

/** The last bucket of AI Gateway 1.0, internal/metrics/genai.go: no quantile is above it. */
const LAST_BUCKETS: Readonly<Record<string, number>> = {
  gen_ai_server_request_duration_seconds: 81.92,
  gen_ai_server_time_to_first_token_seconds: 60,
  gen_ai_server_time_per_output_token_seconds: 2.5,
};

/**
 * The largest sensible value of a histogram of times.
 *
 * @returns seconds
 */
export function patienceFor(name: string, as: 'mean' | 'quantile'): number {
  const patience = PATIENCE.find(([measures]) => measures.test(name))?.[1] ?? Number.POSITIVE_INFINITY;
  return as === 'quantile' ? Math.min(patience, LAST_BUCKETS[name] ?? patience) : patience;
}
