import type { TokenKind } from '../ledger/record';
import type { TokenPrice } from './money';

/** A price of a book. */
export interface PriceEntry {
  /** Its position in the book. */
  readonly index: number;
  readonly model: string;
  readonly kind: TokenKind;
  /** Empty for all tenants. */
  readonly tenant: string;
  readonly from: number;
  /** When it ends by itself; absent where it holds until a later entry. */
  readonly to?: number;
  readonly currency: string;
  readonly price: TokenPrice;
  readonly source: string;
}

/** Kinds that are a part of another: what has no price of its own has the price of the whole. */
export const PARENTS: Readonly<Partial<Record<TokenKind, TokenKind>>> = {
  cachedInput: 'input',
  cacheWriteInput: 'input',
  reasoning: 'output',
};
