import type { Period } from '../billing/period';
import { recordsFile } from '../billing/records-file';
import type { UsageSource } from '../billing/usage';
import { HOUR_MS, periodAt } from '../ledger/period';

/** Where the commands read what was used: a file of records, or a ledger. */
export interface UsagePlace {
  readonly records?: string;
  readonly ledger?: string;
}

/**
 * The usage at a place. Of a ledger, a whole month is what is billed in it: calls that came late, and corrections, are in
 * the month that was open then, and a closed month is the same for ever. Any other time is the calls that began in it.
 */
export function usageSource({ records, ledger }: UsagePlace): UsageSource {
  return ledger === undefined ? recordsFile(records ?? '') : ledgerSource(ledger);
}

function ledgerSource(place: string): UsageSource {
  return {
    async *usage(period, cuts) {
      const { openLedger } = await import('../ledger/open.js');
      const store = await openLedger(place);
      try {
        const within = cuts.filter((cut) => cut % HOUR_MS !== 0);
        for (const { from, backend: _, ...sum } of await store.sums(selectionOf(period), within)) {
          yield { ...sum, startedAt: from };
        }
      } finally {
        await store.end();
      }
    },
  };
}

function selectionOf({ from, to }: Period) {
  const { name, start, end } = periodAt(from);
  return start === from && end === to ? { period: name } : { from, to };
}
