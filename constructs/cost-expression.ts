import { type MoneyLimit, PRICED_KINDS, type PricedKind, type TokenPrices, type UnitPrices } from '../config';

/** Variables of the AI gateway's cost expressions (internal/llmcostcel/cel.go), all of them uint. */
const VARIABLES: Readonly<Record<PricedKind, string>> = {
  input: 'input_tokens',
  cachedInput: 'cached_input_tokens',
  cacheWriteInput: 'cache_creation_input_tokens',
  output: 'output_tokens',
  reasoning: 'reasoning_tokens',
};

const PARTS: Readonly<Record<'input' | 'output', readonly PricedKind[]>> = {
  input: ['cachedInput', 'cacheWriteInput'],
  output: ['reasoning'],
};

/**
 * What a call costs, in units of a limit in money: CEL for `llmRequestCosts` of a route, by the model that answered.
 *
 * @param backendOf The name of the backend of a model. At its time `backend` is `<namespace>/<name>/route/…`.
 */
export function costExpression({ prices }: MoneyLimit, backendOf: (model: string) => string): string {
  const [[, last] = ['', undefined], ...others] = Object.entries(prices).reverse();
  if (last === undefined) throw new RangeError('a limit in money has prices of one model at least');
  return others.reduce(
    (otherwise, [model, price]) =>
      `backend.contains("/${backendOf(model)}/route/") ? ${costOf(price)} : ${otherwise}`,
    costOf(last),
  );
}

/** Rounded up. */
function costOf({ prices, divisor }: UnitPrices): string {
  const terms = [...wholeTerms('input', prices), ...wholeTerms('output', prices)];
  const sum = terms.join(' + ');
  return divisor === 1 ? `(${sum})` : `(${sum} + ${divisor - 1}u) / ${divisor}u`;
}

/**
 * A whole and those of its parts that have a price of their own. CEL fails below 0, and so would the call: a part that is
 * larger than its whole leaves nothing of it.
 */
function wholeTerms(whole: 'input' | 'output', prices: TokenPrices): string[] {
  const parts = PARTS[whole].filter((kind) => prices[kind] !== prices[whole]);
  const all = VARIABLES[whole];
  const counted = parts.map((kind) => VARIABLES[kind]);
  const rest =
    counted.length === 0 ? all : `(${all} > ${counted.join(' + ')} ? ${[all, ...counted].join(' - ')} : 0u)`;
  return [
    ...(prices[whole] === 0 ? [] : [`${rest} * ${prices[whole]}u`]),
    ...parts.flatMap((kind) => (prices[kind] === 0 ? [] : [`${VARIABLES[kind]} * ${prices[kind]}u`])),
  ];
}

/** What the meter needs to know of the calls that one rule of a route sends to its models. */
export interface MeteredRule {
  /** `<route>/rule/<number>`. */
  readonly rule: string;
  readonly prices: readonly UnitPrices[];
}

/** A table of Lua: prices by rule of a route, each a list of the models that may have answered. */
export function luaPrices(rules: readonly MeteredRule[]): string {
  const entries = rules.map(({ rule, prices }) => `["${rule}"] = {${prices.map(luaPrice).join(', ')}}`);
  return `{${entries.join(', ')}}`;
}

const luaPrice = ({ prices, divisor }: UnitPrices) =>
  `{${PRICED_KINDS.map((kind) => `${kind} = ${prices[kind]}`).join(', ')}, divisor = ${divisor}}`;
