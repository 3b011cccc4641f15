import assert from 'node:assert/strict';
import { test } from 'node:test';
import { modelServer } from '../../local/stand-ins/model-server';
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
    // The role, three tokens, the end, and the usage.
    assert.deepEqual(usages, [0, 1, 2, 3, 3, 3]);
  }
  await Promise.all([plain.stop(), forced.stop()]);
});

/** What the answers of one engine say of their prompts: two in one piece, and the end of a stream. */
async function promptDetails(promptDetails: boolean): Promise<unknown[]> {
  const pace = { firstTokenMs: 0, tokenMs: 0 };
  const { routes } = modelServer({ model, answerTokens: 1, pace, promptDetails });
  const ask = async (more: object = {}) => {
    const json = { model, messages: [{ role: 'user', content: 'x'.repeat(200) }], ...more };
    const reply = await routes['POST /v1/chat/completions']?.({
      ...{ method: 'POST', path: '/v1/chat/completions', query: new URLSearchParams() },
      ...{ headers: {}, body: Buffer.alloc(0), json, signal: new AbortController().signal },
    });
    if (reply && 'body' in reply) return JSON.parse(reply.body);
    const events: string[] = [];
    if (reply && 'events' in reply) for await (const event of reply.events) events.push(event);
    return JSON.parse(events.at(-1) ?? '');
  };
  const stream = { stream: true, stream_options: { include_usage: true } };
  const answers = [await ask(), await ask(), await ask(stream)];
  return answers.map(({ usage }) => usage.prompt_tokens_details);
}

test('tells what of a prompt was in the cache, once it was, and where it is to', async () => {
  // 50 tokens are 3 whole blocks of 16.
  const cached = { cached_tokens: 48 };
  assert.deepEqual(await promptDetails(true), [null, cached, cached]);
  assert.deepEqual(await promptDetails(false), [null, null, undefined]);
});
