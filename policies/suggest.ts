import { MOST_LISTED, nearest } from '../base/text';

/** What to write instead of a word that is not known: the known one that was probably meant, or else all of them. */
export function suggest(word: string, known: readonly string[]): string | undefined {
  const best = nearest(word, known);
  if (best !== undefined) return `use ${best}`;
  if (known.length === 0) return undefined;
  const sorted = [...known].sort();
  const more = sorted.length > MOST_LISTED ? [`${sorted.length - MOST_LISTED} more`] : [];
  return `known are ${[...sorted.slice(0, MOST_LISTED), ...more].join(', ')}`;
}
