import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { refuseMessages } from '../../local/stand-ins/chat-messages';
import { Refusal } from '../../local/stand-ins/http';

const call = (args: unknown) => ({
  role: 'assistant',
  content: null,
  tool_calls: [{ id: 'c1', type: 'function', function: { name: 'think', arguments: args } }],
});

/** Status for gpt-oss and for a Llama, as a vLLM 0.32 answered. */
const CASES: readonly (readonly [what: string, message: unknown, gptOss: number, llama: number])[] = [
  ['a role that nobody has', { role: 'wizard', content: 'x' }, 400, 200],
  ['the role of former functions', { role: 'function', name: 'f', content: 'x' }, 400, 200],
  ['a developer', { role: 'developer', content: 'x' }, 200, 200],
  ['a tool after no call', { role: 'tool', tool_call_id: 'c1', content: 'ok' }, 200, 200],
  ['a call', call('{}'), 200, 200],
  ['arguments that are no JSON', call('{oops'), 200, 200],
  ['arguments as an object', call({ a: 1 }), 400, 400],
  ['a name that is null', { role: 'assistant', content: 'x', name: null }, 400, 400],
  ['an assistant without a content', { role: 'assistant', content: null }, 200, 200],
  ['a user without a content', { role: 'user', content: null }, 400, 400],
  ['calls that are null', { role: 'assistant', content: 'x', tool_calls: null }, 200, 200],
  ['calls that are a text', { role: 'user', content: 'x', tool_calls: 'None' }, 500, 500],
  ['from and value', { from: 'user', value: 'x' }, 400, 400],
  ['parts', { role: 'user', content: [{ type: 'text', text: 'x' }] }, 200, 200],
];

describe('messages are refused as by vLLM', () => {
  for (const [what, message, gptOss, llama] of CASES) {
    test(what, () => {
      for (const [harmony, status] of [
        [true, gptOss],
        [false, llama],
      ] as const) {
        const ask = () => refuseMessages([{ role: 'user', content: 'q' }, message], harmony);
        if (status === 200) ask();
        else assert.throws(ask, (error) => error instanceof Refusal && error.status === status);
      }
    });
  }

  test('an unknown role is named as the validation of gpt-oss does', () => {
    assert.throws(
      () => refuseMessages([{ role: 'function', content: 'x' }], true),
      /1 validation error for Author\nrole\n {2}Input should be .* \[type=enum, input_value='function'/,
    );
  });
});
