import { existsSync, writeFileSync } from 'node:fs';
import { PlatformError } from '../base/mistake';
import { shown } from '../base/text';
import { type Bill, makeBill } from '../billing/bill';
import { billCsv, billJson } from '../billing/bill-data';
import { billTable } from '../billing/bill-table';
import { focusCsv } from '../billing/focus';
import { loadGpuBills } from '../billing/gpu-bill';
import type { Grouping } from '../billing/groups';
import { INSTANT_WORDS, type Period, parseInstant } from '../billing/period';
import { loadPriceBook } from '../billing/price-book';
import { loadUnits } from '../billing/units';
import { type UsagePlace, usageSource } from './usage-source';

/** What every command reads that needs usage. */
export interface UsageOptions extends UsagePlace {
  readonly from: string;
  readonly to: string;
  readonly prices: string;
}

export interface BillCommandOptions extends UsageOptions {
  readonly by?: Grouping;
  readonly units?: string;
  readonly gpuBills?: string;
  readonly format: 'table' | 'csv' | 'json' | 'focus';
  readonly json?: true;
  readonly provider: string;
  readonly out?: string;
}

/** `vcf-ai bill`. */
export async function bill(options: BillCommandOptions): Promise<void> {
  const { units, gpuBills, prices, out } = options;
  refuseGroupedFocus(options);
  const period = readPeriod(options);
  refuseOtherPlaces(options);
  refuseAbsent({ prices, records: options.records, units, 'gpu-bills': gpuBills });
  const book = loadPriceBook(prices);
  const made = await makeBill(usageSource(options), {
    ...{ period, book },
    ...(units !== undefined && { units: loadUnits(units) }),
    ...(gpuBills !== undefined && { gpuBills: loadGpuBills(gpuBills, book.currency) }),
  });
  const text = billText(made, options);
  if (out === undefined) process.stdout.write(text);
  else writeFileSync(out, text);
}

function refuseGroupedFocus({ format, by }: BillCommandOptions): void {
  if (format !== 'focus' || by === undefined) return;
  throw new PlatformError([
    {
      ...{ path: '--by', value: by, problem: 'FOCUS has a row for each line of a bill, and no totals' },
      fix: 'leave out --by, or use --format csv',
    },
  ]);
}

function billText(made: Bill, { format, json, by, provider }: BillCommandOptions): string {
  if (json === true || format === 'json') return billJson(made, by ?? 'workload');
  if (format === 'csv') return billCsv(made, by);
  return format === 'focus' ? focusCsv(made, { provider }) : billTable(made, by ?? 'workload');
}

/** @throws PlatformError for what is no time, and for an end that is not after the beginning */
export function readPeriod({ from, to }: Pick<UsageOptions, 'from' | 'to'>): Period {
  const given = Object.entries({ from, to });
  const wrong = given.filter(([, text]) => parseInstant(text) === undefined);
  const mistakes = wrong.map(([flag, value]) => ({
    ...{ path: `--${flag}`, value },
    problem: `${shown(value)} is not ${INSTANT_WORDS}`,
  }));
  if (mistakes.length > 0) throw new PlatformError(mistakes);
  const period = { from: parseInstant(from) ?? 0, to: parseInstant(to) ?? 0 };
  if (period.to > period.from) return period;
  throw new PlatformError([
    {
      ...{ path: '--to', value: to, problem: `${to} is not after --from ${from}` },
      fix: 'the end is excluded: for June use --from 2026-06-01 --to 2026-07-01',
    },
  ]);
}

/** @throws PlatformError unless usage is in one place, which is there */
export function refuseOtherPlaces({ records, ledger }: UsagePlace): void {
  const given = [records, ledger].filter((place) => place !== undefined).length;
  const isThere = ledger === undefined || ledger.includes('://') || existsSync(ledger);
  if (given === 1 && isThere) return;
  throw new PlatformError([
    given === 1
      ? {
          ...{ path: '--ledger', value: ledger, problem: `there is no ledger ${ledger}` },
          fix: 'vcf-ai ledger ingest makes one',
        }
      : {
          path: '--ledger',
          problem: given === 0 ? 'usage is in no place' : 'usage is in two places',
          fix: 'give either --ledger or --records',
        },
  ]);
}

/** @throws PlatformError with every file that is not there */
export function refuseAbsent(files: Readonly<Record<string, string | undefined>>): void {
  const mistakes = Object.entries(files).flatMap(([flag, file]) =>
    file === undefined || existsSync(file)
      ? []
      : [{ path: `--${flag}`, value: file, problem: `there is no file ${file}`, fix: 'check the path' }],
  );
  if (mistakes.length > 0) throw new PlatformError(mistakes);
}
