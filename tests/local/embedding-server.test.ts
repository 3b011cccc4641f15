import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { type RunningStandIn, startStandIn } from './stand-in-process';

describe('the stand-in of an embedding server', () => {
  let server: RunningStandIn;

  before(async () => {
    server = await startStandIn('embedding-server', ['--model', 'bge-large-en']);
  });
  after(() => server.stop());

  const embed = async (body: object) => {
    const response = await fetch(`${server.url}/v1/embeddings`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    return { status: response.status, answer: JSON.parse(await response.text()) };
  };

  test('a text has one vector of length 1, always the same', async () => {
    const first = await embed({ model: 'any', input: 'Hello' });
    assert.equal(first.status, 200);
    const [{ embedding, index }] = first.answer.data;
    assert.equal(embedding.length, 1024);
    assert.equal(index, 0);
    assert.ok(Math.abs(Math.hypot(...embedding) - 1) < 1e-6);
    assert.deepEqual((await embed({ input: 'Hello' })).answer.data[0].embedding, embedding);
  });

  test('several texts have several vectors, in order, and cost a token every four characters', async () => {
    const { answer } = await embed({ model: 'any', input: ['Hello', 'four'] });
    assert.deepEqual(
      answer.data.map(({ index }: { index: number }) => index),
      [0, 1],
    );
    assert.notDeepEqual(answer.data[0].embedding, answer.data[1].embedding);
    assert.deepEqual(answer.usage, { prompt_tokens: 3, total_tokens: 3 });
    assert.equal(answer.model, 'bge-large-en');
  });

  test('the same vector in base64 is what the clients of OpenAI ask for', async () => {
    const plain = (await embed({ input: 'Hello' })).answer.data[0].embedding;
    const coded = (await embed({ input: 'Hello', encoding_format: 'base64' })).answer.data[0].embedding;
    const bytes = Buffer.from(coded, 'base64');
    const floats = new Float32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4);
    assert.deepEqual([...floats], plain);
  });

  test('refuses what the real one refuses, in its own words', async () => {
    const tooMany = await embed({ input: Array.from({ length: 33 }, () => 'x') });
    assert.equal(tooMany.status, 413);
    assert.deepEqual(tooMany.answer, {
      message: 'batch size 33 > maximum allowed batch size 32',
      code: 413,
      type: 'Validation',
    });
    for (const input of ['', [], 7, undefined]) assert.equal((await embed({ input })).status, 422);
    assert.equal((await embed({ input: 'x', encoding_format: 'binary' })).status, 422);
  });

  test('its metrics count requests and texts', async () => {
    const read = async (name: string) => {
      const page = await (await fetch(`${server.url}/metrics`)).text();
      return Number(new RegExp(`^${name} (\\d+)$`, 'm').exec(page)?.[1]);
    };
    const [requests, texts] = [await read('te_request_success'), await read('te_embed_count')];
    await embed({ input: ['a', 'b', 'c'] });
    assert.equal(await read('te_request_success'), requests + 1);
    assert.equal(await read('te_embed_count'), texts + 3);
  });
});

test('a model server with a key answers those who present it, and its health to everybody', async () => {
  const server = await startStandIn('model-server', ['--model', 'gpt-oss'], { STAND_IN_API_KEY: 'right' });
  const status = async (path: string, key?: string) =>
    (await fetch(`${server.url}${path}`, { headers: key ? { authorization: `Bearer ${key}` } : {} })).status;
  assert.equal(await status('/v1/models', 'right'), 200);
  assert.equal(await status('/v1/models', 'wrong'), 401);
  assert.equal(await status('/v1/models'), 401);
  assert.equal(await status('/health'), 200);
  assert.equal(await status('/metrics'), 200);
  await server.stop();
});
