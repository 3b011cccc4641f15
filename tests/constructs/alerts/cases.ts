import type { Input } from './promtool';
import { AUDIT_TIME, audited, calls, counter, engine, gauge, gpus, proxy, tokens, up } from './scenario';

/** How an alert comes to fire, worked out by hand. */
export interface Case {
  readonly alert: string;
  /** Which of the alerts of that name, where there are several. */
  readonly labels?: Readonly<Record<string, string>>;
  readonly shows: string;
  /** What differs from the loaded platform. */
  readonly input: Input;
  /** Seconds from the first sample to the first evaluation at which the condition holds. */
  readonly trueAt: number;
  /** Labels that the alert takes from the series. */
  readonly about: Readonly<Record<string, string>>;
  readonly summary: string;
}

/** How long every input lasts, in seconds. */
export const LASTS = 1200;

const GONE = '1+0x3 stale';
const SERVER = { namespace: 'ai-serving', pod: 'gpt-oss-120b-7d4' };
const MODEL = { namespace: 'ai-serving', model_name: 'gpt-oss-120b' };
const PROXY = { namespace: 'envoy-gateway-system', pod: 'envoy-1' };

/** The last sample is of second 45, and the next one is missing at 60. */
const absent = (series: string, part: string, input: Input, trueAt = 60): Case => ({
  alert: 'SeriesAbsent',
  labels: { part, series },
  shows: `${series} is gone`,
  input,
  trueAt,
  about: {},
  summary: `${series} has no value`,
});

/** The last sample is of second 135. A rate over a minute needs two: at 165 there are those of 120 and 135, at 180 one. */
const GONE_LATER = '0+6000x9 stale';
const RATE_IS_GONE = 180;

const ABSENT: readonly Case[] = [
  absent('envoy_server_live', 'gateway', { [proxy('envoy_server_live')]: GONE }),
  absent('llm:requests_running:sum', 'engine', { [engine('num_requests_running')]: GONE }),
  absent('llm:kv_cache_usage:avg', 'engine', { [engine('kv_cache_usage_perc')]: GONE }),
  absent('llm:prompt_tokens:rate1m', 'engine', { [engine('prompt_tokens_total')]: GONE_LATER }, RATE_IS_GONE),
  absent(
    'llm:generation_tokens:rate1m',
    'engine',
    { [engine('generation_tokens_total')]: GONE_LATER },
    RATE_IS_GONE,
  ),
  absent('gpu:sm_active:avg', 'gpu', gpus('PROF_SM_ACTIVE', GONE)),
  absent('gpu:memory_used:ratio', 'gpu', gpus('DEV_FB_USED', GONE)),
  absent('gpu:nvlink_gigabytes_per_second:sum', 'gpu', gpus('PROF_NVLINK_TX_BYTES', GONE)),
];

const halfFails: Case = {
  alert: 'ErrorBudgetBurnsFast',
  labels: { slo: 'ide-calls' },
  shows: 'half of the calls of a workload fail',
  // Two a second beside two that succeed: 50 % is above 14.4 times 1 % as soon as there is a rate, and 30 errors are above 5.
  input: { [calls('ide', 'gpt-oss-120b', ', error_type="_OTHER"')]: counter([LASTS, 2]) },
  trueAt: 15,
  about: { slo: 'ide-calls', objective: 'availability', workload: 'ide' },
  summary: 'ide-calls: 50% miss the objective of 99 %',
};

const fewFail: Case = {
  alert: 'ErrorBudgetBurnsSlowly',
  labels: { slo: 'ide-calls' },
  shows: 'one call of fifty fails, which is twice the budget',
  // 0.04 a second: 4.2 after 105 seconds and 4.8 after 120, where 4.5 stands for the minimum of five.
  input: {
    [calls('ide', 'gpt-oss-120b')]: counter([LASTS, 1.96]),
    [calls('ide', 'gpt-oss-120b', ', error_type="_OTHER"')]: counter([LASTS, 0.04]),
  },
  trueAt: 120,
  about: { slo: 'ide-calls', objective: 'availability', workload: 'ide' },
  summary: 'ide-calls: 2% miss the objective of 99 %',
};

