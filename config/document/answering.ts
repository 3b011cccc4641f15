import type { Static, TObject } from '@sinclair/typebox';
import { duration, map, number, optional } from './keywords';

function price(of: string) {
  return number({
    title: `Price of ${of}`,
    description: `What a million ${of} cost.`,
    minimum: 0,
    'x-allowed': 'a price, 0 or more',
  });
}

/** What every model that answers by itself may say about itself, to order routes by. */
export const answering = {
  price: optional(
    map(
      {
        title: 'Price',
        description:
          'Price of the model, in the same currency for all models. Routes with order: cheapest require it. Default: unknown.',
      },
      {
        inputPerMTok: price('input tokens'),
        outputPerMTok: price('output tokens'),
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

/** Price of a model, by which tiers are ordered; in the currency of the document. */
export type ModelPrice = NonNullable<AnsweringDocument['price']>;
