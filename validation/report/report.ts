import type { RunRecords } from '../load/run-folder';
import { CAVEATS } from './caveats';
import { type JudgedClaim, judgedClaims } from './claims';
import { type Measured, measured } from './measured';

/** `report.json`: everything that the page shows, from the records of a run alone. */
export interface LoadReport extends Measured {
  readonly claims: readonly JudgedClaim[];
  readonly caveats: readonly string[];
}

/** The same records give the same report: it knows no clock, no locale and no chance. */
export function reportOf(records: RunRecords): LoadReport {
  const numbers = measured(records);
  return { ...numbers, claims: judgedClaims(numbers), caveats: CAVEATS };
}
