import type { Measured } from '../measured';
import type { Claim, JudgedClaim } from './claim';
import { DATA_CLAIMS } from './data';
import { GATE_CLAIMS } from './gate';
import { LOAD_CLAIMS } from './load';
import { RESULT_CLAIMS } from './results';

export type { Claim, ClaimVerdict, JudgedClaim } from './claim';

/** Every claim about data, load, gate and results, in the order of their numbers. */
export const CLAIMS: readonly Claim[] = [...DATA_CLAIMS, ...LOAD_CLAIMS, ...GATE_CLAIMS, ...RESULT_CLAIMS];

export const judgedClaims = (run: Measured): JudgedClaim[] =>
  CLAIMS.map(({ number, claim, where, judged }) => {
    const fromRun = typeof judged === 'function';
    return { number, claim, where, fromRun, ...(fromRun ? judged(run) : judged) };
  });
