import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Fields } from '../../../validation/dataset/values';
import { type RoleFunction, Wire } from '../../../validation/dataset/wire';

function wire(messages: readonly Fields[], roleFunction: RoleFunction = 'user') {
  const { messages: made, rewrites } = Wire.of(
    messages.map((fields) => ({ fields })),
    roleFunction,
  );
  return { messages: made.map(({ message }) => message), rewrites };
}

const LEGACY = [
  { role: 'user', content: 'q' },
  { role: 'assistant', content: null, function_call: { name: 'f', arguments: '{"a":1}' } },
  { role: 'function', name: 'f', content: 'r' },
];

describe('what goes over the wire', () => {
  test('role function becomes user, and its call the text of a step', () => {
    const { messages, rewrites } = wire(LEGACY);
    assert.deepEqual(messages, [
      { role: 'user', content: 'q' },
      { role: 'assistant', content: '\nThought: \nAction: f\nAction Input: {"a":1}' },
      { role: 'user', content: 'r' },
    ]);
    assert.deepEqual(rewrites, { functionRole: 1, functionCall: 1, contentNull: 1 });
  });

  test('role function becomes tool, with the id of its call', () => {
    const [, answer, result] = wire(LEGACY, 'tool').messages;
    const [call] = answer?.tool_calls ?? [];
    assert.deepEqual(call?.function, { name: 'f', arguments: '{"a":1}' });
    assert.deepEqual(result, { role: 'tool', content: 'r', tool_call_id: call?.id });
  });

  test('role function stays where one wants to see it refused', () => {
    const { messages, rewrites } = wire(LEGACY, 'keep');
    assert.deepEqual(messages[2], { role: 'function', content: 'r', name: 'f' });
    assert.deepEqual(messages[1]?.function_call, { name: 'f', arguments: '{"a":1}' });
    assert.deepEqual(rewrites, { contentNull: 1 });
  });

  test('the text of a step becomes a call with role tool', () => {
    const { messages } = wire(
      [
        { from: 'user', value: 'q' },
        { from: 'assistant', value: '\nThought: hm\nAction: f\nAction Input: {\n "a": 1\n}' },
        { from: 'function', value: 'r' },
      ],
      'tool',
    );
    assert.equal(messages[1]?.content, 'hm');
    assert.deepEqual(messages[1]?.tool_calls?.[0]?.function, { name: 'f', arguments: '{\n "a": 1\n}' });
    assert.equal(messages[2]?.role, 'tool');
  });

  test('arguments become text, and what is null or no key of the API goes', () => {
    const call = { id: 'c', index: null, type: 'function', function: { name: 'f', arguments: { a: [1] } } };
    const keys = { name: null, function_call: null, tool_call_id: null };
    const { messages, rewrites } = wire([
      { ...keys, role: 'user', content: 'q', tool_calls: 'None' },
      { ...keys, role: 'assistant', content: null, tool_calls: [call] },
      { ...keys, role: 'tool', content: 'r', name: 'f', tool_call_id: 'c', tool_calls: null },
    ]);
    assert.deepEqual(messages, [
      { role: 'user', content: 'q' },
      {
        role: 'assistant',
        content: '',
        tool_calls: [{ id: 'c', type: 'function', function: { name: 'f', arguments: '{"a":[1]}' } }],
      },
      { role: 'tool', content: 'r', tool_call_id: 'c' },
    ]);
    assert.deepEqual(rewrites, { nameNull: 2, toolCallsText: 1, contentNull: 1, argumentsObject: 1 });
  });

  test('arguments that are text stay as they are, JSON or not', () => {
    const call = { id: 'c', type: 'function', function: { name: 'f', arguments: '{oops' } };
    const { messages } = wire([
      { role: 'user', content: 'q' },
      { role: 'assistant', content: 'x', tool_calls: [call] },
    ]);
    assert.deepEqual(messages[1]?.tool_calls, [call]);
  });

  test('calls without an id get one, and their results in the same order', () => {
    const { messages, rewrites } = wire([
      { role: 'user', content: 'q' },
      {
        role: 'assistant',
        content: '',
        tool_calls: [
          { name: 'f', arguments: {} },
          { name: 'g', arguments: {} },
        ],
      },
      { role: 'tool', content: '1' },
      { role: 'tool', content: '2' },
      { role: 'tool', content: '3' },
    ]);
    const ids = messages[1]?.tool_calls?.map(({ id }) => id) ?? [];
    assert.equal(new Set(ids).size, 2);
    assert.deepEqual(messages.slice(2), [
      { role: 'tool', content: '1', tool_call_id: ids[0] },
      { role: 'tool', content: '2', tool_call_id: ids[1] },
      { role: 'user', content: '3' },
    ]);
    assert.equal(rewrites.toolWithoutId, 3);
  });

  test('a thought and the call after it are one answer', () => {
    const { messages, rewrites } = wire([
      { role: 'user', content: 'q' },
      { role: 'assistant', content: 'I think.' },
      {
        role: 'assistant',
        content: null,
        tool_calls: [{ id: 'c', function: { name: 'f', arguments: '{}' } }],
      },
    ]);
    assert.equal(messages.length, 2);
    assert.equal(messages[1]?.content, 'I think.');
    assert.equal(messages[1]?.tool_calls?.length, 1);
    assert.equal(rewrites.joined, 1);
  });

  test('texts of parts are joined, and pictures are left out and counted', () => {
    const content = [
      { type: 'text', text: 'a' },
      { type: 'image_url', image_url: {} },
      { type: 'text', text: 'b' },
    ];
    const { messages, rewrites } = wire([{ role: 'user', content }]);
    assert.deepEqual(messages, [{ role: 'user', content: 'a\nb' }]);
    assert.equal(rewrites.partsLeftOut, 1);
  });

  test('roles of other formats are those of the API', () => {
    const { messages, rewrites } = wire([
      { role: 'human', content: 'q' },
      { role: 'ai', content: 'a' },
      { role: 'wizard', content: 'w' },
    ]);
    assert.deepEqual(
      messages.map(({ role }) => role),
      ['user', 'assistant', 'user'],
    );
    assert.equal(rewrites.foreignRole, 3);
  });
});
