import type { Refusal } from '../../base/finding';
import { PlatformError } from '../../base/mistake';
import type { ModelPrice } from '../document';

/** Kinds of tokens that have a price; cached and written input are parts of input, reasoning is a part of output. */
export const PRICED_KINDS = ['input', 'cachedInput', 'cacheWriteInput', 'output', 'reasoning'] as const;

export type PricedKind = (typeof PRICED_KINDS)[number];

/** Of which kind another one is a part. */
export const WHOLE_OF: Readonly<Partial<Record<PricedKind, PricedKind>>> = {
  cachedInput: 'input',
  cacheWriteInput: 'input',
  reasoning: 'output',
};

/** What a million tokens of each kind cost. */
export type TokenPrices = Readonly<Record<PricedKind, number>>;

/** What tokens cost in units of a limit: the sum of tokens times prices, divided by the divisor and rounded up. */
export interface UnitPrices {
  /** Whole numbers. */
  readonly prices: TokenPrices;
  readonly divisor: number;
}

/** An amount of money as the rate-limit service counts it: whole units of 10^-`digits` of the currency. */
export interface MoneyLimit {
  readonly digits: number;
  /** How many of them a window has. */
  readonly units: number;
  /** By model, each that a call may be answered by. */
  readonly prices: Readonly<Record<string, UnitPrices>>;
}

/** `RateLimitValue.requests` in Envoy Gateway's API is a uint32. */
const MOST_UNITS = 4_294_967_295;

/** Envoy ignores the cost of a call above it (`RateLimit.HitsAddend.format`, config/route/v3). */
const MOST_COST = 1e9;

/** Of one call: the longest contexts that models are offered with. */
const MOST_TOKENS = 1e7;

/** More would be finer than a token of the cheapest model, and in Envoy's numbers, doubles, no longer exact. */
const FINEST = 9;

/**
 * The AI gateway counts tokens in uint32 and multiplies them in uint64, where CEL fails on an overflow, and a call whose
 * cost fails fails with it. So the sum of all prices stays below 2^31.
 */
const LARGEST_PRICES = 2n ** 31n;

/** Powers of ten up to it are literals of CEL and exact as doubles. */
const LARGEST_DIVISOR = 10n ** 15n;

/** The price of every kind: a part without one has that of its whole, as on a bill. */
export function tokenPrices({ inputPerMTok, outputPerMTok, ...parts }: ModelPrice): TokenPrices {
  return {
    input: inputPerMTok,
    cachedInput: parts.cachedInputPerMTok ?? inputPerMTok,
    cacheWriteInput: parts.cacheWriteInputPerMTok ?? inputPerMTok,
    output: outputPerMTok,
    reasoning: parts.reasoningPerMTok ?? outputPerMTok,
  };
}

/** Whether calls of a model cost nothing, whatever they take. */
export const isFree = (price: ModelPrice): boolean => dearest(tokenPrices(price)) === 0;

const dearest = (prices: TokenPrices): number => Math.max(...Object.values(prices));

/** By model; undefined where none is known. */
export type PricesByModel = Readonly<Record<string, ModelPrice | undefined>>;

/**
 * Plans a limit in money for the rate-limit service, which counts whole units: the finest power of ten at which both the
 * amount and the dearest call can be counted. The cost of a call is rounded up, so that no call is free: a call costs at
 * most one unit too much. A counter knows no unit: where another amount has another one, what was counted is misread until the
 * window ends.
 *
 * @param amount In the currency of the prices.
 * @param prices Of every model that may answer.
 * @throws PlatformError when amount and prices cannot be counted together
 */
export function planMoneyLimit(amount: number, prices: PricesByModel): MoneyLimit {
  const refusal = refuseMoneyLimit(amount, prices);
  if (refusal !== undefined) throw new PlatformError([{ path: 'budget.amount', value: amount, ...refusal }]);
  const known = knownPrices(prices);
  const digits = digitsOf(amount, known) ?? 0;
  const byModel = known.map(([model, price]) => [model, unitPrices(price, digits)]);
  return { digits, units: unitsOf(amount, digits), prices: Object.fromEntries(byModel) };
}

