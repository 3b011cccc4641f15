import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { Meter } from './completion';

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

const finishedReasons = ['stop', 'length', 'abort', 'error', 'repetition'];

/** The KV cache that the stand-in claims: vLLM's default block of 16 tokens; the number of blocks is made up. */
const blockSize = 16;
const gpuBlocks = 8192;
const cacheTokens = blockSize * gpuBlocks;

export interface VllmMetrics {
  readonly contentType: string;
  /** The page that Prometheus scrapes. */
  text(): Promise<string>;
  /** A request begins; the meter must be told how it ends. */
  begin(promptTokens: number): Meter;
}

/** Declares every series in a registry, and gives those that requests move. */
function seriesIn(registry: Registry, heldTokens: () => number) {
  const named = (name: string, help: string) => ({ name: `vllm:${name}`, help, registers: [registry] });
  const counter = (name: string, help: string) => new Counter(named(name, help));
  const histogram = (name: string, help: string, buckets: number[]) =>
    new Histogram({ ...named(name, help), buckets });

  const running = new Gauge(named('num_requests_running', 'Requests being answered.'));
  new Gauge(named('num_requests_waiting', 'Queued requests; a stand-in has no queue.'));
  new Gauge({
    ...named('kv_cache_usage_perc', 'Tokens of running requests over kv_cache_size_tokens; 1 is full.'),
    collect() {
      this.set(Math.min(1, heldTokens() / cacheTokens));
    },
  });

  const promptTotal = counter('prompt_tokens_total', 'Prompt tokens.');
  const generationTotal = counter('generation_tokens_total', 'Generated tokens.');
  const prefixQueries = counter('prefix_cache_queries_total', 'Tokens looked up in the prefix cache.');
  counter('prefix_cache_hits_total', 'Tokens found in the prefix cache; a stand-in has none.');
  counter('num_preemptions_total', 'Preemptions; a stand-in never preempts.');
  const finished = new Counter({
    ...named('request_success_total', 'Ended requests by reason.'),
    labelNames: ['finished_reason'],
  });
  for (const reason of finishedReasons) finished.inc({ finished_reason: reason }, 0);

  const firstToken = histogram('time_to_first_token_seconds', 'Arrival to first token.', timeToFirstToken);
  const interToken = histogram('inter_token_latency_seconds', 'Token to token.', interTokenLatency);
  const perToken = histogram(
    'request_time_per_output_token_seconds',
    'Mean time per token after the first, by request.',
    interTokenLatency,
  );
  const endToEnd = histogram('e2e_request_latency_seconds', 'Arrival to last token.', requestLatency);
  const queue = histogram('request_queue_time_seconds', 'Always 0: a stand-in has no queue.', requestLatency);
  const prefill = histogram('request_prefill_time_seconds', 'Start to first token.', requestLatency);
  const decode = histogram('request_decode_time_seconds', 'First to last token.', requestLatency);

  return {
    ...{ running, promptTotal, generationTotal, prefixQueries, finished },
    ...{ firstToken, interToken, perToken, endToEnd, queue, prefill, decode },
  };
}

/**
 * vLLM's series, alike in name, labels and meaning, fed by the requests that the stand-in really served. It has no
 * queue, no prefix cache and no preemption: those series exist and stay at zero. Prompt tokens count when the first
 * token is out. The histograms of whole requests get a value when a request ends by itself; an aborted one counts
 * only as `abort`.
 */
export function vllmMetrics(model: string): VllmMetrics {
  const registry = new Registry();
  registry.setDefaultLabels({ model_name: model, engine: '0' });
  let heldTokens = 0;
  const series = seriesIn(registry, () => heldTokens);
  const info = cacheConfig();

  return {
    contentType: registry.contentType,
    text: async () => `${await registry.metrics()}\n${await info.metrics()}`,
    begin(promptTokens) {
      const arrived = performance.now();
      let firstAt = arrived;
      let lastAt = arrived;
      let tokens = 0;
      series.running.inc();
      heldTokens += promptTokens;
      return {
        token() {
          const now = performance.now();
          tokens += 1;
          heldTokens += 1;
          series.generationTotal.inc();
          if (tokens === 1) {
            firstAt = now;
            series.promptTotal.inc(promptTokens);
            series.prefixQueries.inc(promptTokens);
            series.firstToken.observe((now - arrived) / 1000);
          } else {
            series.interToken.observe((now - lastAt) / 1000);
          }
          lastAt = now;
        },
        finish(reason) {
          series.running.dec();
          heldTokens -= promptTokens + tokens;
          series.finished.inc({ finished_reason: reason });
          if (reason === 'abort') return;
          series.endToEnd.observe((lastAt - arrived) / 1000);
          series.queue.observe(0);
          series.prefill.observe((firstAt - arrived) / 1000);
          series.decode.observe((lastAt - firstAt) / 1000);
          series.perToken.observe(tokens > 1 ? (lastAt - firstAt) / 1000 / (tokens - 1) : 0);
        },
      };
    },
  };
}

/** A registry of its own: vLLM gives this series the label `engine` but not `model_name`. */
function cacheConfig(): Registry {
  const registry = new Registry();
  const labels = {
    engine: '0',
    block_size: `${blockSize}`,
    num_gpu_blocks: `${gpuBlocks}`,
    kv_cache_size_tokens: `${cacheTokens}`,
    enable_prefix_caching: 'False',
    gpu_memory_utilization: '0.0',
  };
  new Gauge({
    name: 'vllm:cache_config_info',
    help: 'The KV cache that this stand-in claims to have.',
    labelNames: Object.keys(labels),
    registers: [registry],
  }).set(labels, 1);
  return registry;
}
