import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { refusalOf } from '../../../validation/dataset/refusals';

const question = { role: 'user', content: 'q' };
const call = (inner: object) => ({ id: 'c1', type: 'function', function: { name: 'think', ...inner } });
const answer = (more: object) => ({ role: 'assistant', content: null, ...more });

const refusal = (messages: readonly unknown[], more: object = {}) =>
  refusalOf(JSON.stringify({ model: 'gpt-oss-120b', messages, max_tokens: 2, ...more }), 'gpt-oss-120b');

describe('what vLLM 0.32 with a gpt-oss model refuses', () => {
  const refused: readonly [string, readonly unknown[], number, string][] = [
    ['role function', [question, { role: 'function', name: 'f', content: 'x' }], 400, 'gateway'],
    ['a role that nobody knows', [question, { role: 'wizard', content: 'x' }], 400, 'gateway'],
    ['from and value', [question, { from: 'user', value: 'x' }], 400, 'gateway'],
    [
      'arguments that are an object',
      [question, answer({ tool_calls: [call({ arguments: { a: 1 } })] })],
      400,
      'engine',
    ],
    ['name: null', [question, { role: 'assistant', content: 'x', name: null }], 400, 'engine'],
    ['content null of the user', [question, { role: 'user', content: null }], 400, 'engine'],
    ['tool_calls "None"', [question, { ...question, tool_calls: 'None' }], 500, 'engine'],
    ['a result without its id', [question, { role: 'tool', content: 'x' }], 400, 'engine'],
  ];
  for (const [what, messages, status, layer] of refused) {
    test(`refuses ${what}`, () => {
      const found = refusal(messages);
      assert.deepEqual([found?.status, found?.layer], [status, layer]);
    });
  }

  const answered: readonly [string, readonly unknown[]][] = [
    ['a question', [question]],
    [
      'a result after its call',
      [
        question,
        answer({ tool_calls: [call({ arguments: '{}' })] }),
        { role: 'tool', tool_call_id: 'c1', content: 'ok' },
      ],
    ],
    ['a result without a call', [question, { role: 'tool', tool_call_id: 'c1', content: 'ok' }]],
    ['arguments that are no JSON', [question, answer({ tool_calls: [call({ arguments: '{oops' })] })]],
    ['content null of the assistant', [question, answer({})]],
    ['tool_calls: null', [question, { role: 'assistant', content: 'x', tool_calls: null }]],
    ['the role developer', [question, { role: 'developer', content: 'x' }]],
    ['no messages', []],
  ];
  for (const [what, messages] of answered) {
    test(`answers ${what}`, () => assert.equal(refusal(messages), undefined));
  }

  test('refuses parameters out of their range, another model and what is no JSON', () => {
    assert.equal(refusal([question], { max_tokens: 0 })?.path, 'max_tokens');
    assert.equal(refusal([question], { temperature: 9 })?.path, 'temperature');
    assert.equal(refusal([question], { model: 'x' })?.status, 404);
    assert.equal(refusalOf('nope')?.status, 400);
    assert.equal(refusal([question], { foo: 1 }), undefined);
  });
});
