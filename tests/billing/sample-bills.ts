import { resolve } from 'node:path';
import { type Bill, makeBill } from '../../billing/bill';
import { loadPriceBook } from '../../billing/price-book';
import { recordsFile } from '../../billing/records-file';
import { loadUnits } from '../../billing/units';
import { usageOfRecords } from '../../billing/usage';
import type { UsageRecord } from '../../ledger/record';
import { at, bookOf, call } from './books';
import { seeded } from './seeded';

const example = resolve(__dirname, '../../examples/chargeback');

export const JUNE = { from: at('2026-06-01T00:00:00'), to: at('2026-07-01T00:00:00') };

/** The bill of examples/chargeback. */
export function exampleBill(): Promise<Bill> {
  return makeBill(recordsFile(`${example}/records.jsonl`), {
    period: JUNE,
    book: loadPriceBook(`${example}/prices.yaml`),
    units: loadUnits(`${example}/units.yaml`),
  });
}

/** Prices of which most products with tokens have more digits than an amount of money. */
const AWKWARD = [
  'model: a, kind: input, from: 2026-05-01, pricePerMTok: 0.0375',
  'model: a, kind: output, from: 2026-05-01, pricePerMTok: 0.123456789',
  'model: b, kind: input, from: 2026-05-01, pricePerMTok: 0.07',
  'model: b, kind: cachedInput, from: 2026-05-01, pricePerMTok: 0.0071',
  'model: b, kind: output, from: 2026-05-01, pricePerMTok: 1.1',
  'model: b, kind: output, tenant: t1, from: 2026-05-01, pricePerMTok: 1.07',
];

/** A bill of 600 generated calls with such prices; the same in every run. */
export function generatedBill(): Promise<Bill> {
  const random = seeded(3);
  const below = (limit: number) => Math.floor(random() * limit);
  const records = Array.from({ length: 600 }, (): UsageRecord => {
    const input = 1 + below(100_000);
    return call({
      startedAt: JUNE.from + below(JUNE.to - JUNE.from),
      workload: `w${below(3)}`,
      tenant: `t${below(2)}`,
      modelAnswered: below(2) === 0 ? 'a' : 'b',
      tokens: { input, cachedInput: below(input), output: 1 + below(100_000) },
    });
  });
  return makeBill(usageOfRecords(records), { period: JUNE, book: bookOf(...AWKWARD) });
}
