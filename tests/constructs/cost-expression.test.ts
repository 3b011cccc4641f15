import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Environment } from '@marcbachmann/cel-js';
import fc from 'fast-check';
import { planMoneyLimit, type TokenPrices } from '../../config';
import { costExpression } from '../../constructs/cost-expression';
import { meterOf } from '../../constructs/meter';

type Tokens = TokenPrices;

const VARIABLES: Readonly<Record<keyof Tokens, string>> = {
  input: 'input_tokens',
  cachedInput: 'cached_input_tokens',
  cacheWriteInput: 'cache_creation_input_tokens',
  output: 'output_tokens',
  reasoning: 'reasoning_tokens',
};

const environment = new Environment().registerVariable('backend', 'string');
for (const name of Object.values(VARIABLES)) environment.registerVariable(name, 'uint');

/** What the AI gateway makes of the tokens of a call that a model answered. */
function costBy(expression: string, model: string, tokens: Partial<Tokens>): bigint {
  const counts = Object.entries(VARIABLES).map(([kind, variable]) => [
    variable,
    environment.evaluate(`${tokens[kind as keyof Tokens] ?? 0}u`),
  ]);
  const backend = `ai-gateway/${model}/route/batch/rule/0/ref/0`;
  return BigInt(environment.evaluate(expression, { backend, ...Object.fromEntries(counts) }));
}

const CHEAP = { inputPerMTok: 0.15, cachedInputPerMTok: 0.03, outputPerMTok: 0.6 };
const DEAR = {
  ...{ inputPerMTok: 3, cachedInputPerMTok: 0.3, cacheWriteInputPerMTok: 3.75, outputPerMTok: 15 },
  reasoningPerMTok: 12,
};

const expressionOf = (amount: number, prices: Parameters<typeof planMoneyLimit>[1]) =>
  costExpression(planMoneyLimit(amount, prices), (model) => model);

test('the cost of a call is that of its tokens at the prices of the model that answered [budget-cost]', () => {
  const expression = expressionOf(500, { cheap: CHEAP, dear: DEAR });
  const tokens = { input: 12_000, cachedInput: 8000, output: 2500, reasoning: 900 };
  // In millionths: 4,000 x 0.15 + 8,000 x 0.03 + 2,500 x 0.6.
  assert.equal(costBy(expression, 'cheap', tokens), 2340n);
  // 4,000 x 3 + 8,000 x 0.3 + 1,600 x 15 + 900 x 12.
  assert.equal(costBy(expression, 'dear', tokens), 49_200n);
});

const count = fc.integer({ min: 0, max: 5_000_000 });
const parts = fc
  .tuple(count, count, count, count, count)
  .map(([rest, cachedInput, cacheWriteInput, text, reasoning]) => ({
    ...{ cachedInput, cacheWriteInput, reasoning },
    input: rest + cachedInput + cacheWriteInput,
    output: text + reasoning,
  }));

test('a call is never charged too little, and at most one unit too much', () => {
  const amounts = fc.constantFrom(0.01, 7, 500, 123_456.78);
  fc.assert(
    fc.property(amounts, parts, (amount, tokens) => {
      const { digits } = planMoneyLimit(amount, { dear: DEAR });
      const charged = costBy(expressionOf(amount, { dear: DEAR }), 'dear', tokens);
      const { input, cachedInput, cacheWriteInput, output, reasoning } = tokens;
      // In hundredths of a millionth of a currency, so that there are whole numbers alone.
      const exact =
        BigInt(input - cachedInput - cacheWriteInput) * 300n +
        BigInt(cachedInput) * 30n +
        BigInt(cacheWriteInput) * 375n +
        BigInt(output - reasoning) * 1500n +
        BigInt(reasoning) * 1200n;
      const inUnits = charged * 10n ** BigInt(8 - digits);
      assert.ok(inUnits >= exact && inUnits < exact + 10n ** BigInt(8 - digits));
    }),
  );
});

test('parts that are larger than their whole leave nothing of it, where a number below 0 would fail the call', () => {
  const tokens = { input: 10, cachedInput: 30, output: 0 };
  // 30 x 0.03 is 0.9.
  assert.equal(costBy(expressionOf(500, { cheap: CHEAP }), 'cheap', tokens), 1n);
});

test('the largest counts of the AI gateway, uint32 of every kind, fit into 64 bits', () => {
  const most = 2 ** 32 - 1;
  const all = { cachedInput: most, cacheWriteInput: most, input: most, output: most, reasoning: most };
  const prices = { dear: { ...DEAR, inputPerMTok: 123.4567, outputPerMTok: 765.4321 } };
  assert.ok(costBy(expressionOf(500, prices), 'dear', all) > 0n);
});

test('a backend is found by its whole name', () => {
  const expression = expressionOf(500, { oss: DEAR, 'gpt-oss': CHEAP });
  const million = { input: 1_000_000 };
  assert.equal(costBy(expression, 'gpt-oss', million), 150_000n);
  assert.equal(costBy(expression, 'oss', million), 3_000_000n);
});

test('the meter has the prices of rules with a hard budget, and nothing of money without one', () => {
  const { prices } = planMoneyLimit(500, { cheap: CHEAP });
  const metered = meterOf([{ rule: 'batch/rule/0', prices: Object.values(prices) }]);
  assert.match(
    metered,
    /\["batch\/rule\/0"\] = \{\{input = 15, cachedInput = 3, cacheWriteInput = 15, output = 60, reasoning = 60, divisor = 100\}\}/,
  );
  assert.match(metered, /"llm_cost", cost/);
  assert.doesNotMatch(meterOf([]), /cost|price/);
});
