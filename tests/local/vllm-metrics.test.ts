import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Engine } from '../../local/stand-ins/engine/engine';
import type { EngineLimits } from '../../local/stand-ins/engine/scheduler';
import { VllmMetrics } from '../../local/stand-ins/vllm-metrics';
import { parseMetrics } from '../../validation/metrics';

/** Of vLLM 0.32's page, by type; of counters with `_total`. */
const NAMES = {
  gauge:
    'num_requests_running num_requests_waiting num_requests_waiting_by_reason kv_cache_usage_perc cache_config_info',
  counter: `prefix_cache_queries_total prefix_cache_hits_total num_preemptions_total prompt_tokens_total
    prompt_tokens_by_source_total prompt_tokens_cached_total generation_tokens_total request_success_total`,
  histogram: `request_prompt_tokens request_generation_tokens iteration_tokens_total request_max_num_generation_tokens
    request_params_n request_params_max_tokens time_to_first_token_seconds inter_token_latency_seconds
    request_time_per_output_token_seconds e2e_request_latency_seconds request_queue_time_seconds
    request_inference_time_seconds request_prefill_time_seconds request_decode_time_seconds request_num_preemptions
    request_prefill_kv_computed_tokens`,
};

const PACE = { firstTokenMs: 30, tokenMs: 20 };

/** A page that is fed by an engine on a clock of its own. */
function trial(limits: EngineLimits) {
  const metrics: VllmMetrics = new VllmMetrics('gpt-oss-120b', limits, {
    running: () => engine.scheduler.running.length,
    waiting: () => engine.scheduler.waiting.length,
    cacheUsage: () => engine.scheduler.pool.usage,
  });
  const engine: Engine = new Engine(limits, PACE, metrics);
  let now = 0;
  return {
    submit: (promptTokens: number, answerTokens: number, promptHashes: readonly number[] = []) =>
      engine.submit({ promptTokens, answerTokens, promptHashes, finishReason: 'stop' }, now),
    /** Until nothing is to do, or the engine's clock shows so many seconds. */
    run(until = Number.POSITIVE_INFINITY): void {
      for (let ends = engine.advance(now); ends !== undefined && ends <= until; ends = engine.advance(now)) {
        now = ends;
      }
    },
    abort: (sequence: ReturnType<Engine['submit']>) => engine.abort(sequence, now),
    text: () => metrics.text(),
    async page() {
      const samples = parseMetrics(await metrics.text());
      return (name: string, labels: Readonly<Record<string, string>> = {}) => {
        const found = samples.filter(
          (sample) =>
            sample.name === `vllm:${name}` &&
            Object.entries(labels).every(([label, value]) => sample.labels[label] === value),
        );
        assert.equal(found.length, 1, name);
        return found[0]?.value ?? Number.NaN;
      };
    },
  };
}

