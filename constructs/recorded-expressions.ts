import { METRICS, type Metric, namesOf, type PlatformSeries, TOKEN_TYPE_LABEL } from '../base/metrics';
import { TENANT_LABEL, WORKLOAD_LABEL } from '../config';

/** Envoy's listener; Envoy Gateway calls it `http-<port>` or `https-<port>`. */
const LISTENERS = '{envoy_http_conn_manager_prefix=~"https?-.+"}';

/** Envoy's clusters of routes: `httproute/<namespace>/<route>/rule/<n>`; others belong to filters. */
const ROUTES = '{envoy_cluster_name=~"httproute/.+"}';

/** A caller and a model in the AI gateway's metrics; who calls without a tenant has no such label. */
const GATEWAY_MODEL = `${WORKLOAD_LABEL}, ${TENANT_LABEL}, gen_ai_request_model`;

/** A model server of vLLM, all its replicas. */
const ENGINE = 'namespace, model_name';

/** A node with GPUs: dcgm-exporter renames the label after 4.8.2, and an absent one groups as empty. */
const NODE = 'Hostname, hostname';

/** DCGM writes values of this size for fields that it cannot read. */
const BLANK = '1e15';

/**
 * The values of a metric under any name that it had. Where a version exposes two names, the current one is taken, and
 * nothing counts twice.
 *
 * @param of What is taken of each name: a rate, a suffix, a selection of labels.
 */
const any = (metric: Metric, of: (name: string) => string) => namesOf(metric).map(of).join(' or ');

const rate = (metric: Metric, suffix = '', labels = '') =>
  any(metric, (name) => `rate(${name}${suffix}${labels}[1m])`);

/** The container of Envoy in a proxy pod. */
const ENVOY = '{container="envoy"}';

const ofEnvoy = ({ name }: Metric) => `sum by (namespace, pod) (rate(${name}${ENVOY}[5m]))`;

const hourOf = (metric: Metric, suffix = '', labels = '') =>
  any(metric, (name) => `increase(${name}${suffix}${labels}[1h])`);

/** Tokens that the engines of a model processed in an hour. */
const engineHour = `(sum by (model_name) (${hourOf(METRICS.promptTokens)})\n  + sum by (model_name) (${hourOf(METRICS.generatedTokens)}))`;

/** Tokens that the gateway counted for it: other kinds are parts of these two. */
const gatewayHour = `sum by (model_name) (label_replace(${hourOf(METRICS.gatewayTokens, '_sum', `{${TOKEN_TYPE_LABEL}=~"input|output"}`)}, "model_name", "$1", "gen_ai_request_model", "(.+)"))`;

/** `> 0` keeps what is idle from recording NaN. */
const engineMean = (metric: Metric) =>
  `sum by (${ENGINE}) (${rate(metric, '_sum')})\n/ (sum by (${ENGINE}) (${rate(metric, '_count')}) > 0)`;

/** `>= 0` keeps what is idle from recording NaN. */
const engineQuantile = (quantile: number, metric: Metric) =>
  `histogram_quantile(${quantile}, sum by (${ENGINE}, le) (${rate(metric, '_bucket')})) >= 0`;

const engine = (aggregation: 'avg' | 'max' | 'sum', metric: Metric) =>
  `${aggregation} by (${ENGINE}) (${any(metric, (name) => name)})`;

const engineRate = (metric: Metric) => `sum by (${ENGINE}) (${rate(metric)})`;

const { downstreamTime, upstreamTime } = METRICS;
const downstream = `sum(${rate(downstreamTime, '_sum', LISTENERS)})`;
const upstream = `sum(${rate(upstreamTime, '_sum', ROUTES)})`;
/** Calls that reached a model. */
const reached = `(sum(${rate(upstreamTime, '_count', ROUTES)}) > 0)`;

/** A field of DCGM, where it could be read. */
export const readable = ({ name }: Metric, labels = '') => `(${name}${labels} < ${BLANK})`;

const perNode = (aggregation: 'avg' | 'sum', ...metrics: readonly Metric[]) =>
  `${aggregation} by (${NODE}) (${metrics.map((metric) => readable(metric)).join(' + ')})`;

