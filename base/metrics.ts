/** What one value of a metric counts. `1` has no unit: requests, preemptions. */
export type MetricUnit =
  | '1'
  | 'bytes per second'
  | 'mebibytes'
  | 'milliseconds'
  | 'ratio'
  | 'seconds'
  | 'tokens';

/** A metric of an upstream project, as its page has it. */
export interface Metric {
  /** Of a histogram without `_bucket`, `_sum` and `_count`; of a counter with `_total`, where it has that. */
  readonly name: string;
  readonly type: 'counter' | 'gauge' | 'histogram';
  readonly unit: MetricUnit;
  /** The project, the version in which the name was seen, and where in its sources it is. */
  readonly source: string;
  /** Names that earlier versions used for the same. */
  readonly formerly?: readonly string[];
}

const ENVOY = 'Envoy 1.38.2, /stats/prometheus';
const GATEWAY = 'Envoy AI Gateway 1.0, internal/metrics/genai.go';
const VLLM = 'vLLM 0.9 to 0.33, vllm/v1/metrics/loggers.py';
const DCGM = 'dcgm-exporter 4.8, fields of the counters file';

/**
 * The names that recording rules, policies and the functional suite share, each once. Upstream projects rename metrics
 * between releases; whatever else is queried has a recorded name.
 */
export const METRICS = {
  /** From the first byte of a request to the last byte of its answer. */
  downstreamTime: {
    name: 'envoy_http_downstream_rq_time',
    type: 'histogram',
    unit: 'milliseconds',
    source: ENVOY,
  },
  /** From the end of the request to the end of the model's answer. */
  upstreamTime: {
    name: 'envoy_cluster_upstream_rq_time',
    type: 'histogram',
    unit: 'milliseconds',
    source: ENVOY,
  },
  /** Requests over a local limit; the stat prefix `http_local_rate_limiter` of Envoy Gateway becomes a label. */
  rateLimited: {
    name: 'envoy_http_local_rate_limit_rate_limited',
    type: 'counter',
    unit: '1',
    source: ENVOY,
  },
  /** A label for each kind of token; there is no kind "total". Versions 0.3 and 0.4 appended the unit. */
  gatewayTokens: {
    name: 'gen_ai_client_token_usage',
    type: 'histogram',
    unit: 'tokens',
    source: GATEWAY,
    formerly: ['gen_ai_client_token_usage_token'],
  },
  /** Calls of models, with the label `error_type` where they failed. */
  gatewayDuration: {
    name: 'gen_ai_server_request_duration_seconds',
    type: 'histogram',
    unit: 'seconds',
    source: GATEWAY,
  },
  firstToken: { name: 'vllm:time_to_first_token_seconds', type: 'histogram', unit: 'seconds', source: VLLM },
  /** Once for each request that ends: decode time by its tokens but the first. Since 0.11. */
  timePerToken: {
    name: 'vllm:request_time_per_output_token_seconds',
    type: 'histogram',
    unit: 'seconds',
    source: VLLM,
  },
  /** Once for each step of the decode. */
  interToken: {
    name: 'vllm:inter_token_latency_seconds',
    type: 'histogram',
    unit: 'seconds',
    source: VLLM,
    formerly: ['vllm:time_per_output_token_seconds'],
  },
  queueTime: { name: 'vllm:request_queue_time_seconds', type: 'histogram', unit: 'seconds', source: VLLM },
  prefillTime: {
    name: 'vllm:request_prefill_time_seconds',
    type: 'histogram',
    unit: 'seconds',
    source: VLLM,
  },
  decodeTime: { name: 'vllm:request_decode_time_seconds', type: 'histogram', unit: 'seconds', source: VLLM },
  requestTime: { name: 'vllm:e2e_request_latency_seconds', type: 'histogram', unit: 'seconds', source: VLLM },
  running: { name: 'vllm:num_requests_running', type: 'gauge', unit: '1', source: VLLM },
  waiting: { name: 'vllm:num_requests_waiting', type: 'gauge', unit: '1', source: VLLM },
  /** 1 is full, in spite of the name. */
  cacheUsage: {
    name: 'vllm:kv_cache_usage_perc',
    type: 'gauge',
    unit: 'ratio',
    source: VLLM,
    formerly: ['vllm:gpu_cache_usage_perc'],
  },
  prefixQueries: {
    name: 'vllm:prefix_cache_queries_total',
    type: 'counter',
    unit: 'tokens',
    source: VLLM,
    formerly: ['vllm:gpu_prefix_cache_queries_total'],
  },
  prefixHits: {
    name: 'vllm:prefix_cache_hits_total',
    type: 'counter',
    unit: 'tokens',
    source: VLLM,
    formerly: ['vllm:gpu_prefix_cache_hits_total'],
  },
  preemptions: { name: 'vllm:num_preemptions_total', type: 'counter', unit: '1', source: VLLM },
  finished: { name: 'vllm:request_success_total', type: 'counter', unit: '1', source: VLLM },
  promptTokens: { name: 'vllm:prompt_tokens_total', type: 'counter', unit: 'tokens', source: VLLM },
  generatedTokens: { name: 'vllm:generation_tokens_total', type: 'counter', unit: 'tokens', source: VLLM },
  /** A rate already, averaged over the interval of the exporter; so is the next. */
  nvlinkSent: { name: 'DCGM_FI_PROF_NVLINK_TX_BYTES', type: 'gauge', unit: 'bytes per second', source: DCGM },
  nvlinkReceived: {
    name: 'DCGM_FI_PROF_NVLINK_RX_BYTES',
    type: 'gauge',
    unit: 'bytes per second',
    source: DCGM,
  },
  gpuMemoryUsed: { name: 'DCGM_FI_DEV_FB_USED', type: 'gauge', unit: 'mebibytes', source: DCGM },
  gpuMemoryFree: { name: 'DCGM_FI_DEV_FB_FREE', type: 'gauge', unit: 'mebibytes', source: DCGM },
  gpuMemoryReserved: { name: 'DCGM_FI_DEV_FB_RESERVED', type: 'gauge', unit: 'mebibytes', source: DCGM },
  gpuActive: { name: 'DCGM_FI_PROF_SM_ACTIVE', type: 'gauge', unit: 'ratio', source: DCGM },
} as const satisfies Record<string, Metric>;

