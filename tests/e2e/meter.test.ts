import assert from 'node:assert/strict';
import { once } from 'node:events';
import { request as send } from 'node:http';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { RESPONSE_MODEL, TOKEN_METADATA } from '../../constructs/token-metadata';
import { eventMessage } from '../../local/stand-ins/event-stream';
import { bodyOf, MeterProxy } from './meter-proxy';

/** What each path answers: pieces of a stream, each a write of its own. */
const STREAMS: Readonly<
  Record<string, { readonly type?: string; readonly parts: readonly (string | Buffer)[] }>
> = {
  '/vllm': {
    parts: [
      ...[0, 1, 2, 3].map((n) =>
        frame({
          ...{ id: 'chatcmpl-1', model: 'gpt-oss-120b' },
          ...{ choices: [{ index: 0, delta: { content: 'a' } }], usage: usage(7, n) },
        }),
      ),
      frame({ choices: [], usage: usage(7, 3) }),
      'data: [DONE]\n\n',
    ],
  },
  '/openai': {
    parts: [
      frame({ choices: [{ index: 0, delta: { content: 'a' } }], usage: null }),
      frame({
        choices: [],
        usage: {
          ...usage(2006, 300),
          prompt_tokens_details: { cached_tokens: 1920 },
          completion_tokens_details: { reasoning_tokens: 64 },
        },
      }),
      'data: [DONE]\n\n',
    ],
  },
  // Numbers of an answer from Anthropic's prompt cache: 50 + 100,000 + 248 tokens of prompt.
  '/anthropic': {
    parts: [
      frame({
        type: 'message_start',
        message: {
          model: 'claude-sonnet-4-5-20250929',
          usage: {
            input_tokens: 50,
            cache_read_input_tokens: 100_000,
            cache_creation_input_tokens: 248,
            output_tokens: 1,
          },
        },
      }),
      frame({ type: 'content_block_delta', delta: { text: 'a' } }),
      frame({ type: 'message_delta', usage: { output_tokens: 503 } }),
    ],
  },
  '/gemini': {
    parts: [
      frame({
        ...{ candidates: [], modelVersion: 'gemini-2.5-flash' },
        usageMetadata: { promptTokenCount: 11, candidatesTokenCount: 2 },
      }),
      frame({
        candidates: [],
        usageMetadata: {
          promptTokenCount: 11,
          cachedContentTokenCount: 4,
          candidatesTokenCount: 9,
          thoughtsTokenCount: 30,
          totalTokenCount: 50,
        },
      }),
    ],
  },
  '/bedrock': {
    type: 'application/vnd.amazon.eventstream',
    parts: [
      eventMessage('contentBlockDelta', { delta: { text: 'a' } }),
      eventMessage('metadata', { usage: { inputTokens: 5, outputTokens: 6, cacheReadInputTokens: 8 } }),
    ],
  },
  '/responses': {
    parts: [
      frame({
        type: 'response.completed',
        response: {
          model: 'gpt-5',
          usage: { input_tokens: 9, input_tokens_details: { cached_tokens: 3 }, output_tokens: 4 },
        },
      }),
    ],
  },
  // A model that writes what looks like a usage.
  '/quoting': {
    parts: [
      frame({ choices: [{ delta: { content: '"model":"other"' } }] }),
      frame({ choices: [{ delta: { content: '{"usage":{"prompt_tokens":999}}' } }], usage: usage(7, 1) }),
      frame({ choices: [{ delta: { content: '"usage":{"completion_tokens":999}' } }] }),
    ],
  },
  // TCP cuts where it likes.
  '/cut': { parts: [...frame({ model: 'gpt-oss-120b', choices: [], usage: usage(123, 45) })] },
  // One write for everything: what is hidden of the first frames must stay in the last.
  '/together': {
    parts: [
      `${frame({ choices: [{ index: 0 }], usage: usage(7, 1) })}${frame({ choices: [{ index: 0 }], usage: usage(7, 2) })}${frame({ choices: [], usage: usage(7, 2) })}`,
    ],
  },
};

function usage(prompt_tokens: number, completion_tokens: number) {
  return { prompt_tokens, total_tokens: prompt_tokens + completion_tokens, completion_tokens };
}

function tokens(input: number, output: number): Record<string, number> {
  const { input: asked, output: made, total } = TOKEN_METADATA;
  return { [asked]: input, [made]: output, [total]: input + output };
}

function frame(value: object): string {
  return `data: ${JSON.stringify(value)}\n\n`;
}

let proxy: MeterProxy;

before(async () => {
  proxy = await MeterProxy.start(async (request, response) => {
    const body = await bodyOf(request);
    const path = (request.url ?? '').replace(/\?.*/, '');
    const gzip = request.headers['accept-encoding'] !== undefined;
    const { type = 'text/event-stream', parts } = STREAMS[path] ?? { parts: endless(body) };
    response.writeHead(200, { 'content-type': type, ...(gzip && { 'content-encoding': 'gzip' }) });
    for (const part of parts) {
      if (response.destroyed) return;
      response.write(gzip ? gzipSync(part) : part);
      await sleep(5);
    }
    response.end();
  });
});
after(() => proxy.stop());