/** Each recorded series in PromQL. */
export const RECORDED_EXPRESSIONS: Readonly<Record<PlatformSeries, string>> = {
  // Sums are subtracted, not means: refused calls (404, 429) exist only downstream and would pull a downstream mean
  // below the upstream one.
  'gw:overhead_seconds:mean1m': `(${downstream}\n- ${upstream})\n/ ${reached}\n/ 1000`,
  'gw:downstream_seconds:mean1m': `${downstream}\n/ (sum(${rate(downstreamTime, '_count', LISTENERS)}) > 0)\n/ 1000`,
  'gw:upstream_seconds:mean1m': `${upstream}\n/ ${reached}\n/ 1000`,
  'gw:overhead:ratio1m': `(${downstream}\n- ${upstream})\n/ (${downstream} > 0)`,
  // By kind, because kinds overlap: cached input is a part of input, reasoning a part of output. A replaced gateway pod
  // takes its share out of the sum; `increase()` would estimate, and never sees the first call of a series.
  'gw:tokens:sum': `sum by (${GATEWAY_MODEL}, ${TOKEN_TYPE_LABEL}) (${any(METRICS.gatewayTokens, (name) => `${name}_sum`)})`,
  'gw:requests:sum': `sum by (${GATEWAY_MODEL}) (${METRICS.gatewayDuration.name}_count)`,
  'gw:errors:sum': `sum by (${GATEWAY_MODEL}, error_type) (${METRICS.gatewayDuration.name}_count{error_type!=""})`,
  'gw:rate_limited:sum': `sum(${METRICS.rateLimited.name})`,
  'gw:cpu_throttled:ratio5m': `${ofEnvoy(METRICS.cpuThrottled)}\n/ (${ofEnvoy(METRICS.cpuPeriods)} > 0)`,
  'llm:ttft_seconds:mean1m': engineMean(METRICS.firstToken),
  'llm:ttft_seconds:p50_1m': engineQuantile(0.5, METRICS.firstToken),
  'llm:ttft_seconds:p95_1m': engineQuantile(0.95, METRICS.firstToken),
  'llm:ttft_seconds:p99_1m': engineQuantile(0.99, METRICS.firstToken),
  // Of the minutes in which anything was measured: a quarter of them had less load than the others. The alert for
  // saturation compares with it, so a day is used, which no saturation fills.
  'llm:ttft_seconds:baseline1d': 'quantile_over_time(0.25, llm:ttft_seconds:mean1m[1d])',
  'llm:tpot_seconds:mean1m': engineMean(METRICS.timePerToken),
  'llm:itl_seconds:mean1m': engineMean(METRICS.interToken),
  'llm:itl_seconds:p95_1m': engineQuantile(0.95, METRICS.interToken),
  'llm:queue_seconds:mean1m': engineMean(METRICS.queueTime),
  'llm:prefill_seconds:mean1m': engineMean(METRICS.prefillTime),
  'llm:decode_seconds:mean1m': engineMean(METRICS.decodeTime),
  'llm:request_seconds:mean1m': engineMean(METRICS.requestTime),
  'llm:requests_running:sum': engine('sum', METRICS.running),
  'llm:requests_waiting:sum': engine('sum', METRICS.waiting),
  'llm:kv_cache_usage:avg': engine('avg', METRICS.cacheUsage),
  'llm:kv_cache_usage:max': engine('max', METRICS.cacheUsage),
  'llm:prefix_cache_hits:ratio1m': `${engineRate(METRICS.prefixHits)}\n/ (${engineRate(METRICS.prefixQueries)} > 0)`,
  // The least divisor is one request a minute: in a real thrash nothing ends, and a plain ratio would vanish when it is
  // needed most.
  'llm:preemptions:ratio1m': `${engineRate(METRICS.preemptions)}\n/ clamp_min(${engineRate(METRICS.finished)}, 1 / 60)`,
  // A model of which the gateway counted nothing has no series there, and a drift of 1.
  'llm:flow_drift:ratio1h': `1 - (${gatewayHour}\n  or 0 * ${engineHour})\n/ (${engineHour} > 0)`,
  'llm:prompt_tokens:rate1m': engineRate(METRICS.promptTokens),
  'llm:generation_tokens:rate1m': engineRate(METRICS.generatedTokens),
  'gpu:nvlink_gigabytes_per_second:sum': `${perNode('sum', METRICS.nvlinkSent, METRICS.nvlinkReceived)} / 1e9`,
  'gpu:memory_used:ratio': `${perNode('sum', METRICS.gpuMemoryUsed)}\n/ ${perNode('sum', METRICS.gpuMemoryUsed, METRICS.gpuMemoryFree, METRICS.gpuMemoryReserved)}`,
  'gpu:sm_active:avg': perNode('avg', METRICS.gpuActive),
};
