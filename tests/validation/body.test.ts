import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { promptOf, questionText, textBody } from '../../validation/body';

const textOf = (body: ReturnType<typeof promptOf>) => Buffer.concat([...body.slices()]).toString('utf8');

test('a prompt of any size is a question of exactly that size', () => {
  fc.assert(
    fc.property(fc.integer({ min: 200, max: 300_000 }), fc.boolean(), (bytes, stream) => {
      const body = promptOf(bytes, { model: 'a model "in quotes"', stream });
      const text = textOf(body);
      const { model, messages } = JSON.parse(text);
      assert.equal(body.bytes, bytes);
      assert.equal(Buffer.byteLength(text), bytes);
      assert.equal(model, 'a model "in quotes"');
      assert.match(messages[0].content, /^x+$/);
    }),
  );
});

test('a large prompt is never whole in memory', () => {
  const lengths = [...promptOf(20_000_000, { model: 'm' }).slices()].map(({ length }) => length);
  assert.ok(Math.max(...lengths) <= 64 * 1024);
});

test('refuses a size that has no room for a question', () => {
  assert.throws(() => promptOf(60, { model: 'm' }), /^RangeError: 60 bytes are too few/);
});

test('a question says only what was asked for', () => {
  assert.deepEqual(Object.keys(JSON.parse(questionText({ model: 'm' }))), [
    'model',
    'messages',
    'max_tokens',
  ]);
  assert.deepEqual(
    JSON.parse(questionText({ model: 'm', stream: true, includeUsage: true })).stream_options,
    {
      include_usage: true,
    },
  );
});

test('the length of a text is counted in bytes', () => {
  assert.equal(textBody('é').bytes, 2);
});
