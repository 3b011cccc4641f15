import assert from 'node:assert/strict';
import { test } from 'node:test';
import { messages, post, readEvents, startStandIn } from './stand-in-process';

const model = 'gpt-oss-120b';

test('tells the usage so far in every chunk when it is asked to, or made to, as vLLM does', async () => {
  const plain = await startStandIn('model-server', ['--model', model]);
  const forced = await startStandIn('model-server', ['--model', model, '--force-usage']);
  const continuous = { stream_options: { include_usage: true, continuous_usage_stats: true } };
  for (const [url, options] of [
    [plain.url, continuous],
    [forced.url, {}],
  ] as const) {
    const body = { model, messages, stream: true, max_completion_tokens: 3, ...options };
    const events: string[] = [];
    for await (const batch of readEvents(await post(`${url}/v1/chat/completions`, body)))
      events.push(...batch);
    const usages = events.slice(0, -1).map((event) => JSON.parse(event).usage.completion_tokens);
    assert.deepEqual(usages, [1, 2, 3, 3]);
  }
  await Promise.all([plain.stop(), forced.stop()]);
});