describe('the page of metrics of an engine', () => {
  test('has names, types and labels of vLLM 0.32', async () => {
    const text = await trial({ maxSequences: 1, maxBatchedTokens: 1, blockSize: 4, blocks: 9 }).text();
    for (const [type, names] of Object.entries(NAMES)) {
      for (const name of names.split(/\s+/)) assert.ok(text.includes(`# TYPE vllm:${name} ${type}\n`), name);
    }
    const samples = parseMetrics(text);
    const labelled = (label: string, name: string) =>
      samples.flatMap((sample) => (sample.name === `vllm:${name}` ? [sample.labels[label]] : []));
    const reasons = ['stop', 'length', 'abort', 'error', 'repetition'];
    assert.deepEqual(labelled('finished_reason', 'request_success_total'), reasons);
    assert.deepEqual(labelled('reason', 'num_requests_waiting_by_reason'), ['capacity', 'deferred']);
    assert.deepEqual(labelled('block_size', 'cache_config_info'), ['4']);
    assert.deepEqual(labelled('model_name', 'cache_config_info'), [undefined]);
    assert.deepEqual(labelled('engine', 'num_requests_running'), ['0']);
  });

  test('has the times and tokens of requests of which one waits and one is preempted [engine-page]', async () => {
    // 6 blocks of 4 tokens. The two of 8 tokens run from 0 s and have 5 tokens at 0.11 s. Then the first takes the last
    // block and ends at 0.13 s, the second is computed anew until 0.16 s, and the third has room only now.
    const { submit, run, page } = trial({ maxSequences: 8, maxBatchedTokens: 64, blockSize: 4, blocks: 7 });
    for (const [prompt, answer] of [
      [8, 6],
      [8, 6],
      [12, 1],
    ] as const) {
      submit(prompt, answer);
    }
    run(0.115);
    const during = await page();
    assert.deepEqual([during('num_requests_running'), during('num_requests_waiting')], [1, 2]);
    assert.equal(during('num_requests_waiting_by_reason', { reason: 'capacity' }), 2);
    assert.equal(during('kv_cache_usage_perc'), 4 / 6);

    run();
    const at = await page();
    for (const [name, value] of [
      ['num_preemptions_total', 1],
      ['request_num_preemptions_sum', 1],
      ['request_num_preemptions_count', 3],
      ['prompt_tokens_total', 28],
      ['prefix_cache_queries_total', 28],
      ['generation_tokens_total', 13],
      ['iteration_tokens_total_sum', 28 + 13],
      ['iteration_tokens_total_count', 8],
      ['inter_token_latency_seconds_count', 10],
      ['kv_cache_usage_perc', 0],
    ] as const) {
      assert.equal(at(name), value, name);
    }
    for (const [name, seconds] of [
      ['time_to_first_token_seconds', 0.03 + 0.03 + 0.19],
      ['inter_token_latency_seconds', 0.1 + 0.13],
      ['request_queue_time_seconds', 0.16],
      ['request_prefill_time_seconds', 0.09],
      ['request_decode_time_seconds', 0.1 + 0.13],
      ['request_inference_time_seconds', 0.13 + 0.16 + 0.03],
      ['e2e_request_latency_seconds', 0.13 + 0.16 + 0.19],
      ['request_time_per_output_token_seconds', 0.02 + 0.026],
    ] as const) {
      assert.ok(Math.abs(at(`${name}_sum`) - seconds) < 1e-9, `${name}: ${at(`${name}_sum`)}`);
    }
  });

  test('tells tokens from the cache from those that were computed', async () => {
    const { submit, run, page } = trial({ maxSequences: 8, maxBatchedTokens: 64, blockSize: 4, blocks: 101 });
    for (let time = 0; time < 2; time += 1) {
      submit(10, 1, [1, 2]);
      run();
    }
    const at = await page();
    assert.deepEqual([at('prefix_cache_queries_total'), at('prefix_cache_hits_total')], [20, 8]);
    assert.deepEqual([at('prompt_tokens_total'), at('prompt_tokens_cached_total')], [20, 8]);
    assert.equal(at('prompt_tokens_by_source_total', { source: 'local_compute' }), 12);
    assert.equal(at('prompt_tokens_by_source_total', { source: 'local_cache_hit' }), 8);
    assert.equal(at('request_prefill_kv_computed_tokens_sum'), 12);
  });

  test('counts the tokens of a request that its client leaves, and no times of it', async () => {
    const { submit, run, abort, page } = trial({
      ...{ maxSequences: 8, maxBatchedTokens: 64, blockSize: 4, blocks: 101 },
    });
    const sequence = submit(10, 100);
    run(0.07);
    abort(sequence);
    const at = await page();
    assert.equal(at('request_success_total', { finished_reason: 'abort' }), 1);
    assert.deepEqual([at('prompt_tokens_total'), at('generation_tokens_total')], [10, 3]);
    assert.equal(at('time_to_first_token_seconds_count'), 1);
    assert.equal(at('e2e_request_latency_seconds_count'), 0);
    assert.equal(at('num_requests_running'), 0);
  });
});
