import type { SessionDocument } from './route';

/** A workload calls one model whatever a request names (`model`), or some by their names (`models`). */
export interface WorkloadDocument {
  readonly model?: string;
  readonly models?: readonly string[];
  readonly fallback: readonly string[];
  readonly session?: SessionDocument;
  /** Default: the workload's name as app; nothing with `identity: none`. */
  readonly match?: { readonly app?: string; readonly tenant?: string };
  readonly limits: LimitsDocument;
  readonly apiKeySecret?: string;
}

export interface LimitsDocument {
  readonly requestsPerMinute?: number;
  readonly tokensPerMinute?: number;
  readonly tokensPerHour?: number;
  readonly tokensPerDay?: number;
  readonly tokensPerMonth?: number;
  readonly parallelRequests?: number;
  readonly shadow: boolean;
}
