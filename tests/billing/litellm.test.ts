import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { type ImportOptions, importLiteLlm } from '../../billing/litellm';
import { formatPrice, parseDecimal, rounded } from '../../billing/money';
import { exactCost, rate } from '../../billing/rate';
import { usageOf } from '../../billing/usage';
import { at, call, mistakesOf, said } from './books';
import { generatedUsages } from './generated-usages';

const root = resolve(__dirname, '../..');
const golden = JSON.parse(readFileSync(join(root, 'tests/golden/litellm-costs.json'), 'utf8'));

const OPTIONS: ImportOptions = { from: at('2026-01-01T00:00:00'), source: 'a test' };

const imported = (map: object, options: Partial<ImportOptions> = {}) =>
  importLiteLlm(JSON.stringify(map), { ...OPTIONS, ...options });

test('10,000 generated usages cost what LiteLLM’s own functions say, to a billionth [litellm-costs]', () => {
  const { book } = imported(golden.prices);
  const usages = generatedUsages(golden.costs.length);
  assert.equal(usages.length, 10_000);
  const off = usages.filter(({ model, tokens }, index) => {
    const { parts, unpriced } = rate(usageOf(call({ modelAnswered: model, tokens })), book);
    assert.deepEqual(unpriced, []);
    const ours = Number(rounded(exactCost(parts))) / 1e9;
    return Math.abs(ours - golden.costs[index]) > 1e-9;
  });
  assert.deepEqual(off, []);
});

test('the costs are of the release that is pinned by its hash', () => {
  const pin = readFileSync(join(root, 'scripts/litellm/requirements.txt'), 'utf8').trim();
  assert.equal(pin, `litellm==${golden.version} --hash=sha256:${golden.sha256}`);
});

test('floating-point prices of a token become exact prices of a million', () => {
  const { book } = imported({
    a: {
      mode: 'chat',
      input_cost_per_token: 1.5e-7,
      output_cost_per_token: 6e-7,
      cache_read_input_token_cost: 7.5e-8,
    },
  });
  assert.deepEqual(
    book.entries.map(({ kind, price }) => `${kind} ${formatPrice(price)}`),
    ['input 0.15', 'cachedInput 0.075', 'output 0.60'],
  );
});

test('every decimal with 15 digits survives as a floating-point number', () => {
  const digits = fc.integer({ min: 1, max: 10 ** 15 - 1 });
  fc.assert(
    fc.property(digits, fc.integer({ min: 0, max: 9 }), (whole, power) => {
      const written = `${whole}e-${power}`;
      assert.equal(parseDecimal(`${Number(written)}`, 24), parseDecimal(written, 24));
    }),
  );
});

test('what is not supported is said for each model, and never dropped in silence', () => {
  const { book, notImported } = imported({
    sample_spec: { input_cost_per_token: 1 },
    picture: { mode: 'image_generation', output_cost_per_image: 0.04 },
    free: { mode: 'chat', input_cost_per_token: 0, output_cost_per_token: 0 },
    tiered: {
      mode: 'chat',
      input_cost_per_token: 1.25e-6,
      output_cost_per_token: 1e-5,
      input_cost_per_token_above_200k_tokens: 2.5e-6,
      input_cost_per_token_batches: 6e-7,
      search_context_cost_per_query: { low: 0.01 },
      output_cost_per_image: 0,
    },
    fine: { mode: 'chat', input_cost_per_token: 1e-19, output_cost_per_token: 1e-6 },
  });
  assert.deepEqual([...book.models], ['tiered', 'fine']);
  assert.deepEqual(notImported, [
    {
      model: 'picture',
      why: 'no price of input tokens (mode image_generation): it has output_cost_per_image',
    },
    { model: 'free', why: 'all prices are 0, which the map also says where a price is not known' },
    {
      model: 'tiered',
      field: 'input_cost_per_token_above_200k_tokens',
      why: 'a higher price for calls with more than 200k tokens of input is not supported: they are billed at the price below',
    },
    { model: 'tiered', field: 'input_cost_per_token_batches', why: 'not a price of text tokens of a call' },
    { model: 'tiered', field: 'search_context_cost_per_query', why: 'not a price of text tokens of a call' },
    {
      model: 'fine',
      field: 'input_cost_per_token',
      why: '1e-19 is no price of a token with at most 18 digits',
    },
  ]);
});

test('an embedding model has no price of output, which it has not', () => {
  const { book } = imported({
    e: { mode: 'embedding', input_cost_per_token: 2e-8, output_cost_per_token: 0 },
  });
  assert.deepEqual(
    book.entries.map(({ kind }) => kind),
    ['input'],
  );
});

test('a model can be chosen, and take the name that its answers say', () => {
  const prices = { mode: 'chat', input_cost_per_token: 1e-6, output_cost_per_token: 1e-6 };
  const { book } = imported({ 'x/a': prices, b: prices }, { models: new Map([['x/a', 'a']]) });
  assert.deepEqual([...book.models], ['a']);
});

test('refuses a model that is not in the map, and what is no map', () => {
  const prices = { mode: 'chat', input_cost_per_token: 1e-6 };
  const mistakes = mistakesOf(() => imported({ 'gpt-4o': prices }, { models: new Map([['gpt4o', 'a']]) }));
  assert.deepEqual(mistakes.map(said), ['--model: "gpt4o" is not in the price map (did you mean gpt-4o)']);
  for (const text of ['[1]', '{"a": 1}', 'prices']) {
    const [mistake] = mistakesOf(() => importLiteLlm(text, OPTIONS));
    assert.match(mistake?.problem ?? '', /^is no JSON map of models$/, text);
  }
});
