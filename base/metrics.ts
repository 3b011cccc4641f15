import { BUDGET_SERIES } from './budgets';
import { OBJECTIVE_SERIES } from './objectives';

/** What one value of a metric counts. `1` has no unit: requests, preemptions. */
export type MetricUnit =
  | '1'
  | 'bytes'
  | 'bytes per second'
  | 'days'
  | 'degrees Celsius'
  | 'mebibytes'
  | 'megahertz'
  | 'millijoules'
  | 'milliseconds'
  | 'nanoseconds'
  | 'percent'
  | 'ratio'
  | 'seconds'
  | 'tokens'
  | 'watts';

/** A metric of an upstream project, as its page has it. */
export interface Metric {
  /** Of a histogram without `_bucket`, `_sum` and `_count`; of a counter with `_total`, where it has that. */
  readonly name: string;
  readonly type: 'counter' | 'gauge' | 'histogram';
  readonly unit: MetricUnit;
  /** The project, the version in which the name was seen, and where in its sources it is. */
  readonly source: string;
  /** Names that earlier versions used for the same. */
  readonly formerly: readonly string[];
}

/** Makes metrics of one project; `formerly` are the names that earlier versions used for the same. */
export const metricsOf =
  (source: string) =>
  (type: Metric['type'], unit: MetricUnit, name: string, ...formerly: readonly string[]): Metric => ({
    ...{ name, type, unit, source, formerly },
  });

const envoy = metricsOf('Envoy 1.38.2, /stats/prometheus');
const gateway = metricsOf('Envoy AI Gateway 1.0, internal/metrics/genai.go');
const vllm = metricsOf('vLLM 0.9 to 0.33, vllm/v1/metrics/loggers.py');
const dcgm = metricsOf('dcgm-exporter 4.8, fields of the counters file');
const cadvisor = metricsOf('cAdvisor of the kubelet, /metrics/cadvisor');
const prometheus = metricsOf('Prometheus, scrape/scrape.go');
const audit = metricsOf('`vcf-ai audit --metrics`, audit/metrics-text.ts');

/**
 * The names that recording rules, policies and the functional suite share, each once. Upstream projects rename metrics
 * between releases; whatever else is queried has a recorded name.
 */