/** How many tokens the last endless stream made. */
let made = 0;

/** A stream of vLLM that never ends, with as many prompt tokens as its body has characters. */
function* endless(body: string): Generator<string> {
  for (made = 1; ; made += 1) {
    yield frame({
      ...{ model: 'gpt-oss-120b', choices: [{ index: 0, delta: { content: `${made} ` } }] },
      usage: usage(body.length, made),
    });
  }
}

async function call(path: string, body = '{}', headers: Record<string, string> = {}): Promise<string> {
  const request = send(`${proxy.url}${path}`, { method: 'POST', headers });
  request.end(body);
  const [response] = await once(request, 'response');
  return bodyOf(response);
}

const from = (model: string) => ({ [RESPONSE_MODEL]: model });

/** Every dialect, with its tokens worked out from the frames above, and the model where it tells one. */
const COUNTED = {
  '/vllm': { ...tokens(7, 3), ...from('gpt-oss-120b') },
  '/openai': { ...tokens(2006, 300), [TOKEN_METADATA.cachedInput]: 1920, [TOKEN_METADATA.reasoning]: 64 },
  '/anthropic': {
    ...{ ...tokens(100_298, 503), ...from('claude-sonnet-4-5-20250929') },
    [TOKEN_METADATA.cachedInput]: 100_000,
    [TOKEN_METADATA.cacheWriteInput]: 248,
  },
  '/gemini': {
    ...{ ...tokens(11, 39), ...from('gemini-2.5-flash') },
    ...{ [TOKEN_METADATA.cachedInput]: 4, [TOKEN_METADATA.reasoning]: 30 },
  },
  '/bedrock': { ...tokens(13, 6), [TOKEN_METADATA.cachedInput]: 8 },
  '/responses': { ...tokens(9, 4), [TOKEN_METADATA.cachedInput]: 3, ...from('gpt-5') },
  '/quoting': tokens(7, 1),
  '/cut': { ...tokens(123, 45), ...from('gpt-oss-120b') },
  '/together': tokens(7, 2),
};

for (const [path, counted] of Object.entries(COUNTED)) {
  test(`the meter counts a stream of ${path.slice(1)}`, async () => {
    await call(path);
    assert.deepEqual(await proxy.metered(path), [counted]);
  });
}

test('a stream that its client leaves is counted as far as it went [meter-left]', async () => {
  for (const [index, wanted] of [1, 5, 40].entries()) {
    const body = 'x'.repeat(wanted);
    const request = send(`${proxy.url}/left-${index}`, { method: 'POST' });
    request.end(body);
    const [response] = await once(request, 'response');
    let received = '';
    for await (const chunk of response) {
      received += chunk;
      if (received.split('data:').length > wanted) break;
    }
    request.destroy();
    const counts = [...received.matchAll(/"content":"(\d+) "/g)].map(([, n]) => Number(n));
    const [metered] = await proxy.metered(`/left-${index}`);
    assert.equal(metered?.[TOKEN_METADATA.input], wanted);
    assert.equal(metered?.[RESPONSE_MODEL], 'gpt-oss-120b');
    // What was made and not received was on its way, or is what the server made until it knew.
    const output = Number(metered?.[TOKEN_METADATA.output]);
    const last = counts.at(-1) ?? 0;
    assert.ok(output >= last && output <= made, `${output} counted, ${last} received, ${made} made`);
  }
});

test('a client sees the usage of the end alone, as from OpenAI', async () => {
  const frames = (await call('/vllm')).split('\n\n').filter((text) => text.startsWith('data: {'));
  const usages = frames.map((text) => JSON.parse(text.slice(6)).usage);
  assert.deepEqual(usages, [null, null, null, null, usage(7, 3)]);
  const together = (await call('/together')).split('\n\n').filter(Boolean);
  assert.deepEqual(
    together.map((text) => JSON.parse(text.slice(6)).usage),
    [null, null, usage(7, 2)],
  );
});

test('a client that asks for the usage of every chunk gets it, wherever in a large request it asks', async () => {
  const asked = '"stream_options":{"include_usage":true,"continuous_usage_stats":true}';
  const filling = `"messages":"${'x'.repeat(500_000)}"`;
  for (const body of [`{${asked}}`, `{${asked},${filling}}`, `{${filling},${asked}}`]) {
    const frames = (await call('/vllm', body)).split('\n\n').filter((text) => text.startsWith('data: {'));
    assert.equal(frames.filter((text) => JSON.parse(text.slice(6)).usage).length, 5);
  }
});

test('models are asked for plain answers: a compressed one could not be counted', async () => {
  const before = (await proxy.metered('/vllm')).length;
  const text = await call('/vllm', '{}', { 'accept-encoding': 'gzip, br' });
  assert.match(text, /^data: /);
  assert.deepEqual((await proxy.metered('/vllm', before + 1)).at(-1), COUNTED['/vllm']);
});

test('what quotes a usage is passed on as it was', async () => {
  const text = await call('/quoting');
  assert.match(text, /999/);
  assert.ok(text.includes(JSON.stringify('{"usage":{"prompt_tokens":999}}')));
});
