import assert from 'node:assert/strict';
import { test } from 'node:test';
import { countTokens } from 'gpt-tokenizer/encoding/o200k_harmony';
import { answerTokens, type ChatMessage, promptTokens } from '../../audit/harmony';
import { readSamples, type TokenSample } from '../../audit/samples-file';
import { tokenizerDrift } from '../../audit/tokenizer';
import { fileWith, mistakesOf, said } from '../billing/books';

const count = (text: string) => countTokens(text, { disallowedSpecial: new Set() });

const USER: ChatMessage = { role: 'user', content: 'q' };

/** Prompts, and the `prompt_tokens` that vLLM 0.32.0 told of them with gpt-oss. */
const TOLD: readonly (readonly [told: number, ...messages: readonly ChatMessage[]])[] = [
  [63],
  [68, USER],
  [68, USER, { role: 'assistant', content: '' }],
  [75, USER, { role: 'assistant', content: 'x' }],
  [76, USER, { role: 'developer', content: 'x' }],
];

test('prompts of gpt-oss have as many tokens as vLLM told of them, with what its format adds [harmony-vllm]', () => {
  for (const [told, ...messages] of TOLD) {
    assert.equal(promptTokens(messages, count), told, JSON.stringify(messages));
  }
});

test('a system message at the beginning is an instruction of the developer, and later one of the system', () => {
  const system: ChatMessage = { role: 'system', content: 'x' };
  assert.equal(promptTokens([system, USER], count), 76);
  // Four around one token, without the heading of instructions.
  assert.equal(promptTokens([USER, system], count), 68 + 5);
});

test('an answer has its channel, and what was thought before it another', () => {
  // <|channel|>final<|message|>x<|return|>
  assert.equal(answerTokens('x', '', count), 5);
  // <|channel|>analysis<|message|>x<|end|><|start|>assistant before it
  assert.equal(answerTokens('x', 'x', count), 5 + 7);
});

test('text that looks like a special token is text', () => {
  assert.ok(count('<|end|>') > 1);
});

const TEXT =
  'Jedes Wort wird in mehrere Teile zerlegt, deshalb hängen die Kosten von der Sprache ab. 机器学习模型从大量文本中学习。';

/** Tokens of the text in `cl100k_base`, by gpt-tokenizer 4.0.0; to load that vocabulary takes half a second. */
const IN_OTHER_VOCABULARY = 43;

const answers = (model: string, told: (text: string) => number, samples: number): TokenSample[] =>
  Array.from({ length: samples }, () => ({ model, text: TEXT, tokens: told(TEXT) }));

test('a model with the vocabulary has a ratio of 1, one with another vocabulary drifts, a few tokens say nothing [tokenizer-drift]', () => {
  const drifts = tokenizerDrift(
    [
      ...answers('same', count, 60),
      ...answers('other', () => IN_OTHER_VOCABULARY, 60),
      ...answers('few', count, 2),
    ],
    count,
  );
  const [few, other, same] = drifts;
  assert.deepEqual([few?.model, few?.verdict], ['few', 'inconclusive']);
  assert.deepEqual([other?.model, other?.verdict], ['other', 'drifts']);
  assert.ok((other?.ratio ?? 0) > 1.2);
  assert.deepEqual([same?.verdict, same?.ratio, same?.overhead], ['same', 1, 0]);
});

test('a drift is more than one per cent, and by the ratio that is expected of the model', () => {
  const of = (share: number) => answers('m', (text) => Math.round(count(text) * 100 * share), 60);
  const verdict = (share: number, expected: number) =>
    tokenizerDrift(of(share), (text) => 100 * count(text), new Map([['m', expected]]))[0]?.verdict;
  assert.equal(verdict(1.0095, 1), 'same');
  assert.equal(verdict(1.0105, 1), 'drifts');
  assert.equal(verdict(0.9895, 1), 'drifts');
  assert.equal(verdict(1.08, 1.08), 'same');
});

test('what the format adds is told apart from the texts', () => {
  const messages: ChatMessage[] = [{ role: 'user', content: TEXT.repeat(30) }];
  const samples = [{ model: 'm', messages, tokens: promptTokens(messages, count) }];
  const [drift] = tokenizerDrift(samples, count);
  assert.deepEqual([drift?.ratio, drift?.overhead], [1, 61 + 4 + 2]);
});

test('refuses lines that are no samples, all at once', () => {
  const lines = [
    '{"model": "m", "tokens": 1, "text": "a"}',
    '',
    'oops',
    '{"model": "m", "tokens": 1}',
    '{"model": "m", "tokens": -1, "text": "a"}',
    '{"model": "m", "tokens": 1, "text": "a", "answer": "b"}',
    '{"model": "m", "tokens": 1, "messages": [{"role": "tool", "content": "a"}]}',
  ];
  const file = fileWith(`${lines.join('\n')}\n`, 'samples.jsonl');
  const mistakes = mistakesOf(() => readSamples(file)).map(said);
  const expected = [
    /:3: is no JSON: "oops"/,
    /:4: .*has none of messages, answer or text, or several/,
    /:5: .*tokens -1 must be >= 0/,
    /:6: .*has none of messages, answer or text, or several/,
    /:7: .*messages\.0\.role "tool" must be equal to one of the allowed values.*leave out calls of tools/,
  ];
  assert.equal(mistakes.length, expected.length);
  for (const [index, pattern] of expected.entries()) assert.match(mistakes[index] ?? '', pattern);
  const [none] = mistakesOf(() => readSamples(fileWith('\n', 'samples.jsonl'))).map(said);
  assert.match(none ?? '', /has no samples/);
  assert.equal(readSamples(fileWith(`${lines[0]}\n`, 'samples.jsonl')).length, 1);
});