export const METRICS = {
  /** From the first byte of a request to the last byte of its answer. */
  downstreamTime: envoy('histogram', 'milliseconds', 'envoy_http_downstream_rq_time'),
  /** From the end of the request to the end of the model's answer. */
  upstreamTime: envoy('histogram', 'milliseconds', 'envoy_cluster_upstream_rq_time'),
  /** Requests over a local limit; the stat prefix `http_local_rate_limiter` of Envoy Gateway becomes a label. */
  rateLimited: envoy('counter', '1', 'envoy_http_local_rate_limit_rate_limited'),
  /** 1 as long as a proxy is up and has its listeners. */
  proxyLive: envoy('gauge', '1', 'envoy_server_live'),
  /** Of the first certificate to expire, its own for the control plane included; 0 when it has expired. */
  certificateDays: envoy('gauge', 'days', 'envoy_server_days_until_first_cert_expiring'),
  /** Requests that passed uncounted because the limiter did not answer; there from the first of them on. */
  limiterPassed: envoy('counter', '1', 'envoy_cluster_ratelimit_failure_mode_allowed'),
  /** A label for each kind of token; there is no kind "total". Versions 0.3 and 0.4 appended the unit. */
  gatewayTokens: gateway(
    'histogram',
    'tokens',
    'gen_ai_client_token_usage',
    'gen_ai_client_token_usage_token',
  ),
  /** Calls of models, with the label `error_type` where they failed. */
  gatewayDuration: gateway('histogram', 'seconds', 'gen_ai_server_request_duration_seconds'),
  firstToken: vllm('histogram', 'seconds', 'vllm:time_to_first_token_seconds'),
  /** Once for each request that ends: decode time by its tokens but the first. Since 0.11. */
  timePerToken: vllm('histogram', 'seconds', 'vllm:request_time_per_output_token_seconds'),
  /** Once for each step of the decode. */
  interToken: vllm(
    'histogram',
    'seconds',
    'vllm:inter_token_latency_seconds',
    'vllm:time_per_output_token_seconds',
  ),
  queueTime: vllm('histogram', 'seconds', 'vllm:request_queue_time_seconds'),
  prefillTime: vllm('histogram', 'seconds', 'vllm:request_prefill_time_seconds'),
  decodeTime: vllm('histogram', 'seconds', 'vllm:request_decode_time_seconds'),
  requestTime: vllm('histogram', 'seconds', 'vllm:e2e_request_latency_seconds'),
  running: vllm('gauge', '1', 'vllm:num_requests_running'),
  waiting: vllm('gauge', '1', 'vllm:num_requests_waiting'),
  /** 1 is full, in spite of the name. */
  cacheUsage: vllm('gauge', 'ratio', 'vllm:kv_cache_usage_perc', 'vllm:gpu_cache_usage_perc'),
  prefixQueries: vllm(
    'counter',
    'tokens',
    'vllm:prefix_cache_queries_total',
    'vllm:gpu_prefix_cache_queries_total',
  ),
  prefixHits: vllm('counter', 'tokens', 'vllm:prefix_cache_hits_total', 'vllm:gpu_prefix_cache_hits_total'),
  preemptions: vllm('counter', '1', 'vllm:num_preemptions_total'),
  finished: vllm('counter', '1', 'vllm:request_success_total'),
  promptTokens: vllm('counter', 'tokens', 'vllm:prompt_tokens_total'),
  generatedTokens: vllm('counter', 'tokens', 'vllm:generation_tokens_total'),
  /** A rate already, averaged over the interval of the exporter; so is the next. */
  nvlinkSent: dcgm('gauge', 'bytes per second', 'DCGM_FI_PROF_NVLINK_TX_BYTES'),
  nvlinkReceived: dcgm('gauge', 'bytes per second', 'DCGM_FI_PROF_NVLINK_RX_BYTES'),
  gpuMemoryUsed: dcgm('gauge', 'mebibytes', 'DCGM_FI_DEV_FB_USED'),
  gpuMemoryFree: dcgm('gauge', 'mebibytes', 'DCGM_FI_DEV_FB_FREE'),
  gpuMemoryReserved: dcgm('gauge', 'mebibytes', 'DCGM_FI_DEV_FB_RESERVED'),
  gpuActive: dcgm('gauge', 'ratio', 'DCGM_FI_PROF_SM_ACTIVE'),
  /** Periods of 100 ms in which a container could run, and those in which it was stopped at its CPU limit. */
  cpuPeriods: cadvisor('counter', '1', 'container_cpu_cfs_periods_total'),
  cpuThrottled: cadvisor('counter', '1', 'container_cpu_cfs_throttled_periods_total'),
  /** Whether the last scrape of a target succeeded. */
  up: prometheus('gauge', '1', 'up'),
  /** Of the period of the last audit, by model, kind and source: ledger, gateway, engine, provider. */
  auditTokens: audit('gauge', 'tokens', 'billing_audit_tokens'),
  /** Of the same, by model, kind, source (gateway, upstream) and class: what a source has more than the ledger. */
  auditDifference: audit('gauge', 'tokens', 'billing_audit_difference_tokens'),
  /** 1 where the last audit could not be made, by model and source (gateway, upstream, tokenizer); else 0. */
  auditInconclusive: audit('gauge', '1', 'billing_audit_inconclusive'),
  /** When the last audit ended, by audit: flow, tokenizer. Seconds since 1970. */
  auditTime: audit('gauge', 'seconds', 'billing_audit_timestamp_seconds'),
  /** Tokens that a model told for samples, by those of our own count; 1 without drift. */
  tokenizerRatio: audit('gauge', 'ratio', 'billing_tokenizer_ratio'),
} as const;

/** The label for the kind of a token in the AI gateway's metrics. */
export const TOKEN_TYPE_LABEL = 'gen_ai_token_type';

/** What it says of each kind (internal/metrics/genai.go). */
export const TOKEN_TYPES = {
  input: 'input',
  cachedInput: 'cached_input',
  cacheWriteInput: 'cache_creation_input',
  output: 'output',
  reasoning: 'reasoning',
} as const;

/** Every name of a metric, the current one first. */
export const namesOf = ({ name, formerly }: Metric): readonly string[] => [name, ...formerly];

/** The names under which a page has the values of a metric. */
export const exposedNames = ({ type }: Metric, name: string): readonly string[] =>
  type === 'histogram' ? ['_bucket', '_count', '_sum'].map((suffix) => `${name}${suffix}`) : [name];

/** Names that were given up, and what took their place. */
export const RENAMED_METRICS: Readonly<Record<string, string>> = Object.fromEntries(
  Object.values(METRICS).flatMap((metric) => {
    const now = exposedNames(metric, metric.name);
    return metric.formerly.flatMap((old) =>
      exposedNames(metric, old).map((name, index) => [name, now[index] ?? ''] as const),
    );
  }),
);

/** A series that the platform records: the name that everybody queries. */
export interface RecordedSeries {
  readonly unit:
    | MetricUnit
    | 'events per second'
    | 'gigabytes per second'
    | 'money'
    | 'money per token'
    | 'times'
    | 'tokens per second';
  readonly meaning: string;
  /** Where the white paper has this figure. */
  readonly paper?: string;
  /** Of what it tells: of the gateway, of model servers of vLLM, of GPUs, of objectives, of budgets. */
  readonly of: 'gateway' | 'vLLM' | 'GPUs' | 'objectives' | 'budgets';
  /** Whether there is no value as long as nothing has happened: no error, no request. */
  readonly sparse?: true;
}

const seriesOf =
  (of: RecordedSeries['of']) =>
  (unit: RecordedSeries['unit'], meaning: string, paper?: string): RecordedSeries => ({
    ...{ unit, of, meaning },
    ...(paper !== undefined && { paper }),
  });

