import type { Usage } from './answer';
import type { Fingerprint } from './records';

/** One comparison. */
export interface Check {
  readonly what: string;
  readonly expected: string;
  readonly actual: string;
  readonly passed: boolean;
}

export interface CaseResult {
  readonly id: string;
  readonly title: string;
  readonly objective: string;
  readonly method: string;
  readonly expected: string;
  /** What the checks found, in one text. */
  readonly actual: string;
  /** All checks passed; false where the case is not applicable. */
  readonly passed: boolean;
  /** Why the case was not carried out. */
  readonly notApplicable?: string;
  readonly checks: readonly Check[];
  readonly evidence: Evidence;
}

export interface Evidence {
  /** In the order in which they were made. */
  readonly exchanges: readonly ExchangeEvidence[];
  readonly counters: readonly CounterEvidence[];
  /** What else is worth knowing, such as times and waits. */
  readonly notes: readonly string[];
}

/** A request, its answer, and what the upstreams recorded while it was made. */
export interface ExchangeEvidence {
  /** `POST /v1/chat/completions as toolbench-agent`. */
  readonly request: string;
  readonly status: number;
  readonly milliseconds: number;
  readonly usage?: Usage;
  /** The beginning of an answer other than 200. */
  readonly said?: string;
  readonly seen: readonly SeenEvidence[];
}

export interface SeenEvidence {
  readonly upstream: string;
  readonly seq: number;
  readonly method: string;
  readonly path: string;
  readonly model: string | null;
  readonly status: number | null;
  readonly bytes: number;
  readonly sha256: string;
  /** By header or parameter. */
  readonly credentials: Readonly<Record<string, readonly Fingerprint[]>>;
}

export interface CounterEvidence {
  /** The full series name with its labels. */
  readonly series: string;
  /** Null where the page did not have the series. */
  readonly before: number | null;
  readonly after: number | null;
}
