import { type Static, Type } from '@sinclair/typebox';
import { TOKEN_KINDS } from '../ledger/record';
import { INSTANT_WORDS } from './period';

const name = (title: string, allowed: string) => Type.String({ title, minLength: 1, 'x-allowed': allowed });

const instant = (title: string, description: string) =>
  Type.String({ title, description, format: 'instant', 'x-allowed': INSTANT_WORDS });

const currency = (description: string) =>
  Type.String({
    title: 'Currency',
    description,
    format: 'currency',
    'x-allowed': 'a currency of ISO 4217 such as USD or EUR',
  });

/** One price, from a date on. */
const entry = Type.Object(
  {
    model: name('Model', 'the name of a model, as its answers say it'),
    kind: Type.Unsafe<(typeof TOKEN_KINDS)[number]>({
      type: 'string',
      title: 'Kind of token',
      enum: [...TOKEN_KINDS],
      'x-allowed': `a kind of token: ${TOKEN_KINDS.join(', ')}`,
    }),
    tenant: Type.Optional(name('Tenant', 'the name of a tenant; leave it out for all tenants')),
    from: instant('From', 'The first call to which the price applies: by the time at which it began.'),
    to: Type.Optional(
      instant('To', 'The first call to which it applies no longer. Default: until a later entry begins.'),
    ),
    currency: Type.Optional(currency('Default: the currency of the book.')),
    pricePerMTok: Type.String({
      title: 'Price of a million tokens',
      format: 'price',
      'x-allowed':
        'a price of a million tokens such as 0.15, 0 or more, with at most 12 digits after the point',
    }),
    source: name('Source', 'where the price is from, such as a price list with its date'),
  },
  {
    additionalProperties: false,
    'x-allowed': 'a price: a map with model, kind, from, pricePerMTok and source',
  },
);

/** How a price book is written. */
export const priceBookSchema = Type.Object(
  {
    currency: currency('Of every price of the book.'),
    aliases: Type.Optional(
      Type.Record(Type.String(), name('Model', 'the name of a model with prices'), {
        title: 'Aliases',
        description:
          'Models that answer under several names: the name of an answer, and the one with prices.',
        'x-allowed': 'a map of names of models: the name of an answer, and the one with prices',
      }),
    ),
    entries: Type.Array(entry, { title: 'Prices', 'x-allowed': 'a list of prices' }),
  },
  { additionalProperties: false, 'x-allowed': 'a price book: a map with currency and entries' },
);

export type PriceBookDocument = Static<typeof priceBookSchema>;

export type EntryDocument = PriceBookDocument['entries'][number];
