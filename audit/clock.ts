/** A moment that is known to lie in a stretch of time, both ends included, in milliseconds since 1970. */
export interface Span {
  readonly least: number;
  readonly most: number;
}

/** By which moments of a call a source counts its tokens: all of them at its end, or while it runs. */
export type Counts = 'at the end' | 'while it runs';

/**
 * What the readings of a source cover. The ledger has a call in the period in which it began; every other source has a
 * clock of its own.
 */
export interface Clock {
  readonly counts: Counts;
  /** When the source was read at the beginning of the period. */
  readonly from: Span;
  readonly to: Span;
  /** Between the last scrape of a process and its end: what it counted then is in no reading. */
  readonly blind: readonly Span[];
}

/** Which part of something a source has: none, all, or anything between them. */
export type Share = 'none' | 'some' | 'all';

/** Which part of a call's tokens the readings of a source have. */
export function shareOf({ counts, from, to, blind }: Clock, startedAt: number, endedAt: number): Share {
  const first = counts === 'at the end' ? endedAt : startedAt;
  if (endedAt <= from.least || first > to.most) return 'none';
  const isWithin = first > from.most && endedAt <= to.least;
  return isWithin && !blind.some(({ least, most }) => endedAt >= least && first <= most) ? 'all' : 'some';
}
