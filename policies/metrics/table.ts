import { type Metric, type MetricUnit, metricsOf } from '../../base/metrics';

/** A metric that policies know. */
export interface KnownMetric extends Metric {
  /** Whether its count means something by itself: rows of a GPU that were remapped stay so. Default: false. */
  readonly isLasting?: true;
}

/** Metrics of one project, of which many names have one type and one unit. */
function tableOf(source: string, prefix: string) {
  const make = metricsOf(source);
  return (type: Metric['type'], unit: MetricUnit, names: string): readonly KnownMetric[] =>
    names
      .trim()
      .split(/\s+/)
      .map((name) => make(type, unit, `${prefix}${name}`));
}

const lasting = (metrics: readonly KnownMetric[]) =>
  metrics.map((metric): KnownMetric => ({ ...metric, isLasting: true }));

/** Of a page of 0.32 without a GPU, and the options of 0.33 that expose more. */
const vllm = tableOf('vLLM 0.32 and 0.33, /metrics', 'vllm:');

const VLLM = [
  ...vllm(
    'gauge',
    '1',
    'num_requests_waiting_by_reason engine_sleep_state cache_config_info lora_requests_info',
  ),
  ...vllm(
    'counter',
    'tokens',
    `prompt_tokens_by_source_total prompt_tokens_cached_total prompt_tokens_cached_by_source_total
    external_prefix_cache_queries_total external_prefix_cache_hits_total spec_decode_num_accepted_tokens_total
    spec_decode_num_draft_tokens_total spec_decode_num_accepted_tokens_per_pos_total`,
  ),
  ...vllm(
    'counter',
    '1',
    `mm_cache_queries_total mm_cache_hits_total admission_rejections_total spec_decode_num_drafts_total
    estimated_flops_per_gpu_total`,
  ),
  ...vllm('counter', 'bytes', 'estimated_read_bytes_per_gpu_total estimated_write_bytes_per_gpu_total'),
  ...vllm(
    'histogram',
    'tokens',
    `request_prompt_tokens request_generation_tokens request_max_num_generation_tokens request_params_max_tokens
    request_prefill_kv_computed_tokens iteration_tokens_total`,
  ),
  ...vllm('histogram', '1', 'request_params_n request_num_preemptions'),
  ...vllm(
    'histogram',
    'seconds',
    `request_inference_time_seconds kv_block_lifetime_seconds kv_block_idle_before_evict_seconds
    kv_block_reuse_gap_seconds`,
  ),
];

/**
 * Of the counters files, comments included, which users turn on. `DCGM_FI_DEV_NVLINK_BANDWIDTH_TOTAL` is left out: the file calls it a counter, and
 * its value is a rate on some GPUs.
 */
const dcgm = tableOf('dcgm-exporter 4.8.2, etc/*.csv', 'DCGM_');
const field = tableOf('DCGM 4, dcgm_fields.h', 'DCGM_');

const DCGM = [
  ...dcgm('gauge', 'megahertz', 'FI_DEV_SM_CLOCK FI_DEV_MEM_CLOCK'),
  ...dcgm('gauge', 'degrees Celsius', 'FI_DEV_MEMORY_TEMP FI_DEV_GPU_TEMP'),
  ...dcgm('gauge', 'watts', 'FI_DEV_POWER_USAGE'),
  ...dcgm('gauge', 'percent', 'FI_DEV_GPU_UTIL FI_DEV_MEM_COPY_UTIL FI_DEV_ENC_UTIL FI_DEV_DEC_UTIL'),
  ...field('gauge', 'mebibytes', 'FI_DEV_FB_TOTAL'),
  ...dcgm('gauge', '1', 'FI_DEV_XID_ERRORS FI_DEV_VGPU_LICENSE_STATUS FI_DEV_ROW_REMAP_FAILURE'),
  // Counts of a sliding window of five minutes, which fall again.
  ...dcgm('gauge', '1', 'EXP_XID_ERRORS_COUNT EXP_CLOCK_EVENTS_COUNT EXP_GPU_HEALTH_STATUS EXP_P2P_STATUS'),
  ...dcgm(
    'gauge',
    'ratio',
    `FI_PROF_GR_ENGINE_ACTIVE FI_PROF_SM_OCCUPANCY FI_PROF_PIPE_TENSOR_ACTIVE FI_PROF_DRAM_ACTIVE
    FI_PROF_PIPE_FP64_ACTIVE FI_PROF_PIPE_FP32_ACTIVE FI_PROF_PIPE_FP16_ACTIVE`,
  ),
  ...dcgm('gauge', 'bytes per second', 'FI_PROF_PCIE_TX_BYTES FI_PROF_PCIE_RX_BYTES'),
  ...dcgm('counter', 'millijoules', 'FI_DEV_TOTAL_ENERGY_CONSUMPTION'),
  ...dcgm(
    'counter',
    'nanoseconds',
    `FI_DEV_POWER_VIOLATION FI_DEV_THERMAL_VIOLATION FI_DEV_SYNC_BOOST_VIOLATION FI_DEV_BOARD_LIMIT_VIOLATION
    FI_DEV_LOW_UTIL_VIOLATION FI_DEV_RELIABILITY_VIOLATION`,
  ),
  ...dcgm(
    'counter',
    '1',
    `FI_DEV_PCIE_REPLAY_COUNTER FI_DEV_NVLINK_CRC_FLIT_ERROR_COUNT_TOTAL FI_DEV_NVLINK_CRC_DATA_ERROR_COUNT_TOTAL
    FI_DEV_NVLINK_REPLAY_ERROR_COUNT_TOTAL FI_DEV_NVLINK_RECOVERY_ERROR_COUNT_TOTAL`,
  ),
  ...lasting(
    dcgm(
      'counter',
      '1',
      `FI_DEV_ECC_SBE_VOL_TOTAL FI_DEV_ECC_DBE_VOL_TOTAL FI_DEV_ECC_SBE_AGG_TOTAL FI_DEV_ECC_DBE_AGG_TOTAL
      FI_DEV_RETIRED_SBE FI_DEV_RETIRED_DBE FI_DEV_RETIRED_PENDING
      FI_DEV_UNCORRECTABLE_REMAPPED_ROWS FI_DEV_CORRECTABLE_REMAPPED_ROWS`,
    ),
  ),
];

