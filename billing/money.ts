/** Digits after the point of an amount of money: it is counted in whole billionths of a currency. */
export const MONEY_DIGITS = 9;

/** Digits after the point of the price of a million tokens; so the price of one token has 18. */
export const PRICE_DIGITS = 12;

/** Money in whole billionths of a currency. */
export type Amount = bigint;

/** The price of one token in 10^-18 of a currency, which is the price of a million tokens in 10^-12. */
export type TokenPrice = bigint;

/** What was not rounded yet: 10^-18 of a currency. */
export type ExactCost = bigint;

/** 10^-18 in a billionth. */
const EXACT_PER_AMOUNT = 10n ** 9n;

const DECIMAL = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d{1,3}))?$/;

/**
 * A decimal number as a whole number of 10^-`digits`, exactly.
 *
 * @returns undefined for what is no decimal number, and for what is finer than 10^-`digits`
 */
export function parseDecimal(text: string, digits: number): bigint | undefined {
  const [, sign, whole = '', fraction = '', exponent = '0'] = DECIMAL.exec(text) ?? [];
  if (sign === undefined) return undefined;
  const written = BigInt(`${sign}${whole}${fraction}`);
  const power = digits + Number(exponent) - fraction.length;
  if (power >= 0) return written * 10n ** BigInt(power);
  const divisor = 10n ** BigInt(-power);
  return written % divisor === 0n ? written / divisor : undefined;
}

/** A whole number of 10^-`digits` as a decimal, without zeros at its end beyond `least` digits. */
export function formatDecimal(value: bigint, digits: number, least = 0): string {
  const all = `${value < 0n ? -value : value}`.padStart(digits + 1, '0');
  const whole = all.slice(0, all.length - digits);
  const fraction = all.slice(all.length - digits).replace(/0+$/, '');
  const shown = fraction.padEnd(least, '0');
  return `${value < 0n ? '-' : ''}${whole}${shown === '' ? '' : `.${shown}`}`;
}

/** @returns undefined for what is no price of a million tokens, 0 or more, with at most 12 digits after the point */
export function parsePrice(perMillion: string): TokenPrice | undefined {
  const price = parseDecimal(perMillion, PRICE_DIGITS);
  return price !== undefined && price >= 0n ? price : undefined;
}

export function formatPrice(price: TokenPrice): string {
  return formatDecimal(price, PRICE_DIGITS, 2);
}

/** What tokens cost, not rounded. */
export function costOf(tokens: bigint, price: TokenPrice): ExactCost {
  return tokens * price;
}

/** The one rounding of a line of a bill: to the nearest billionth, half to even. */
export function rounded(cost: ExactCost): Amount {
  return divideHalfEven(cost, EXACT_PER_AMOUNT);
}

/** @returns undefined for what is no amount with at most 9 digits after the point */
export function parseAmount(text: string): Amount | undefined {
  return parseDecimal(text, MONEY_DIGITS);
}

/** An amount with all of its digits, two at least: `12.50`, `0.000000125`. */
export function formatAmount(amount: Amount, least = 2): string {
  return formatDecimal(amount, MONEY_DIGITS, least);
}

/** Digits after the point in which a currency is paid: 2 for USD, 0 for JPY. */
export function paidDigits(currency: string): number {
  const format = new Intl.NumberFormat('en', { style: 'currency', currency });
  return format.resolvedOptions().maximumFractionDigits ?? 2;
}

/** What is paid of an amount: rounded to the smallest coin of the currency, half to even. */
export function payable(amount: Amount, currency: string): Amount {
  const coin = 10n ** BigInt(MONEY_DIGITS - paidDigits(currency));
  return divideHalfEven(amount, coin) * coin;
}

/** The nearest whole quotient; halves go to the even one, so that they favour nobody in the long run. */
export function divideHalfEven(dividend: bigint, divisor: bigint): bigint {
  const negative = dividend < 0n;
  const size = negative ? -dividend : dividend;
  const quotient = size / divisor;
  const twice = (size % divisor) * 2n;
  const up = twice > divisor || (twice === divisor && quotient % 2n === 1n);
  const nearest = up ? quotient + 1n : quotient;
  return negative ? -nearest : nearest;
}

/**
 * An amount in parts that are in the proportion of the weights and whose sum is the amount: the billionths that
 * division leaves over go to the largest remainders, the first of equals.
 *
 * @param weights 0 or more, and not all of them 0
 */
export function shares(amount: Amount, weights: readonly bigint[]): Amount[] {
  const sum = weights.reduce((total, weight) => total + weight, 0n);
  if (sum <= 0n || amount < 0n)
    throw new RangeError('an amount is shared by weights of which one is above 0');
  const parts = weights.map((weight) => (amount * weight) / sum);
  const rest = amount - parts.reduce((total, part) => total + part, 0n);
  const order = weights
    .map((weight, index) => ({ index, remainder: (amount * weight) % sum }))
    .sort((a, b) => (a.remainder === b.remainder ? a.index - b.index : a.remainder > b.remainder ? -1 : 1));
  for (const { index } of order.slice(0, Number(rest))) parts[index] = (parts[index] ?? 0n) + 1n;
  return parts;
}