const ofGateway = seriesOf('gateway');
const ofEngine = seriesOf('vLLM');
const ofGpus = seriesOf('GPUs');
const sparse = (series: RecordedSeries) => ({ ...series, sparse: true }) as const;

/**
 * Every recorded series. Means and quantiles are of one minute, and absent while nothing is measured; sums are sums of
 * counters, so that a difference of two readings is exact.
 */
export const RECORDED_SERIES = {
  'gw:overhead_seconds:mean1m': ofGateway(
    'seconds',
    'time in the gateway, by calls that reached a model',
    'Table 3',
  ),
  'gw:downstream_seconds:mean1m': ofGateway('seconds', 'latency that clients see', 'Table 3'),
  'gw:upstream_seconds:mean1m': ofGateway('seconds', 'latency of the models', 'Table 3'),
  'gw:overhead:ratio1m': ofGateway(
    'ratio',
    'share of the gateway in the latency that clients see',
    'Table 3',
  ),
  'gw:tokens:sum': ofGateway('tokens', 'tokens, by workload, tenant, model and kind'),
  'gw:requests:sum': ofGateway('1', 'calls of models, by workload, tenant and model'),
  'gw:errors:sum': { ...ofGateway('1', 'failed calls, by workload, tenant and model'), sparse: true },
  'gw:rate_limited:sum': ofGateway('1', 'requests over a local limit'),
  'gw:cpu_throttled:ratio5m': sparse(ofGateway('ratio', 'periods in which Envoy was throttled, by pod')),
  'llm:ttft_seconds:mean1m': ofEngine('seconds', 'time to first token', 'Table 2'),
  'llm:ttft_seconds:p50_1m': ofEngine('seconds', 'time to first token, median'),
  'llm:ttft_seconds:p95_1m': ofEngine('seconds', 'time to first token, 95th percentile'),
  'llm:ttft_seconds:p99_1m': ofEngine('seconds', 'time to first token, 99th percentile', 'Figure 4'),
  'llm:ttft_seconds:baseline1d': ofEngine('seconds', 'time to first token without load: its lower quartile'),
  'llm:tpot_seconds:mean1m': ofEngine('seconds', 'time per output token, by request', 'Table 2'),
  'llm:itl_seconds:mean1m': ofEngine('seconds', 'inter-token latency', 'Table 2'),
  'llm:itl_seconds:p95_1m': ofEngine('seconds', 'inter-token latency, 95th percentile'),
  // Means alone: the first bucket of these histograms ends at 0.3 s, far above what they measure.
  'llm:queue_seconds:mean1m': ofEngine('seconds', 'time in the queue', 'Table 2'),
  'llm:prefill_seconds:mean1m': ofEngine('seconds', 'prefill time', 'Table 2'),
  'llm:decode_seconds:mean1m': ofEngine('seconds', 'decode time'),
  'llm:request_seconds:mean1m': ofEngine('seconds', 'time of a whole request in the engine'),
  'llm:requests_running:sum': ofEngine('1', 'requests in the batch'),
  'llm:requests_waiting:sum': ofEngine('1', 'requests in the queue'),
  'llm:kv_cache_usage:avg': ofEngine('ratio', 'KV cache in use', 'Figure 5'),
  'llm:kv_cache_usage:max': ofEngine('ratio', 'KV cache in use, the fullest replica'),
  'llm:prefix_cache_hits:ratio1m': ofEngine('ratio', 'prompt tokens found in the prefix cache'),
  'llm:preemptions:ratio1m': ofEngine('ratio', 'preemptions by request that ended'),
  'llm:prompt_tokens:rate1m': ofEngine('tokens per second', 'prompt tokens'),
  'llm:generation_tokens:rate1m': ofEngine('tokens per second', 'generated tokens'),
  'llm:flow_drift:ratio1h': sparse(
    ofEngine('ratio', 'tokens of the engine that the gateway did not count; below 0 it counted more'),
  ),
  'gpu:nvlink_gigabytes_per_second:sum': ofGpus(
    'gigabytes per second',
    'NVLink, sent and received by the GPUs of a node',
    'Figure 5',
  ),
  'gpu:memory_used:ratio': ofGpus('ratio', 'GPU memory in use, by node'),
  'gpu:sm_active:avg': ofGpus('ratio', 'streaming multiprocessors at work, by node'),
  ...OBJECTIVE_SERIES,
  ...BUDGET_SERIES,
} as const satisfies Record<string, RecordedSeries>;

/** The name of a recorded series. */
export type RecordedName = keyof typeof RECORDED_SERIES;

/** Those that every platform records; the others are recorded for each objective and each budget. */
export type PlatformSeries = Exclude<
  RecordedName,
  keyof typeof OBJECTIVE_SERIES | keyof typeof BUDGET_SERIES
>;

export const RECORDED_NAMES = Object.keys(RECORDED_SERIES) as readonly RecordedName[];