const PAGE = 'Envoy 1.38.2, /stats/prometheus';
const cluster = tableOf(PAGE, 'envoy_cluster_');
const http = tableOf(PAGE, 'envoy_http_');
const server = tableOf(PAGE, 'envoy_server_');

const ENVOY = [
  ...cluster(
    'counter',
    '1',
    `assignment_stale assignment_timeout_received bind_errors lb_healthy_panic membership_change original_dst_host_invalid
    outlier_detection_ejections_enforced_total outlier_detection_ejections_overflow
    ratelimit_error ratelimit_ok ratelimit_over_limit retry_or_shadow_abandoned
    update_attempt update_empty update_failure update_no_rebuild update_success
    upstream_cx_connect_attempts_exceeded upstream_cx_connect_fail upstream_cx_connect_timeout
    upstream_cx_destroy upstream_cx_destroy_local upstream_cx_destroy_local_with_active_rq upstream_cx_destroy_remote
    upstream_cx_destroy_remote_with_active_rq upstream_cx_destroy_with_active_rq upstream_cx_http1_total
    upstream_cx_http2_total upstream_cx_http3_total upstream_cx_idle_timeout upstream_cx_max_duration_reached
    upstream_cx_max_requests upstream_cx_none_healthy upstream_cx_overflow upstream_cx_pool_overflow
    upstream_cx_protocol_error upstream_cx_total upstream_flow_control_backed_up_total
    upstream_flow_control_drained_total upstream_flow_control_paused_reading_total
    upstream_flow_control_resumed_reading_total upstream_rq_cancelled upstream_rq_completed
    upstream_rq_maintenance_mode upstream_rq_max_duration_reached upstream_rq_pending_failure_eject
    upstream_rq_pending_overflow upstream_rq_pending_total upstream_rq_per_try_idle_timeout
    upstream_rq_per_try_timeout upstream_rq_retry upstream_rq_retry_backoff_exponential
    upstream_rq_retry_backoff_ratelimited upstream_rq_retry_limit_exceeded upstream_rq_retry_overflow
    upstream_rq_retry_success upstream_rq_rx_reset upstream_rq_timeout upstream_rq_total upstream_rq_tx_reset
    upstream_rq upstream_rq_xx external_upstream_rq external_upstream_rq_xx internal_upstream_rq
    internal_upstream_rq_xx`,
  ),
  ...cluster('counter', 'bytes', 'upstream_cx_rx_bytes_total upstream_cx_tx_bytes_total'),
  ...cluster(
    'gauge',
    '1',
    `lb_subsets_active max_host_weight membership_degraded membership_excluded membership_healthy membership_total
    upstream_cx_active upstream_rq_active upstream_rq_pending_active version warming_state
    circuit_breakers_default_cx_open circuit_breakers_default_cx_pool_open circuit_breakers_default_rq_open
    circuit_breakers_default_rq_pending_open circuit_breakers_default_rq_retry_open
    circuit_breakers_default_remaining_cx circuit_breakers_default_remaining_pending
    circuit_breakers_default_remaining_retries circuit_breakers_default_remaining_rq
    circuit_breakers_high_cx_open circuit_breakers_high_rq_open circuit_breakers_high_rq_pending_open
    outlier_detection_ejections_active manager_active_clusters manager_warming_clusters`,
  ),
  ...cluster('histogram', '1', 'upstream_rq_per_cx'),
  ...cluster('gauge', 'bytes', 'upstream_cx_rx_bytes_buffered upstream_cx_tx_bytes_buffered'),
  ...cluster(
    'histogram',
    'milliseconds',
    'external_upstream_rq_time internal_upstream_rq_time upstream_cx_connect_ms upstream_cx_length_ms',
  ),
  ...http(
    'counter',
    '1',
    `downstream_cx_destroy downstream_cx_destroy_local downstream_cx_destroy_remote downstream_cx_drain_close
    downstream_cx_http1_total downstream_cx_http2_total downstream_cx_http3_total downstream_cx_idle_timeout
    downstream_cx_max_duration_reached downstream_cx_protocol_error downstream_cx_ssl_total downstream_cx_total
    downstream_cx_upgrades_total downstream_rq_completed downstream_rq_http1_total downstream_rq_http2_total
    downstream_rq_http3_total downstream_rq_idle_timeout downstream_rq_non_relative_path
    downstream_rq_overload_close downstream_rq_response_before_rq_complete downstream_rq_rx_reset
    downstream_rq_timeout downstream_rq_too_large downstream_rq_total downstream_rq_tx_reset downstream_rq_xx
    downstream_rq_ws_on_non_ws_route rs_too_large local_rate_limit_enabled local_rate_limit_enforced
    local_rate_limit_ok no_cluster no_route rq_total rq_direct_response`,
  ),
  ...http('counter', 'bytes', 'downstream_cx_rx_bytes_total downstream_cx_tx_bytes_total'),
  ...http(
    'gauge',
    '1',
    `downstream_cx_active downstream_cx_http1_active downstream_cx_http2_active downstream_cx_http3_active
    downstream_cx_ssl_active downstream_cx_upgrades_active downstream_rq_active`,
  ),
  ...http('gauge', 'bytes', 'downstream_cx_rx_bytes_buffered downstream_cx_tx_bytes_buffered'),
  ...http('histogram', 'milliseconds', 'downstream_cx_length_ms'),
  ...server(
    'counter',
    '1',
    'debug_assertion_failures envoy_bug_failures dynamic_unknown_fields static_unknown_fields',
  ),
  ...server(
    'gauge',
    '1',
    'concurrency hot_restart_epoch parent_connections state stats_recent_lookups total_connections version',
  ),
  ...server('gauge', 'bytes', 'memory_allocated memory_heap_size memory_physical_size'),
  ...server('gauge', 'seconds', 'seconds_until_first_ocsp_response_expiring uptime'),
  ...server('histogram', 'milliseconds', 'initialization_time_ms'),
];

