import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import type { EngineLimits } from './engine/scheduler';

/** Bucket bounds in seconds: the families of vLLM's `vllm/v1/metrics/buckets.py`. */
const requestLatency = [
  0.3, 0.5, 0.8, 1, 1.5, 2, 2.5, 5, 10, 15, 20, 30, 40, 50, 60, 120, 240, 480, 960, 1920, 7680,
];
const timeToFirstToken = [
  0.001, 0.005, 0.01, 0.02, 0.04, 0.06, 0.08, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10, 20, 40, 80, 160, 640,
  2560,
];
const interTokenLatency = [
  0.01, 0.025, 0.05, 0.075, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.75, 1, 2.5, 5, 7.5, 10, 20, 40, 80,
];

/** Bounds in tokens: 1, 2, 5 and their tenfolds up to the longest context, here that of gpt-oss-120b. */
const tokenCounts = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 20_000, 50_000, 100_000];
const iterationTokens = [1, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, 4096, 8192, 16_384];
const preemptionCounts = [1, 2, 3, 4, 5, 10, 20];
const choiceCounts = [1, 2, 5, 10, 20];

/** Values of the label `finished_reason`, all of which a page has from the start. */
const finishedReasons = ['stop', 'length', 'abort', 'error', 'repetition'];

const promptSources = ['local_compute', 'local_cache_hit', 'external_kv_transfer'];

/** What gauges show at the moment of a scrape. */
export interface EngineGauges {
  running(): number;
  waiting(): number;
  /** 1 is full. */
  cacheUsage(): number;
}

/** Series by the names of vLLM 0.32's page; `vllm:` is added. */
function seriesBuilders(registry: Registry) {
  const named = (name: string, help: string) => ({ name: `vllm:${name}`, help, registers: [registry] });
  const gauge = (name: string, help: string, value: () => number) =>
    new Gauge({
      ...named(name, help),
      collect() {
        this.set(value());
      },
    });
  const counter = (name: string, help: string) => new Counter(named(name, help));
  const labelled = (name: string, help: string, label: string, values: readonly string[]) => {
    const made = new Counter({ ...named(name, help), labelNames: [label] });
    for (const value of values) made.inc({ [label]: value }, 0);
    return made;
  };
  const histogram = (name: string, help: string, buckets: number[]) =>
    new Histogram({ ...named(name, help), buckets });
  return { named, gauge, counter, labelled, histogram };
}

/** Declares the gauges of the engine as it is now. */
export function declareGauges(registry: Registry, engine: EngineGauges): void {
  const { named, gauge } = seriesBuilders(registry);
  gauge('num_requests_running', 'Requests in the batch.', engine.running);
  gauge('num_requests_waiting', 'Requests in the queue.', engine.waiting);
  gauge('kv_cache_usage_perc', 'Blocks of the KV cache in use; 1 is full.', engine.cacheUsage);
  new Gauge({
    ...named('num_requests_waiting_by_reason', 'Requests in the queue by what they wait for.'),
    labelNames: ['reason'],
    collect() {
      this.set({ reason: 'capacity' }, engine.waiting());
      this.set({ reason: 'deferred' }, 0);
    },
  });
}

/** Declares the series that requests move, and gives them. */
export function declareSeries(registry: Registry) {
  const { counter, labelled, histogram } = seriesBuilders(registry);
  const tokens = (name: string, help: string) => histogram(name, help, tokenCounts);
  const latency = (name: string, help: string) => histogram(name, help, requestLatency);
  return {
    promptTotal: counter('prompt_tokens_total', 'Prompt tokens, once a prompt is complete.'),
    promptBySource: labelled('prompt_tokens_by_source_total', 'Prompt tokens.', 'source', promptSources),
    promptCached: counter('prompt_tokens_cached_total', 'Prompt tokens that were found in the cache.'),
    generationTotal: counter('generation_tokens_total', 'Generated tokens.'),
    prefixQueries: counter('prefix_cache_queries_total', 'Tokens looked up in the prefix cache.'),
    prefixHits: counter('prefix_cache_hits_total', 'Tokens found in the prefix cache.'),
    preemptions: counter('num_preemptions_total', 'Sequences that lost their blocks.'),
    finished: labelled('request_success_total', 'Ended requests.', 'finished_reason', finishedReasons),
    firstToken: histogram('time_to_first_token_seconds', 'Arrival to first token.', timeToFirstToken),
    interToken: histogram('inter_token_latency_seconds', 'Token to token.', interTokenLatency),
    perToken: histogram(
      'request_time_per_output_token_seconds',
      'Mean time per token after the first, by request.',
      interTokenLatency,
    ),
    endToEnd: latency('e2e_request_latency_seconds', 'Arrival to last token.'),
    queue: latency('request_queue_time_seconds', 'Arrival to first place in a batch.'),
    inference: latency('request_inference_time_seconds', 'First place in a batch to last token.'),
    prefill: latency('request_prefill_time_seconds', 'First place in a batch to first token.'),
    decode: latency('request_decode_time_seconds', 'First to last token.'),
    iteration: histogram('iteration_tokens_total', 'Tokens by step that gave some.', iterationTokens),
    requestPrompt: tokens('request_prompt_tokens', 'Prompt tokens by request.'),
    requestComputed: tokens('request_prefill_kv_computed_tokens', 'Prompt tokens that were computed.'),
    requestGeneration: tokens('request_generation_tokens', 'Generated tokens by request.'),
    requestLongest: tokens('request_max_num_generation_tokens', 'Of the longest choice of a request.'),
    requestLimit: tokens('request_params_max_tokens', 'max_tokens of requests that have it.'),
    requestChoices: histogram('request_params_n', 'Choices by request: always 1.', choiceCounts),
    requestPreemptions: histogram('request_num_preemptions', 'Preemptions by request.', preemptionCounts),
  };
}

/** For a registry of its own: vLLM gives this series the label `engine` but not `model_name`. */
export function declareCache(registry: Registry, { blockSize, blocks }: EngineLimits): void {
  const labels = {
    engine: '0',
    block_size: `${blockSize}`,
    num_gpu_blocks: `${blocks}`,
    kv_cache_size_tokens: `${blockSize * blocks}`,
    enable_prefix_caching: 'True',
  };
  new Gauge({
    name: 'vllm:cache_config_info',
    help: 'The KV cache that this stand-in claims to have.',
    labelNames: Object.keys(labels),
    registers: [registry],
  }).set(labels, 1);
}
