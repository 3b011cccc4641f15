import { formatPrice, parsePrice } from '../billing/money';
import type { PriceBook } from '../billing/price-book';
import {
  type Mistake,
  type ModelPrice,
  PRICED_KINDS,
  type PricedKind,
  tokenPrices,
  WHOLE_OF,
} from '../config';
import { toMistakes, type UnplacedMistake } from '../config/mistakes';
import type { Stack } from './stack';

/** A price book, and the moment at which its prices are asked. */
export interface AskedBook {
  readonly file: string;
  readonly book: PriceBook;
  readonly at: number;
}

/**
 * Where the prices of a stack's document, by which budgets are counted, are not those of the book, by which bills are
 * made. Prices of a tenant are not compared: the document has none.
 */
export function differingPrices({ platform, locate }: Stack, asked: AskedBook): Mistake[] {
  const { currency } = asked.book;
  const other: UnplacedMistake[] =
    platform.currency === currency
      ? []
      : [
          {
            at: ['currency'],
            value: platform.currency,
            problem: `the prices of ${asked.file} are in ${currency}`,
          },
        ];
  const differing = platform.models.flatMap((model) => {
    if (model.kind === 'route' || model.price === undefined) return [];
    const names = [model.name, ...(model.kind === 'provider' ? [model.model] : [])];
    return comparePrices(model.name, names, model.price, asked);
  });
  return toMistakes([...other, ...differing], locate);
}

/** @param names Under which the book may have the model; the first that it has counts. */
function comparePrices(
  model: string,
  names: readonly string[],
  price: ModelPrice,
  { file, book, at }: AskedBook,
): UnplacedMistake[] {
  const place = ['models', model, 'price'];
  const name = names.map((one) => book.pricedName(one)).find((one) => book.models.has(one));
  if (name === undefined) {
    return [
      { at: place, problem: `${file} has no prices of ${names.join(' or ')}`, fix: 'add them to the book' },
    ];
  }
  const own = tokenPrices(price);
  // Calls of a kind that has no price in the book cannot be billed, which is told when it happens.
  const entryOf = (kind: PricedKind) => book.priceOf(name, kind, '', at);
  const differs = (kind: PricedKind) => {
    const entry = entryOf(kind);
    return entry !== undefined && parsePrice(`${own[kind]}`) !== entry.price;
  };
  return PRICED_KINDS.flatMap((kind): UnplacedMistake[] => {
    const [entry, whole, field] = [entryOf(kind), WHOLE_OF[kind], `${kind}PerMTok` as const];
    if (entry === undefined || !differs(kind)) return [];
    // It has the price of its whole, and that is what is wrong.
    if (whole !== undefined && price[field] === undefined && differs(whole)) return [];
    const written = formatPrice(entry.price);
    return [
      {
        at: [...place, field],
        value: own[kind],
        problem: `${kind} of ${model} costs ${own[kind]} in the document and ${written} in ${file}: budgets and bills would differ`,
        fix: `set it to ${Number(written)}`,
      },
    ];
  });
}
