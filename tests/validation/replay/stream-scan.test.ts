import assert from 'node:assert/strict';
import { test } from 'node:test';
import { StreamScan } from '../../../validation/replay/stream-scan';

const chunk = (delta: object, rest: object = {}) =>
  `data: ${JSON.stringify({ id: 'chatcmpl-1', choices: [{ index: 0, delta, finish_reason: null }], ...rest })}\n\n`;

/** As vLLM 0.32 streams: the role with no text, words, a chunk with the reason alone, and the usage. */
const STREAM = [
  chunk({ role: 'assistant', content: '' }),
  chunk({ reasoning: 'Hm' }),
  chunk({ content: 'Good' }),
  chunk({ content: ' "morning"' }),
  chunk({ tool_calls: [{ index: 0, function: { arguments: '{' } }] }),
  chunk({}),
  `data: ${JSON.stringify({ choices: [], usage: { prompt_tokens: 12, total_tokens: 16, completion_tokens: 4, prompt_tokens_details: { cached_tokens: 8 } } })}\n\n`,
  'data: [DONE]\n\n',
].join('');

function scanned(parts: readonly string[]) {
  const scan = new StreamScan();
  const completed = parts.map((part) => scan.feed(Buffer.from(part)));
  scan.end();
  const { chunks, promptTokens, completionTokens, cachedTokens, isDone, isError } = scan;
  return { completed, chunks, promptTokens, completionTokens, cachedTokens, isDone, isError };
}

test('finds tokens, usage and the end; the role is no token, and reasoning and tool calls are', () => {
  const { completed, ...found } = scanned([STREAM]);
  assert.deepEqual(completed, [4]);
  assert.deepEqual(found, {
    ...{ chunks: 4, promptTokens: 12, completionTokens: 4, cachedTokens: 8, isDone: true, isError: false },
  });
});

test('finds the same wherever the bytes are cut, and with the line ends of HTTP', () => {
  const { completed: _, ...whole } = scanned([STREAM]);
  for (const text of [STREAM, STREAM.replaceAll('\n', '\r\n')]) {
    for (let cut = 0; cut <= text.length; cut += 1) {
      const { completed, ...found } = scanned([text.slice(0, cut), text.slice(cut)]);
      assert.deepEqual(found, whole, `cut at ${cut}`);
      assert.equal(
        completed.reduce((sum, one) => sum + one, 0),
        4,
      );
    }
    const { completed: __, ...bytes } = scanned([...text]);
    assert.deepEqual(bytes, whole);
  }
});

test('a stream that ends early is not done, and one that tells an error is one', () => {
  assert.equal(scanned([STREAM.slice(0, -20)]).isDone, false);
  assert.equal(scanned(['data: {"error":{"message":"out of memory"}}\n\n']).isError, true);
});

test('an answer in one piece tells its usage; servers differ in spaces', () => {
  const usage = { prompt_tokens: 7, completion_tokens: 3, total_tokens: 10 };
  const text = JSON.stringify({ choices: [{ message: { content: 'x' } }], usage });
  for (const one of [text, text.replaceAll('":', '": ')]) {
    const { chunks, promptTokens, completionTokens } = scanned([one]);
    assert.deepEqual([chunks, promptTokens, completionTokens], [0, 7, 3]);
  }
  const { completed: _, ...spaced } = scanned([STREAM.replaceAll('":', '": ')]);
  assert.deepEqual([spaced.chunks, spaced.completionTokens], [4, 4]);
});

test('what a model says about tokens is no usage', () => {
  const said = chunk({ content: '"usage":{"prompt_tokens":999,"completion_tokens":999}' });
  const { promptTokens, chunks } = scanned([said]);
  assert.equal(chunks, 1);
  assert.ok(Number.isNaN(promptTokens));
});