/** The names under which a page has the values of a metric. */
export const exposedNames = ({ type }: Metric, name: string): readonly string[] =>
  type === 'histogram' ? ['_bucket', '_count', '_sum'].map((suffix) => `${name}${suffix}`) : [name];

/** Names that were given up, and what took their place. */
export const RENAMED_METRICS: Readonly<Record<string, string>> = Object.fromEntries(
  Object.values<Metric>(METRICS).flatMap((metric) => {
    const now = exposedNames(metric, metric.name);
    return (metric.formerly ?? []).flatMap((old) =>
      exposedNames(metric, old).map((name, index) => [name, now[index] ?? ''] as const),
    );
  }),
);

/** A series that the platform records: the name that everybody queries. */
export interface RecordedSeries {
  readonly unit: MetricUnit | 'gigabytes per second' | 'tokens per second';
  readonly meaning: string;
  /** Where the white paper has this figure. */
  readonly paper?: string;
  /** Of what it tells: of the gateway, of model servers of vLLM, of GPUs. */
  readonly of: 'gateway' | 'vLLM' | 'GPUs';
  /** Whether there is no value as long as nothing has happened: no error, no request. */
  readonly sparse?: true;
}

const seconds = (of: 'gateway' | 'vLLM', meaning: string, paper?: string): RecordedSeries => ({
  unit: 'seconds',
  of,
  meaning,
  ...(paper !== undefined && { paper }),
});

/**
 * Every recorded series. Means and quantiles are of one minute, and absent while nothing is measured; sums are sums of
 * counters, so that a difference of two readings is exact.
 */
