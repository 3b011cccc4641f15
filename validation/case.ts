import type { Probe } from './probe';

/** One test case of the suite. */
export interface Case {
  /** `TC1`, `TC2b`; the first three are the paper's. */
  readonly id: string;
  readonly title: string;
  readonly objective: string;
  readonly method: string;
  readonly expected: string;
  /** Asks, and checks the answers; throws `NotApplicable` where the platform has nothing to check. */
  run(probe: Probe): Promise<void>;
}

/** A case has nothing to check on this platform; the message says why. */
export class NotApplicable extends Error {
  override readonly name = 'NotApplicable';
}