const lateTokens: Case = {
  alert: 'ErrorBudgetBurnsSlowly',
  labels: { slo: 'first-token' },
  shows: 'a fifth of the first tokens is late: more than three times 5 %, and less than six times',
  input: { [engine('time_to_first_token_seconds_bucket', ', le="0.25"')]: counter([LASTS, 3.2]) },
  trueAt: 15,
  about: { slo: 'first-token', objective: 'timeToFirstToken', model: 'gpt-oss-120b' },
  summary: 'first-token: 20% miss the objective of 95 %',
};

const slowTokens: Case = {
  alert: 'ErrorBudgetBurnsFast',
  labels: { slo: 'per-token' },
  shows: 'half of the requests are slow',
  input: { [engine('request_time_per_output_token_seconds_bucket', ', le="0.1"')]: counter([LASTS, 2]) },
  trueAt: 15,
  about: { slo: 'per-token', objective: 'timePerOutputToken', model: 'gpt-oss-120b' },
  summary: 'per-token: 50% miss the objective of 99.5 %',
};

const saturated: Case = {
  alert: 'EngineSaturated',
  shows: 'the first token takes 500 ms where it took 100',
  // The minute before 615 has two parts of 100 ms and one of 500, on average 233 ms; that before 630, 367.
  input: { [engine('time_to_first_token_seconds_sum')]: counter([600, 0.4], [600, 2]) },
  trueAt: 630,
  about: MODEL,
  summary: 'gpt-oss-120b: the first token takes 500ms',
};

const thrashing: Case = {
  alert: 'EngineThrashing',
  shows: 'one preemption a second, and nothing ends any more',
  // In the minute before 75: 15 preemptions for 120 requests that ended.
  input: {
    [engine('num_preemptions_total')]: counter([60, 0], [600, 1]),
    [engine('request_success_total', ', finished_reason="stop"')]: counter([60, 4], [600, 0]),
  },
  trueAt: 75,
  about: MODEL,
  summary: 'gpt-oss-120b: 60 preemptions for each request that ends',
};

const stuck: Case = {
  alert: 'EngineStuck',
  shows: 'twelve requests run, and the last token was at 60',
  // The two minutes before 165 begin after 45: all samples are the same.
  input: { [engine('generation_tokens_total')]: counter([60, 400], [900, 0]) },
  trueAt: 165,
  about: { ...SERVER, ...MODEL, engine: '0' },
  summary: 'gpt-oss-120b on gpt-oss-120b-7d4: 12 requests run, and no token is generated',
};

const drift: Case = {
  alert: 'TokenFlowDrift',
  shows: 'the gateway counts 3,960 of 4,400 tokens a second',
  // The engine has 66,000 after 15 seconds, and 132,000 after 30.
  input: { [tokens('ide', 'gpt-oss-120b', 'input')]: counter([LASTS, 1560]) },
  trueAt: 30,
  about: { model_name: 'gpt-oss-120b' },
  summary: 'gpt-oss-120b: gateway and engine differ by 10% of the tokens',
};

const down: Case = {
  alert: 'TargetDown',
  shows: 'the model server does not answer from 60 on',
  input: { [up('vllm', 'gpt-oss-120b-7d4')]: gauge([60, 1], [900, 0]) },
  trueAt: 60,
  about: { job: 'ai-observability/vllm', namespace: 'x', pod: 'gpt-oss-120b-7d4' },
  summary: 'ai-observability/vllm: gpt-oss-120b-7d4 cannot be scraped',
};

const throttled: Case = {
  alert: 'EnvoyThrottled',
  shows: 'a fifth of the periods is throttled from 300 on',
  // In the five minutes before 315: 30 of 2,850 periods.
  input: {
    [proxy('container_cpu_cfs_throttled_periods_total', ', container="envoy"')]: counter([300, 0], [900, 2]),
  },
  trueAt: 315,
  about: PROXY,
  summary: 'envoy-1: Envoy is throttled in 20% of the periods',
};

