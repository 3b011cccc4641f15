import type { Measured } from '../measured';
import { type Claim, type Judged, type JudgedClaim, NEEDED, notTestable } from './claim';
import { DATA_CLAIMS } from './data';
import { GATE_CLAIMS } from './gate';
import { LOAD_CLAIMS } from './load';
import { RESULT_CLAIMS } from './results';

export type { Claim, ClaimVerdict, JudgedClaim } from './claim';

/** Every claim about data, load, gate and results, in the order of their numbers. */
export const CLAIMS: readonly Claim[] = [...DATA_CLAIMS, ...LOAD_CLAIMS, ...GATE_CLAIMS, ...RESULT_CLAIMS];

export const judgedClaims = (run: Measured): JudgedClaim[] =>
  CLAIMS.map((claim) => {
    const { number, claim: text, where, judged } = claim;
    return { number, claim: text, where, fromRun: typeof judged === 'function', ...judge(claim, run) };
  });

function judge({ judged, ofHardware }: Claim, run: Measured): Judged {
  const found = typeof judged === 'function' ? judged(run) : judged;
  if (!ofHardware || run.simulated === null || found.verdict === 'not-testable') return found;
  return notTestable(`simulated, no evidence: ${found.how}; ${NEEDED}`);
}
