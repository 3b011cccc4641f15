import assert from 'node:assert/strict';
import { test } from 'node:test';
import { modelServer } from '../../local/stand-ins/model-server';
import { ServedEngine } from '../../local/stand-ins/served-engine';
import { parseMetrics } from '../../validation/metrics';
import { model } from './model-server-series';

const PACE = { firstTokenMs: 30, tokenMs: 20 };

function exchange(content: string, maxTokens: number) {
  return {
    ...{ method: 'POST', path: '/v1/chat/completions', query: new URLSearchParams(), headers: {} },
    ...{ body: Buffer.alloc(0), signal: new AbortController().signal },
    json: { model, messages: [{ role: 'user', content }], max_tokens: maxTokens },
  };
}

test('with a time scale the engine’s clock goes as many times as fast, and its metrics are by that clock', async () => {
  const { routes } = modelServer({ model, answerTokens: 10, pace: PACE, timeScale: 10 });
  const began = performance.now();
  await routes['POST /v1/chat/completions']?.(exchange('Hello', 10));
  const seconds = (performance.now() - began) / 1000;
  const page = await routes['GET /metrics']?.(exchange('', 1));
  const samples = parseMetrics(page && 'body' in page ? page.body : '');
  const total = samples.find(({ name }) => name === 'vllm:e2e_request_latency_seconds_sum')?.value ?? 0;
  // 30 ms and nine times 20 ms on its clock.
  assert.ok(total >= 0.21 - 1e-9, `${total}`);
  assert.ok(total <= seconds * 10, `${total} on its clock in ${seconds} s`);
});

test('answers that come together are made together: a batch, not one after another', async () => {
  const { routes } = modelServer({ model, answerTokens: 5, pace: PACE, timeScale: 100 });
  const ask = routes['POST /v1/chat/completions'];
  await Promise.all(Array.from({ length: 20 }, () => ask?.(exchange('Hello', 5))));
  const page = await routes['GET /metrics']?.(exchange('', 1));
  const samples = parseMetrics(page && 'body' in page ? page.body : '');
  const steps = samples.find(({ name }) => name === 'vllm:iteration_tokens_total_count')?.value;
  assert.equal(steps, 5);
});

test('refuses a cache that is too small for the longest answer', () => {
  assert.throws(
    () => new ServedEngine({ model, answerTokens: 32, pace: PACE, limits: { blocks: 3, blockSize: 16 } }),
    /3 blocks of 16 tokens are too few for an answer of 32 tokens: use more blocks/,
  );
  assert.doesNotThrow(
    () => new ServedEngine({ model, answerTokens: 31, pace: PACE, limits: { blocks: 3, blockSize: 16 } }),
  );
});
