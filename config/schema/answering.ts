import { DURATION, map, type Schema } from './keywords';

function price(of: string): Schema {
  return {
    title: `Price of ${of}`,
    description: `What a million ${of} cost.`,
    type: 'number',
    minimum: 0,
    'x-allowed': 'a price, 0 or more',
  };
}

/** What every model that answers by itself may say about itself, to order routes by. */
export const answering: Readonly<Record<string, Schema>> = {
  price: map({
    title: 'Price',
    description:
      'What the model costs, in any one currency; needed by routes with order: cheapest. Default: unknown.',
    required: ['inputPerMTok', 'outputPerMTok'],
    properties: { inputPerMTok: price('input tokens'), outputPerMTok: price('output tokens') },
  }),
  expectedLatency: {
    ...DURATION,
    title: 'Expected latency',
    description:
      'Median time to an answer as you measured it; needed by routes with order: fastest. Default: unknown, nothing measures it here.',
  },
};
