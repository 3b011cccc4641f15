import { type Input, STEP } from './promtool';

/** Fields that `DCGM_FI_…` leaves out of its names here. */
const GPUS = ['0', '1', '2', '3'];

const ENGINE = 'namespace="ai-serving", pod="gpt-oss-120b-7d4", engine="0", model_name="gpt-oss-120b"';
const PROXY = 'namespace="envoy-gateway-system", pod="envoy-1"';

/** A series of the model server. */
export const engine = (metric: string, more = '') => `vllm:${metric}{${ENGINE}${more}}`;

/** A series of the proxy. */
export const proxy = (metric: string, more = '') => `${metric}{${PROXY}${more}}`;

/** A series of one of the GPUs. */
export const gpu = (field: string, index: string) =>
  `DCGM_FI_${field}{Hostname="gpu-0", gpu="${index}", namespace="ai-serving", pod="gpt-oss-120b-7d4"}`;

/** A field of all four GPUs. */
export const gpus = (field: string, values: string): Input =>
  Object.fromEntries(GPUS.map((index) => [gpu(field, index), values]));

/** Calls of models that the gateway counted. */
export const calls = (workload: string, model: string, more = '') =>
  `gen_ai_server_request_duration_seconds_count{${PROXY}, workload_app="${workload}", gen_ai_request_model="${model}"${more}}`;

export const tokens = (workload: string, model: string, kind: string) =>
  `gen_ai_client_token_usage_sum{${PROXY}, workload_app="${workload}", gen_ai_request_model="${model}", gen_ai_token_type="${kind}"}`;

export const up = (monitor: string, pod: string) =>
  `up{job="ai-observability/${monitor}", namespace="x", pod="${pod}"}`;

/** A series of an audit of the model. */
export const audited = (metric: string, more = '') =>
  `billing_${metric}{instance="node-1", model="gpt-oss-120b"${more}}`;

/** What an audit of a day wrote: the streams that clients left, one token in ten thousand without a reason. */
const audit = (all: (value: number) => string): Input => ({
  [audited('audit_tokens', ', kind="output", source="ledger"')]: all(1e6),
  [audited('audit_tokens', ', kind="output", source="engine"')]: all(1e6),
  [audited('audit_difference_tokens', ', kind="output", source="gateway", class="aborted"')]: all(-90_000),
  [audited('audit_difference_tokens', ', kind="output", source="upstream", class="unexplained"')]: all(-100),
  [audited('audit_inconclusive', ', source="upstream"')]: all(0),
  [audited('tokenizer_ratio')]: all(0.999),
  [AUDIT_TIME]: all(-86_400),
});

/** The clock of promtool begins at 0: the audit ended a day before. */
export const AUDIT_TIME = 'billing_audit_timestamp_seconds{instance="node-1", audit="flow"}';

/** Counters that are read every `step` seconds. */
export function countersOf(step: number) {
  return (...parts: readonly (readonly [lasts: number, perSecond: number])[]): string => {
    let value = 0;
    const runs = parts.map(([lasts, perSecond]) => {
      const [steps, growth] = [lasts / step, perSecond * step];
      const run = `${value + growth}+${growth}x${steps - 1}`;
      value += growth * steps;
      return run;
    });
    return ['0', ...runs].join(' ');
  };
}

/**
 * A counter that grows by some figure a second, one after the other.
 *
 * @param parts How many seconds at which rate.
 */
export const counter = countersOf(STEP);

/** A gauge: how many seconds at which value. */
export const gauge = (...parts: readonly (readonly [lasts: number, value: number])[]): string =>
  parts.map(([lasts, value]) => `${value}+0x${lasts / STEP - 1}`).join(' ');

const BUCKETS = ['0.01', '0.05', '0.1', '0.25', '0.5', '+Inf'];

/** A histogram whose values all lie between 0.05 and 0.1 seconds. */
export function histogram(
  name: (suffix: string, more?: string) => string,
  perSecond: number,
  mean: number,
  lasts: number,
) {
  const grows = (rate: number) => counter([lasts, rate]);
  return {
    [name('_count')]: grows(perSecond),
    [name('_sum')]: grows(perSecond * mean),
    ...Object.fromEntries(
      BUCKETS.map((le) => [
        name('_bucket', `, le="${le}"`),
        grows(le === '+Inf' || Number(le) >= 0.1 ? perSecond : 0),
      ]),
    ),
  };
}