const passing: Case = {
  alert: 'RateLimiterFailingOpen',
  shows: 'three requests pass at 60, and one a second after them',
  // Envoy has no such series before the first of them, and a rate needs two samples.
  input: {
    [proxy('envoy_cluster_ratelimit_failure_mode_allowed', ', envoy_cluster_name="httproute/a/b/rule/0"')]:
      '_x4 3+15x60',
  },
  trueAt: 75,
  about: PROXY,
  summary: 'envoy-1: requests pass without their token budget',
};

const certificate: Case = {
  alert: 'CertificateExpiresSoon',
  shows: 'fourteen days become thirteen',
  input: { [proxy('envoy_server_days_until_first_cert_expiring')]: gauge([60, 14], [900, 13]) },
  trueAt: 60,
  about: PROXY,
  summary: 'envoy-1: a certificate expires in 13 days',
};

const silent: Case = {
  alert: 'NvlinkSilent',
  shows: 'four GPUs compute, and nothing goes over NVLink from 60 on',
  input: {
    ...gpus('PROF_NVLINK_TX_BYTES', gauge([60, 32e9], [900, 0])),
    ...gpus('PROF_NVLINK_RX_BYTES', gauge([60, 32e9], [900, 0])),
  },
  trueAt: 60,
  about: SERVER,
  summary: 'gpt-oss-120b-7d4: the GPUs compute, and NVLink carries 0B/s',
};

const gap: Case = {
  alert: 'BillingGap',
  shows: 'an audit at 60 finds 2,000 of 1,000,000 tokens that passed no gateway',
  input: {
    [audited('audit_difference_tokens', ', kind="output", source="upstream", class="bypassed"')]: gauge(
      [60, 0],
      [LASTS, 1900],
    ),
  },
  trueAt: 60,
  // And 100 without a reason, which are too few alone.
  about: { model: 'gpt-oss-120b' },
  summary: 'gpt-oss-120b: 0.2% of the tokens are not billed as used',
};

const tokenizer: Case = {
  alert: 'TokenizerDrift',
  shows: 'from 60 on the model tells 1.25 tokens for each',
  input: { [audited('tokenizer_ratio')]: gauge([60, 1], [LASTS, 1.25]) },
  trueAt: 60,
  about: { model: 'gpt-oss-120b' },
  summary: 'gpt-oss-120b: it tells 25% more or fewer tokens than its texts have',
};

const inconclusive: Case = {
  alert: 'AuditInconclusive',
  shows: 'an audit at 60 had no counters of the gateway',
  input: { [audited('audit_inconclusive', ', source="gateway"')]: gauge([60, 0], [LASTS, 1]) },
  trueAt: 60,
  about: { model: 'gpt-oss-120b', source: 'gateway' },
  summary: 'gpt-oss-120b: the last audit of its gateway was inconclusive',
};

const overdue: Case = {
  alert: 'AuditOverdue',
  shows: 'the last audit ended 600 seconds less than two days before the clock began',
  // Not before 615 is it more than two days, and looked at it is two evaluations later.
  input: { [AUDIT_TIME]: gauge([LASTS + 15, 600 - 2 * 86_400]) },
  trueAt: 615,
  about: { audit: 'flow' },
  summary: 'flow: the last audit ended 2d 0h 0m 45s ago',
};

/**
 * At least one case for every alert, by the platform on which they happen together. Where the budget burns fast the slow
 * alert fires too, so each of the two has a platform of its own, and so has the engine without a token.
 */
export const SCENARIOS: Readonly<Record<string, readonly Case[]>> = {
  'series are absent': ABSENT,
  'the budget burns fast': [
    ...[down, throttled, passing, certificate, silent, saturated],
    ...[halfFails, slowTokens],
  ],
  'the budget burns slowly': [drift, thrashing, fewFail, lateTokens],
  'audits find something': [gap, tokenizer, inconclusive, overdue],
  'an engine is stuck': [stuck],
};
