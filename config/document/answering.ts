import type { Static, TObject } from '@sinclair/typebox';
import { duration, map, number, optional } from './keywords';

function price(of: string, more = '') {
  return number({
    title: `Price of ${of}`,
    description: `What a million ${of} cost.${more}`,
    minimum: 0,
    'x-allowed': 'a price, 0 or more',
  });
}

const partOf = (whole: 'input' | 'output', of: string) =>
  optional(price(of, ` Used by budgets. Default: the price of ${whole}.`));

/** What every model that answers by itself may say about itself, to order routes by. */
export const answering = {
  price: optional(
    map(
      {
        title: 'Price',
        description:
          'Price of the model, in the currency of the document. Routes with order: cheapest and budgets require it. Default: unknown.',
      },
      {
        inputPerMTok: price('input tokens'),
        outputPerMTok: price('output tokens'),
        cachedInputPerMTok: partOf('input', 'input tokens that a cache gave'),
        cacheWriteInputPerMTok: partOf('input', 'input tokens that are written to a cache'),
        reasoningPerMTok: partOf('output', 'reasoning tokens'),
      },
    ),
  ),
  expectedLatency: optional(
    duration({
      title: 'Expected latency',
      description:
        'Median time to an answer, as you measured it. Routes with order: fastest require it. Default: unknown; the gateway does not measure it.',
    }),
  ),
};

export type AnsweringDocument = Static<TObject<typeof answering>>;

/** Price of a model, by which tiers are ordered and budgets count; in the currency of the document. */
export type ModelPrice = NonNullable<AnsweringDocument['price']>;
