import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  costOf,
  divideHalfEven,
  formatAmount,
  formatDecimal,
  formatPrice,
  MONEY_DIGITS,
  parseAmount,
  parseDecimal,
  parsePrice,
  payable,
  rounded,
  shares,
} from '../../billing/money';

test('decimals survive being written and read', () => {
  const digits = fc.integer({ min: 0, max: 18 });
  fc.assert(
    fc.property(fc.bigInt(), digits, fc.integer({ min: 0, max: 4 }), (value, places, least) => {
      assert.equal(parseDecimal(formatDecimal(value, places, least), places), value);
    }),
  );
});

test('an exponent, as floating-point numbers are written, is exact', () => {
  assert.equal(parseDecimal('1.5e-07', 18), 150_000_000_000n);
  assert.equal(parseDecimal('3E2', 0), 300n);
  assert.equal(parseDecimal('-2.50', 2), -250n);
});

test('refuses what is no decimal, and what is finer than its digits', () => {
  for (const text of ['', '.5', '5.', '1,000', '0x10', '1e', 'NaN', '1e-1000', ' 1']) {
    assert.equal(parseDecimal(text, 9), undefined, text);
  }
  assert.equal(parseDecimal('0.0000000001', 9), undefined);
  assert.equal(parseDecimal('0.0000000010', 9), 1n);
});

test('refuses a price below 0 or with more than 12 digits after the point', () => {
  assert.equal(parsePrice('-0.15'), undefined);
  assert.equal(parsePrice('0.1234567890123'), undefined);
  assert.equal(parsePrice('0'), 0n);
});

test('a million tokens cost exactly their price, whatever it is', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: 0n, max: 10n ** 9n }), (billionths) => {
      const price = parsePrice(formatAmount(billionths));
      assert.ok(price !== undefined);
      assert.equal(rounded(costOf(1_000_000n, price)), billionths);
    }),
  );
});

test('tokens times a price is rounded once, half to even', () => {
  const cost = (tokens: bigint, price: string) =>
    formatAmount(rounded(costOf(tokens, parsePrice(price) ?? 0n)));
  // 1 token at 0.0005 a million is half a billionth; 3 tokens are one and a half.
  assert.equal(cost(1n, '0.0005'), '0.00');
  assert.equal(cost(3n, '0.0005'), '0.000000002');
  assert.equal(cost(5n, '0.0005'), '0.000000002');
  assert.equal(cost(1n, '0.000500000001'), '0.000000001');
  assert.equal(cost(12_000n, '0.15'), '0.0018');
});

test('halves go to the even neighbour on both sides of 0', () => {
  const quotients = [-5n, -3n, -1n, 1n, 3n, 5n].map((half) => divideHalfEven(half, 2n));
  assert.deepEqual(quotients, [-2n, -2n, 0n, 0n, 2n, 2n]);
});

test('the nearest quotient is never further away than half', () => {
  const divisor = fc.bigInt({ min: 1n, max: 10n ** 12n });
  fc.assert(
    fc.property(fc.bigInt(), divisor, (dividend, by) => {
      const off = dividend - divideHalfEven(dividend, by) * by;
      assert.ok((off < 0n ? -off : off) * 2n <= by);
    }),
  );
});

test('the parts of an amount add up to it, and follow the weights', () => {
  const weights = fc.array(fc.bigInt({ min: 0n, max: 10n ** 15n }), { minLength: 1 });
  fc.assert(
    fc.property(fc.bigInt({ min: 0n, max: 10n ** 15n }), weights, (amount, given) => {
      const sum = given.reduce((total, weight) => total + weight, 0n);
      fc.pre(sum > 0n);
      const parts = shares(amount, given);
      assert.equal(
        parts.reduce((total, part) => total + part, 0n),
        amount,
      );
      for (const [index, part] of parts.entries()) {
        const off = part * sum - amount * (given[index] ?? 0n);
        assert.ok((off < 0n ? -off : off) < sum, 'a part is less than a billionth off');
      }
    }),
  );
});

test('refuses to share by weights that are all 0', () => {
  assert.throws(() => shares(1n, [0n, 0n]), RangeError);
  assert.throws(() => shares(1n, []), RangeError);
});

test('what is paid is rounded to the smallest coin of the currency', () => {
  const paid = (amount: string, currency: string) =>
    formatAmount(payable(parseAmount(amount) ?? 0n, currency), 0);
  assert.equal(paid('12.345', 'USD'), '12.34');
  assert.equal(paid('12.355', 'EUR'), '12.36');
  assert.equal(paid('12.5', 'JPY'), '12');
  assert.equal(paid('12.3455', 'KWD'), '12.346');
});

test('amounts have two digits at least and nine at most', () => {
  assert.equal(formatAmount(5n * 10n ** 8n), '0.50');
  assert.equal(formatAmount(-1n), '-0.000000001');
  assert.equal(formatAmount(10n ** 9n, MONEY_DIGITS), '1.000000000');
  assert.equal(formatPrice(parsePrice('2.5') ?? 0n), '2.50');
});