export const RECORDED_SERIES = {
  'gw:overhead_seconds:mean1m': seconds(
    'gateway',
    'time in the gateway, by calls that reached a model',
    'Table 3',
  ),
  'gw:downstream_seconds:mean1m': seconds('gateway', 'latency that clients see', 'Table 3'),
  'gw:upstream_seconds:mean1m': seconds('gateway', 'latency of the models', 'Table 3'),
  'gw:overhead:ratio1m': {
    unit: 'ratio',
    of: 'gateway',
    meaning: 'share of the gateway in the latency that clients see',
    paper: 'Table 3',
  },
  'gw:tokens:sum': { unit: 'tokens', of: 'gateway', meaning: 'tokens, by workload, model and kind' },
  'gw:requests:sum': { unit: '1', of: 'gateway', meaning: 'calls of models, by workload and model' },
  'gw:errors:sum': { unit: '1', of: 'gateway', meaning: 'failed calls, by workload and model', sparse: true },
  'gw:rate_limited:sum': { unit: '1', of: 'gateway', meaning: 'requests over a local limit' },
  'llm:ttft_seconds:mean1m': seconds('vLLM', 'time to first token', 'Table 2'),
  'llm:ttft_seconds:p50_1m': seconds('vLLM', 'time to first token, median'),
  'llm:ttft_seconds:p95_1m': seconds('vLLM', 'time to first token, 95th percentile'),
  'llm:ttft_seconds:p99_1m': seconds('vLLM', 'time to first token, 99th percentile', 'Figure 4'),
  'llm:tpot_seconds:mean1m': seconds('vLLM', 'time per output token, by request', 'Table 2'),
  'llm:itl_seconds:mean1m': seconds('vLLM', 'inter-token latency', 'Table 2'),
  'llm:itl_seconds:p95_1m': seconds('vLLM', 'inter-token latency, 95th percentile'),
  // Means alone: the first bucket of these histograms ends at 0.3 s, far above what they measure.
  'llm:queue_seconds:mean1m': seconds('vLLM', 'time in the queue', 'Table 2'),
  'llm:prefill_seconds:mean1m': seconds('vLLM', 'prefill time', 'Table 2'),
  'llm:decode_seconds:mean1m': seconds('vLLM', 'decode time'),
  'llm:request_seconds:mean1m': seconds('vLLM', 'time of a whole request in the engine'),
  'llm:requests_running:sum': { unit: '1', of: 'vLLM', meaning: 'requests in the batch' },
  'llm:requests_waiting:sum': { unit: '1', of: 'vLLM', meaning: 'requests in the queue' },
  'llm:kv_cache_usage:avg': { unit: 'ratio', of: 'vLLM', meaning: 'KV cache in use', paper: 'Figure 5' },
  'llm:kv_cache_usage:max': { unit: 'ratio', of: 'vLLM', meaning: 'KV cache in use, the fullest replica' },
  'llm:prefix_cache_hits:ratio1m': {
    unit: 'ratio',
    of: 'vLLM',
    meaning: 'prompt tokens found in the prefix cache',
  },
  'llm:preemptions:ratio1m': { unit: 'ratio', of: 'vLLM', meaning: 'preemptions by request that ended' },
  'llm:prompt_tokens:rate1m': { unit: 'tokens per second', of: 'vLLM', meaning: 'prompt tokens' },
  'llm:generation_tokens:rate1m': { unit: 'tokens per second', of: 'vLLM', meaning: 'generated tokens' },
  'gpu:nvlink_gigabytes_per_second:sum': {
    unit: 'gigabytes per second',
    of: 'GPUs',
    meaning: 'NVLink, sent and received by the GPUs of a node',
    paper: 'Figure 5',
  },
  'gpu:memory_used:ratio': { unit: 'ratio', of: 'GPUs', meaning: 'GPU memory in use, by node' },
  'gpu:sm_active:avg': { unit: 'ratio', of: 'GPUs', meaning: 'streaming multiprocessors at work, by node' },
} as const satisfies Record<string, RecordedSeries>;

/** The name of a recorded series. */
export type RecordedName = keyof typeof RECORDED_SERIES;
