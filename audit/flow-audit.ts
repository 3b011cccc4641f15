import { GAP_CLASSES } from '../base/audit';
import type { Period } from '../billing/period';
import type { TokenKind } from '../ledger/record';
import { isWhole } from './calls';
import type { Class } from './explain';

/** What is compared with the ledger: the gateway’s own count, and what served the models. */
export type Compared = 'gateway' | 'upstream';

/** Tokens of one kind of a model, by source; a source that tells nothing of it is absent. */
export interface FlowRow {
  readonly model: string;
  readonly kind: TokenKind;
  readonly ledger: number;
  readonly gateway?: number;
  readonly engine?: number;
  readonly provider?: number;
}

/** How many tokens a source has more than the ledger, or less where it is below 0, and why. */
export interface Difference {
  readonly model: string;
  readonly kind: TokenKind;
  readonly source: Compared;
  readonly tokens: number;
  readonly classes: Readonly<Partial<Record<Class, number>>>;
  readonly unexplained: number;
}

/** In place of a model, where not even one is known. */
export const EVERY_MODEL = '*';

/** A comparison that could not be made. */
export interface Inconclusive {
  readonly model: string;
  readonly source: Compared;
  readonly why: string;
}

/** What calls the classes of a model rest on. */
export interface Evidence {
  readonly model: string;
  /** Calls of which the gateway has a count and the ledger no record. */
  readonly lostCalls: number;
  /** Requests of the model servers that no attempt of the gateway explains. */
  readonly bypassedRequests: number;
  readonly leftStreams: number;
  readonly unansweredAttempts: number;
}

export interface FlowAudit {
  readonly period: Period;
  readonly rows: readonly FlowRow[];
  readonly differences: readonly Difference[];
  readonly inconclusive: readonly Inconclusive[];
  readonly evidence: readonly Evidence[];
  /** When the last call of the ledger began; absent where it has none in the period. */
  readonly lastCall?: number;
  readonly resets: number;
}

/** Tokens of a difference that somebody used and no bill has, or that a bill has and nobody used. */
export function gapOf({ classes, unexplained }: Difference): number {
  const of: Readonly<Record<string, number>> = { ...classes, unexplained };
  return GAP_CLASSES.reduce((sum, name) => sum + Math.abs(of[name] ?? 0), 0);
}

/** Differences that bills should not have: of wholes, because all other kinds are parts of these. */
export function gapsOf({ differences }: Pick<FlowAudit, 'differences'>): readonly Difference[] {
  return differences.filter((one) => isWhole(one.kind) && gapOf(one) > 0);
}
