import type { TokenKind, Tokens } from '../ledger/record';
import type { Clock } from './clock';

/** What one source tells of a model. */
export interface Told {
  /** A kind that is absent is told by nobody, which is not none. */
  readonly tokens: Tokens;
  /** Calls or requests; absent where the source does not count them. */
  readonly requests?: number;
}

/** What one source tells of a period. */
export interface Reading {
  readonly models: ReadonlyMap<string, Told>;
  readonly clock: Clock;
  /** Models of which the source cannot be believed, and why. */
  readonly doubts: ReadonlyMap<string, string>;
  /** Why the source tells nothing at all. */
  readonly missing?: string;
  /** Counters that began anew, or ended, within the period. */
  readonly resets: number;
}

/** Adds up what is told of models. */
export class Tally {
  readonly models = new Map<string, { tokens: Partial<Record<TokenKind, number>>; requests?: number }>();

  add(model: string, kind: TokenKind | 'requests', amount: number): void {
    const told = this.models.get(model) ?? { tokens: {} };
    this.models.set(model, told);
    if (kind === 'requests') told.requests = (told.requests ?? 0) + amount;
    else told.tokens[kind] = (told.tokens[kind] ?? 0) + amount;
  }
}
