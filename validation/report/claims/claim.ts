import type { Measured } from '../measured';

export type ClaimVerdict = 'reproduced' | 'differs' | 'not-testable';

/** What a claim is worth. */
export interface Judged {
  readonly verdict: ClaimVerdict;
  /** What was found; of what differs, how; of what is not testable here, what would be needed. */
  readonly how: string;
}

/** One claim of the white paper about its load test. */
export interface Claim {
  /** From 123 to 193, as the claims of the paper and of its companions were numbered when they were collected. */
  readonly number: number;
  readonly claim: string;
  /** About what GPUs do: stand-ins prove nothing about it, whatever numbers they show. */
  readonly ofHardware?: true;
  /** Commands, tests and files that show it; paths are from the root of the repository. */
  readonly where: readonly string[];
  /** Either what holds for every run, or a function of the records of a run. */
  readonly judged: Judged | ((run: Measured) => Judged);
}

/** A claim with the verdict of one run. */
export interface JudgedClaim extends Judged {
  readonly number: number;
  readonly claim: string;
  readonly where: readonly string[];
  /** Whether the verdict is from the records of this run. */
  readonly fromRun: boolean;
}

export const reproduced = (how: string): Judged => ({ verdict: 'reproduced', how });
export const differs = (how: string): Judged => ({ verdict: 'differs', how });
export const notTestable = (how: string): Judged => ({ verdict: 'not-testable', how });

/** What results of the paper's hardware need. */
export const NEEDED =
  'needed: four H100 with vLLM and gpt-oss-120b, the paper’s corpus, and --seconds 39600 --users 512';
