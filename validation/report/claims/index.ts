import type { Measured } from '../measured';
import type { Claim, JudgedClaim } from './claim';

export type { Claim, ClaimVerdict, JudgedClaim } from './claim';

/** Every claim about data, load, gate and results, in the order of their numbers. */
export const CLAIMS: readonly Claim[] = [];

export const judgedClaims = (run: Measured): JudgedClaim[] =>
  CLAIMS.map(({ number, claim, where, judged }) => {
    const fromRun = typeof judged === 'function';
    return { number, claim, where, fromRun, ...(fromRun ? judged(run) : judged) };
  });
