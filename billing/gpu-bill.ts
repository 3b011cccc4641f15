import { type Static, Type } from '@sinclair/typebox';
import { sortedEntries } from '../base/text';
import { loadDocument, type Refuse } from './document';
import { type Amount, parseAmount, parseDecimal } from './money';
import { type Period, parseMonth } from './period';

const decimal = (title: string, description: string, allowed: string) =>
  Type.String({ title, description, pattern: '^\\d{1,12}(\\.\\d{1,9})?$', 'x-allowed': allowed });

const gpuCount = (title: string, description: string) =>
  decimal(title, description, 'a number of GPUs such as 4 or 0.5, with at most 9 digits after the point');

/** How the cost of GPUs is written. */
const schema = Type.Object(
  {
    currency: Type.String({ format: 'currency', 'x-allowed': 'a currency of ISO 4217 such as USD or EUR' }),
    months: Type.Array(
      Type.Object(
        {
          month: Type.String({ title: 'Month', format: 'month', 'x-allowed': 'a month such as 2026-06' }),
          cost: decimal(
            'Cost',
            'What the GPUs cost in the month, whatever they did.',
            'an amount such as 36000.00, with at most 9 digits after the point',
          ),
          gpus: gpuCount('GPUs', 'How many GPUs that is for.'),
          source: Type.String({ minLength: 1, 'x-allowed': 'where the amount is from, such as an invoice' }),
          models: Type.Record(
            Type.String(),
            Type.Object(
              {
                gpus: gpuCount('GPUs', 'How many of them the model is served on.'),
                busy: Type.Optional(
                  Type.String({
                    title: 'Busy',
                    description: 'The part of the month in which its GPUs worked, as measured. Default: 1.',
                    pattern: '^(0(\\.\\d{1,9})?|1(\\.0{1,9})?)$',
                    'x-allowed': 'a part from 0 to 1 such as 0.42',
                  }),
                ),
                comparedWith: Type.Optional(
                  Type.String({
                    title: 'Compared with',
                    description:
                      'The frontier model that would have answered otherwise. Default: no comparison.',
                    minLength: 1,
                    'x-allowed': 'the name of a model with prices',
                  }),
                ),
              },
              { additionalProperties: false, 'x-allowed': 'a map with gpus, and busy or comparedWith' },
            ),
            { 'x-allowed': 'a map of models by name' },
          ),
        },
        {
          additionalProperties: false,
          'x-allowed': 'a month: a map with month, cost, gpus, models and source',
        },
      ),
      { 'x-allowed': 'a list of months' },
    ),
  },
  { additionalProperties: false, 'x-allowed': 'a map with currency and months' },
);

type MonthDocument = Static<typeof schema>['months'][number];

/** A model's part of the GPUs. */
export interface GpuShare {
  readonly model: string;
  /** Billionths of a GPU. */
  readonly gpus: bigint;
  /** The part of the month in which they worked, in billionths. */
  readonly busy: bigint;
  /** Empty where it is compared with nothing. */
  readonly comparedWith: string;
}

/** What the GPUs cost in a month. */
export interface GpuBill {
  readonly month: Period;
  readonly cost: Amount;
  /** Billionths of a GPU; at least those of the models together. */
  readonly gpus: bigint;
  readonly source: string;
  readonly models: readonly GpuShare[];
}

/** The whole, in billionths. */
export const WHOLE = 10n ** 9n;

/**
 * Reads what GPUs cost, in YAML or JSON.
 *
 * @param currency The one of the price book.
 * @throws PlatformError with every mistake
 */
export function loadGpuBills(file: string, currency: string): GpuBill[] {
  const { content, isUnsound, refuse, finish } = loadDocument(file, schema);
  if (!isUnsound(['currency']) && content.currency !== currency) {
    refuse(['currency'], {
      value: content.currency,
      problem: `${content.currency} is not the currency of the price book, ${currency}`,
      fix: `convert the costs to ${currency}`,
    });
  }
  const written = Array.isArray(content?.months) ? content.months : [];
  const bills = new Map<number, GpuBill>();
  for (const [index, month] of written.entries()) {
    if (!isUnsound(['months', index])) bills.set(index, gpuBillOf(month));
  }
  refuseBills(bills, refuse);
  finish();
  return [...bills.values()];
}

function gpuBillOf({ month, cost, gpus, source, models }: MonthDocument): GpuBill {
  return {
    month: parseMonth(month) ?? { from: Number.NaN, to: Number.NaN },
    cost: parseAmount(cost) ?? 0n,
    gpus: billionths(gpus),
    source,
    models: sortedEntries(models).map(([model, share]) => ({
      model,
      gpus: billionths(share.gpus),
      busy: billionths(share.busy ?? '1'),
      comparedWith: share.comparedWith ?? '',
    })),
  };
}

/** @param bills By their positions in the document. */
function refuseBills(bills: ReadonlyMap<number, GpuBill>, refuse: Refuse): void {
  const seen = new Set<number>();
  for (const [index, { month, gpus, models }] of bills) {
    if (seen.has(month.from)) {
      refuse(['months', index, 'month'], { problem: 'is there twice', fix: 'add up the costs of the month' });
    }
    seen.add(month.from);
    const used = models.reduce((sum, share) => sum + share.gpus, 0n);
    if (gpus === 0n || used > gpus) {
      refuse(['months', index, 'gpus'], {
        problem: 'is less than its models have together, or nothing',
        fix: 'count every GPU that the cost is for',
      });
    }
  }
}

const billionths = (text: string) => parseDecimal(text, 9) ?? 0n;
