import type { PlatformSeries } from '../../base/metrics';
import type { Input } from './alerts/promtool';
import { counter, gauge } from './alerts/scenario';

/** When the expression is asked, in seconds: the minute before has the samples of 75, 90, 105 and 120. */
export const AT = 120;

/** What is exposed, and what is recorded of it, worked out by hand: value by labels. */
export interface Numbers {
  readonly input: Input;
  readonly expected: Readonly<Record<string, number>>;
  /** What stands in the way of a value where nothing happens; absent: there is one all the same. */
  readonly absentWhenIdle?: true;
}

const grows = (perSecond: number) => counter([AT, perSecond]);
const is = (value: number) => gauge([AT + 15, value]);

const MODEL = '{model_name="m", namespace="ai"}';
const replica = (pod: string) => `namespace="ai", model_name="m", engine="0", pod="${pod}"`;

/** A time of two replicas: the first has 4 requests a second at 100 ms, the second one at 600 ms; (0.4 + 0.6) / 5. */
const mean = (metric: string): Numbers => ({
  input: {
    [`vllm:${metric}_seconds_sum{${replica('a')}}`]: grows(0.4),
    [`vllm:${metric}_seconds_count{${replica('a')}}`]: grows(4),
    [`vllm:${metric}_seconds_sum{${replica('b')}}`]: grows(0.6),
    [`vllm:${metric}_seconds_count{${replica('b')}}`]: grows(1),
  },
  expected: { [MODEL]: 0.2 },
  absentWhenIdle: true,
});

/** Of ten requests a second five take up to 0.1 s, four up to 0.25 s and one up to 0.5 s; half of them by each replica. */
const quantile = (metric: string, value: number): Numbers => ({
  input: Object.fromEntries(
    ['a', 'b'].flatMap((pod) =>
      Object.entries({ '0.1': 2.5, '0.25': 4.5, '0.5': 5, '+Inf': 5 }).map(([le, perSecond]) => [
        `vllm:${metric}_seconds_bucket{${replica(pod)}, le="${le}"}`,
        grows(perSecond),
      ]),
    ),
  ),
  expected: { [MODEL]: value },
  absentWhenIdle: true,
});

/** Of two replicas, each as `values` says. */
const ofReplicas = (metric: string, values: readonly [string, string], expected: number): Numbers => ({
  input: Object.fromEntries(
    values.map((value, index) => [`vllm:${metric}{${replica('ab'[index] ?? '')}}`, value]),
  ),
  expected: { [MODEL]: expected },
});

const ratio = (over: string, under: string, rates: readonly [number, number], expected: number): Numbers => ({
  input: {
    [`vllm:${over}{${replica('a')}}`]: grows(rates[0]),
    [`vllm:${under}{${replica('a')}}`]: grows(rates[1]),
  },
  expected: { [MODEL]: expected },
});

const listener = (suffix: string, prefix = 'http-10080') =>
  `envoy_http_downstream_rq_time_${suffix}{envoy_http_conn_manager_prefix="${prefix}"}`;
const cluster = (suffix: string, name = 'httproute/ai/chat/rule/0') =>
  `envoy_cluster_upstream_rq_time_${suffix}{envoy_cluster_name="${name}"}`;

/** Two calls a second of 1,003 ms, of which the model takes 1,000; one refused call every two seconds, of no time at all. */
const ENVOY: Input = {
  [listener('sum')]: grows(2006),
  [listener('count')]: grows(2.5),
  [cluster('sum')]: grows(2000),
  [cluster('count')]: grows(2),
  // Not calls: the page of the administrator, and the limiter that Envoy asks.
  [listener('sum', 'admin')]: grows(500),
  [listener('count', 'admin')]: grows(100),
  [cluster('sum', 'ratelimit_cluster')]: grows(30),
  [cluster('count', 'ratelimit_cluster')]: grows(3),
};

const ofEnvoy = (value: number): Numbers => ({
  input: ENVOY,
  expected: { '{}': value },
  absentWhenIdle: true,
});

