/** A name of vLLM that is no longer there. */
export interface Retired {
  /** The last minor version of vLLM, as `0.<minor>`, that exposed it without an option. */
  readonly until: number;
  /** What to ask instead, where it has no successor of the same meaning. */
  readonly instead?: string;
}

const perSecond = (counter: string) => `use rate(${counter}[1m])`;
const swapped =
  'delete it: since vLLM 0.11 nothing is swapped to the CPU; preemptions are vllm:num_preemptions_total';
const hitRate = 'use rate(vllm:prefix_cache_hits_total[5m]) / rate(vllm:prefix_cache_queries_total[5m])';

/**
 * Metrics that vLLM gave up: those of the first engine with 0.11, renamed ones when their new names were two versions
 * old. Wheels of 0.8.5 to 0.33 and docs/design/metrics.md.
 */
export const RETIRED: Readonly<Record<string, Retired>> = {
  'vllm:gpu_cache_usage_perc': { until: 10 },
  'vllm:gpu_prefix_cache_queries_total': { until: 10 },
  'vllm:gpu_prefix_cache_hits_total': { until: 10 },
  'vllm:time_per_output_token_seconds': { until: 11 },
  'vllm:num_requests_swapped': { until: 10, instead: swapped },
  'vllm:cpu_cache_usage_perc': { until: 10, instead: swapped },
  'vllm:gpu_prefix_cache_hit_rate': { until: 10, instead: hitRate },
  'vllm:cpu_prefix_cache_hit_rate': { until: 10, instead: hitRate },
  'vllm:avg_prompt_throughput_toks_per_s': { until: 10, instead: perSecond('vllm:prompt_tokens_total') },
  'vllm:avg_generation_throughput_toks_per_s': {
    until: 10,
    instead: perSecond('vllm:generation_tokens_total'),
  },
};

/** What is known of a name that was given up; of a histogram also by the names of its series. */
export const retired = (name: string): Retired | undefined =>
  RETIRED[name] ?? RETIRED[name.replace(/_(?:bucket|count|sum)$/, '')];