/** Why an amount cannot be counted by these prices. */
export function refuseMoneyLimit(amount: number, prices: PricesByModel): Refusal | undefined {
  const known = knownPrices(prices);
  const unpriced = Object.keys(prices).find((model) => prices[model] === undefined);
  if (unpriced !== undefined) {
    return { problem: `${unpriced} has no price, so its calls cannot be counted`, fix: 'give it one' };
  }
  const free = known.find(([, price]) => isFree(price));
  if (free !== undefined) {
    const problem = `calls of ${free[0]} cost nothing, so they would never use the budget up`;
    return { problem, fix: `give ${free[0]} a price above 0, or limit it by tokensPerMonth` };
  }
  const digits = digitsOf(amount, known);
  if (digits === undefined) {
    return {
      problem: `${amount} cannot be counted: a call of ${MOST_TOKENS} tokens at the dearest price is more than ${MOST_COST} units of which the amount has at least one`,
      fix: 'use a larger amount, or check the prices: they are those of a million tokens',
    };
  }
  const fine = known.find(([, price]) => isTooFine(price, digits));
  if (fine === undefined) return undefined;
  return {
    problem: `the prices of ${fine[0]} have too many digits: the gateway calculates in whole numbers of 64 bits`,
    fix: `round the prices of ${fine[0]} to six digits`,
  };
}

type KnownPrices = readonly (readonly [model: string, price: ModelPrice])[];

const knownPrices = (prices: PricesByModel): KnownPrices =>
  Object.entries(prices).flatMap(([model, price]) => (price === undefined ? [] : [[model, price] as const]));

/** Digits of the finest unit in which the amount is a uint32 and no call costs more than Envoy takes. */
function digitsOf(amount: number, prices: KnownPrices): number | undefined {
  const call = (MOST_TOKENS * Math.max(...prices.map(([, price]) => dearest(tokenPrices(price))))) / 1e6;
  for (let digits = FINEST; digits >= 0; digits -= 1) {
    const units = unitsOf(amount, digits);
    if (units > MOST_UNITS || call * 10 ** digits > MOST_COST) continue;
    return units >= 1 ? digits : undefined;
  }
  return undefined;
}

/** Less than a unit is not spent. */
function unitsOf(amount: number, digits: number): number {
  const { whole, power } = decimal(amount);
  const exponent = power + digits;
  return Number(exponent >= 0 ? whole * 10n ** BigInt(exponent) : whole / 10n ** BigInt(-exponent));
}

function isTooFine(price: ModelPrice, digits: number): boolean {
  const { prices, divisor } = exactPrices(price, digits);
  return prices.reduce((sum, each) => sum + each, 0n) >= LARGEST_PRICES || divisor > LARGEST_DIVISOR;
}

function unitPrices(price: ModelPrice, digits: number): UnitPrices {
  const { prices, divisor } = exactPrices(price, digits);
  const byKind = PRICED_KINDS.map((kind, index) => [kind, Number(prices[index])]);
  return { prices: Object.fromEntries(byKind) as TokenPrices, divisor: Number(divisor) };
}

/** A token in units, as whole numbers over one divisor, in their lowest terms; in the order of the kinds. */
function exactPrices(price: ModelPrice, digits: number) {
  const all = tokenPrices(price);
  const written = PRICED_KINDS.map((kind) => decimal(all[kind]));
  // A million tokens have the price, and a unit is 10^-digits.
  const powers = written.map(({ power }) => power - 6 + digits);
  const lowest = Math.min(0, ...powers);
  const scaled = written.map(({ whole }, index) => whole * 10n ** BigInt((powers[index] ?? 0) - lowest));
  const divisor = 10n ** BigInt(-lowest);
  const common = scaled.reduce(commonDivisor, divisor);
  return { prices: scaled.map((one) => one / common), divisor: divisor / common };
}

/** A number as it is written, as a whole number times a power of ten: 0.15 is 15 times 10^-2. */
function decimal(value: number): { readonly whole: bigint; readonly power: number } {
  const [mantissa = '0', exponent = '0'] = value.toExponential().split('e');
  const [integer = '0', fraction = ''] = mantissa.split('.');
  return { whole: BigInt(`${integer}${fraction}`), power: Number(exponent) - fraction.length };
}

function commonDivisor(a: bigint, b: bigint): bigint {
  return b === 0n ? a : commonDivisor(b, a % b);
}