/**
 * What every target exposes while the platform works: a proxy, a model server with four GPUs, two workloads. While it is
 * busy it is audited every day, and an idle one never was.
 *
 * @param lasts Seconds.
 * @param callsPerSecond Of each workload; 0 is an idle platform.
 */
export function platform(lasts: number, callsPerSecond: number): Input {
  const busy = callsPerSecond > 0;
  const rate = 2 * callsPerSecond;
  const all = (value: number) => gauge([lasts + STEP, value]);
  const grows = (perSecond: number) => counter([lasts, perSecond]);
  const time = (metric: string, mean: number) =>
    histogram((suffix, more) => engine(`${metric}_seconds${suffix}`, more), rate, mean, lasts);
  return {
    [up('envoy-proxy', 'envoy-1')]: all(1),
    [up('vllm', 'gpt-oss-120b-7d4')]: all(1),
    [up('dcgm-exporter', 'exporter-1')]: all(1),
    [proxy('envoy_server_live')]: all(1),
    [proxy('envoy_server_days_until_first_cert_expiring')]: all(89),
    ...histogram(
      (suffix, more = '') =>
        proxy(
          `envoy_http_downstream_rq_time${suffix}`,
          `, envoy_http_conn_manager_prefix="http-10080"${more}`,
        ),
      rate,
      1000,
      lasts,
    ),
    ...histogram(
      (suffix, more = '') =>
        proxy(
          `envoy_cluster_upstream_rq_time${suffix}`,
          `, envoy_cluster_name="httproute/ai/x/rule/0"${more}`,
        ),
      rate,
      998,
      lasts,
    ),
    [proxy('container_cpu_cfs_periods_total', ', container="envoy"')]: grows(10),
    [proxy('container_cpu_cfs_throttled_periods_total', ', container="envoy"')]: grows(0),
    ...(busy && {
      [calls('ide', 'gpt-oss-120b')]: grows(callsPerSecond),
      [calls('ci', 'gpt-oss-120b')]: grows(callsPerSecond),
      [tokens('ide', 'gpt-oss-120b', 'input')]: grows(callsPerSecond * 1000),
      [tokens('ide', 'gpt-oss-120b', 'output')]: grows(callsPerSecond * 100),
      [tokens('ci', 'gpt-oss-120b', 'input')]: grows(callsPerSecond * 1000),
      [tokens('ci', 'gpt-oss-120b', 'output')]: grows(callsPerSecond * 100),
      ...audit(all),
    }),
    ...time('time_to_first_token', 0.0625),
    ...time('request_time_per_output_token', 0.0625),
    ...time('inter_token_latency', 0.0625),
    ...time('request_queue_time', 0.001),
    ...time('request_prefill_time', 0.05),
    ...time('request_decode_time', 6),
    ...time('e2e_request_latency', 7),
    [engine('num_requests_running')]: all(busy ? 12 : 0),
    [engine('num_requests_waiting')]: all(0),
    [engine('kv_cache_usage_perc')]: all(busy ? 0.4 : 0),
    [engine('prefix_cache_queries_total')]: grows(rate * 1000),
    [engine('prefix_cache_hits_total')]: grows(rate * 400),
    [engine('num_preemptions_total')]: grows(0),
    [engine('request_success_total', ', finished_reason="stop"')]: grows(rate),
    [engine('prompt_tokens_total')]: grows(rate * 1000),
    [engine('generation_tokens_total')]: grows(rate * 100),
    ...gpus('PROF_NVLINK_TX_BYTES', all(busy ? 32e9 : 0)),
    ...gpus('PROF_NVLINK_RX_BYTES', all(busy ? 32e9 : 0)),
    ...gpus('PROF_SM_ACTIVE', all(busy ? 0.75 : 0)),
    ...gpus('DEV_FB_USED', all(70_000)),
    ...gpus('DEV_FB_FREE', all(10_000)),
    ...gpus('DEV_FB_RESERVED', all(600)),
  };
}