const call = (pod: string, more = '') => `pod="${pod}", workload_app="ide", gen_ai_request_model="m"${more}`;
const OF_CALLS = 'gen_ai_request_model="m", workload_app="ide"';

/** 9 e18 is what DCGM writes where it could not read. */
const perGpu = (field: string, values: readonly number[]): Input =>
  Object.fromEntries(
    values.map((value, index) => [`DCGM_FI_${field}{Hostname="gpu-0", gpu="${index}"}`, is(value)]),
  );
const NODE = '{Hostname="gpu-0"}';

/** One case for each series that every platform records. */
export const NUMBERS: Readonly<Record<PlatformSeries, Numbers>> = {
  // (2006 - 2000) / 2 calls: 3 ms.
  'gw:overhead_seconds:mean1m': ofEnvoy(0.003),
  // 2006 / 2.5, refused calls among them.
  'gw:downstream_seconds:mean1m': ofEnvoy(0.8024),
  'gw:upstream_seconds:mean1m': ofEnvoy(1),
  // 6 of 2006.
  'gw:overhead:ratio1m': ofEnvoy(0.002991027),
  'gw:tokens:sum': {
    input: {
      [`gen_ai_client_token_usage_sum{${call('a', ', gen_ai_token_type="input"')}}`]: grows(10),
      [`gen_ai_client_token_usage_sum{${call('b', ', gen_ai_token_type="input"')}}`]: grows(5),
      [`gen_ai_client_token_usage_sum{${call('a', ', gen_ai_token_type="output"')}}`]: grows(1),
    },
    expected: {
      [`{${OF_CALLS}, gen_ai_token_type="input"}`]: 1800,
      [`{${OF_CALLS}, gen_ai_token_type="output"}`]: 120,
    },
  },
  'gw:requests:sum': {
    input: {
      [`gen_ai_server_request_duration_seconds_count{${call('a')}}`]: grows(2),
      [`gen_ai_server_request_duration_seconds_count{${call('b', ', error_type="_OTHER"')}}`]: grows(1),
      [`gen_ai_server_request_duration_seconds_count{${call('b', ', tenant="acme"')}}`]: grows(5),
    },
    expected: { [`{${OF_CALLS}}`]: 360, [`{${OF_CALLS}, tenant="acme"}`]: 600 },
  },
  'gw:errors:sum': {
    input: {
      [`gen_ai_server_request_duration_seconds_count{${call('a')}}`]: grows(2),
      [`gen_ai_server_request_duration_seconds_count{${call('b', ', error_type="_OTHER"')}}`]: grows(1),
    },
    expected: { [`{${OF_CALLS}, error_type="_OTHER"}`]: 120 },
  },
  'gw:rate_limited:sum': {
    input: {
      'envoy_http_local_rate_limit_rate_limited{pod="a"}': grows(1),
      'envoy_http_local_rate_limit_rate_limited{pod="b"}': grows(0.5),
    },
    expected: { '{}': 180 },
  },
  'gw:cpu_throttled:ratio5m': {
    input: {
      'container_cpu_cfs_periods_total{namespace="gw", pod="a", container="envoy"}': grows(10),
      'container_cpu_cfs_throttled_periods_total{namespace="gw", pod="a", container="envoy"}': grows(2),
      'container_cpu_cfs_periods_total{namespace="gw", pod="a", container="ai-gateway-extproc"}': grows(10),
      'container_cpu_cfs_throttled_periods_total{namespace="gw", pod="a", container="ai-gateway-extproc"}':
        grows(10),
    },
    expected: { '{namespace="gw", pod="a"}': 0.2 },
    absentWhenIdle: true,
  },
  'llm:ttft_seconds:mean1m': mean('time_to_first_token'),
  // The middle of ten is rank 5, the end of the first bucket.
  'llm:ttft_seconds:p50_1m': quantile('time_to_first_token', 0.1),
  // Rank 9.5: half of the way from 0.25 to 0.5.
  'llm:ttft_seconds:p95_1m': quantile('time_to_first_token', 0.375),
  // Rank 9.9: nine tenths of the way.
  'llm:ttft_seconds:p99_1m': quantile('time_to_first_token', 0.475),
  'llm:ttft_seconds:baseline1d': {
    // Nine values from 0.1 to 0.9: a quarter of the way is the third.
    input: {
      'llm:ttft_seconds:mean1m{namespace="ai", model_name="m"}': '0.9 0.1 0.8 0.2 0.7 0.3 0.6 0.4 0.5',
    },
    expected: { [MODEL]: 0.3 },
  },
  'llm:tpot_seconds:mean1m': mean('request_time_per_output_token'),
  'llm:itl_seconds:mean1m': mean('inter_token_latency'),
  'llm:itl_seconds:p95_1m': quantile('inter_token_latency', 0.375),
  'llm:queue_seconds:mean1m': mean('request_queue_time'),
  'llm:prefill_seconds:mean1m': mean('request_prefill_time'),
  'llm:decode_seconds:mean1m': mean('request_decode_time'),
  'llm:request_seconds:mean1m': mean('e2e_request_latency'),
  'llm:requests_running:sum': ofReplicas('num_requests_running', [is(12), is(3)], 15),
  'llm:requests_waiting:sum': ofReplicas('num_requests_waiting', [is(4), is(0)], 4),
  'llm:kv_cache_usage:avg': ofReplicas('kv_cache_usage_perc', [is(0.4), is(0.6)], 0.5),
  'llm:kv_cache_usage:max': ofReplicas('kv_cache_usage_perc', [is(0.4), is(0.6)], 0.6),
  'llm:prefix_cache_hits:ratio1m': {
    ...ratio('prefix_cache_hits_total', 'prefix_cache_queries_total', [400, 1000], 0.4),
    absentWhenIdle: true,
  },
  'llm:preemptions:ratio1m': ratio('num_preemptions_total', 'request_success_total', [0.5, 2], 0.25),
  'llm:prompt_tokens:rate1m': ofReplicas('prompt_tokens_total', [grows(1500), grows(500)], 2000),
  'llm:generation_tokens:rate1m': ofReplicas('generation_tokens_total', [grows(150), grows(50)], 200),
  'llm:flow_drift:ratio1h': {
    // 900 of 1,000 prompt tokens and 90 of 100 generated ones; cached ones are a part of the prompt.
    input: {
      [`vllm:prompt_tokens_total{${replica('a')}}`]: grows(1000),
      [`vllm:generation_tokens_total{${replica('a')}}`]: grows(100),
      [`gen_ai_client_token_usage_sum{${call('a', ', gen_ai_token_type="input"')}}`]: grows(900),
      [`gen_ai_client_token_usage_sum{${call('a', ', gen_ai_token_type="output"')}}`]: grows(90),
      [`gen_ai_client_token_usage_sum{${call('a', ', gen_ai_token_type="cached_input"')}}`]: grows(700),
    },
    expected: { '{model_name="m"}': 0.1 },
    absentWhenIdle: true,
  },
  'gpu:nvlink_gigabytes_per_second:sum': {
    input: {
      ...perGpu('PROF_NVLINK_TX_BYTES', [32e9, 33e9, 9e18]),
      ...perGpu('PROF_NVLINK_RX_BYTES', [30e9, 35e9, 31e9]),
    },
    expected: { [NODE]: 130 },
  },
  'gpu:memory_used:ratio': {
    input: {
      ...perGpu('DEV_FB_USED', [60_000, 40_000]),
      ...perGpu('DEV_FB_FREE', [19_000, 39_000]),
      ...perGpu('DEV_FB_RESERVED', [1000, 1000]),
    },
    expected: { [NODE]: 0.625 },
  },
  'gpu:sm_active:avg': { input: perGpu('PROF_SM_ACTIVE', [0.5, 0.7, 9e18]), expected: { [NODE]: 0.6 } },
};