const aiGateway = tableOf('Envoy AI Gateway 1.0, internal/metrics', '');
const envoyGateway = tableOf('Envoy Gateway 1.8, internal/message and internal/xds/cache', '');
const rateLimit = tableOf('envoyproxy/ratelimit, src/stats/prom/default_mapper.yaml', 'ratelimit_service_');

const GATEWAYS = [
  ...aiGateway(
    'histogram',
    'seconds',
    `gen_ai_server_time_to_first_token_seconds gen_ai_server_time_per_output_token_seconds
    mcp_request_duration`,
  ),
  ...aiGateway(
    'counter',
    '1',
    'mcp_method_count_total mcp_capabilities_negotiated_total mcp_progress_notifications_total',
  ),
  ...envoyGateway('gauge', '1', 'watchable_depth'),
  ...envoyGateway(
    'counter',
    '1',
    `watchable_panics_recovered_total watchable_subscribe_total watchable_publish_total watchable_event_total
    xds_snapshot_create_total xds_snapshot_update_total`,
  ),
  ...envoyGateway('histogram', 'seconds', 'watchable_subscribe_duration_seconds xds_stream_duration_seconds'),
  ...rateLimit(
    'counter',
    '1',
    `rate_limit_total_hits rate_limit_over_limit rate_limit_near_limit rate_limit_within_limit rate_limit_shadow_mode
    should_rate_limit_error total_requests config_load_success config_load_error`,
  ),
  ...rateLimit('histogram', 'seconds', 'response_time_seconds'),
];

/** Metrics beside those of the platform: what dashboards and rules of others ask for. */
export const MORE_METRICS: readonly KnownMetric[] = [...VLLM, ...DCGM, ...ENVOY, ...GATEWAYS];
