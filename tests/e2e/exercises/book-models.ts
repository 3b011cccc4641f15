import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nameOf } from '../traffic';
import type { Exercise } from './exercise';

export const bookModels: Exercise = (stage) => {
  test('gpt-4o goes to OpenAI with the real key, llama-3-70b to vLLM [model-name-routing]', async () => {
    for (const [model, upstream] of [
      ['gpt-4o', 'openai'],
      ['llama-3-70b', 'llama-3-70b'],
    ] as const) {
      const { answer, seen } = await stage().traffic.ask({ model });
      assert.equal(answer.status, 200, answer.text);
      assert.deepEqual(seen.map(nameOf), [upstream]);
    }
  });

  test('bge-large-en goes to Text Embeddings Inference, through the same gateway [embeddings-through-gateway]', async () => {
    const { answer, seen } = await stage().traffic.ask({ model: 'bge-large-en', input: 'Hello' });
    assert.equal(answer.status, 200, answer.text);
    assert.deepEqual(
      seen.map((sighting) => [nameOf(sighting), sighting.path]),
      [['bge-large-en', '/v1/embeddings']],
    );
    const { data, usage } = JSON.parse(answer.text);
    assert.ok(data[0].embedding.length > 0);
    assert.ok(usage.total_tokens > 0);
  });

  test('a model that the platform does not have is answered 404, and nobody sees it [unknown-model]', async () => {
    const { answer, seen } = await stage().traffic.ask({ model: 'qwen-2.5-72b' });
    assert.equal(answer.status, 404);
    assert.deepEqual(seen, []);
  });

  test('/v1/models lists the models that can be asked for by name [model-list]', async () => {
    const { answer } = await stage().traffic.ask({ path: '/v1/models', model: null });
    assert.equal(answer.status, 200, answer.text);
    const ids = JSON.parse(answer.text).data.map(({ id }: { id: string }) => id);
    assert.deepEqual(ids.sort(), ['bge-large-en', 'gpt-4o', 'llama-3-70b']);
  });
};
