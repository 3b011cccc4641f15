import { distance } from 'fastest-levenshtein';

/** Longer lists help nobody find one word. */
const MOST_LISTED = 12;

/** A value is repeated in a message to be recognised, not to be read in full. */
const LONGEST_SHOWN = 80;

/**
 * What to write instead of a word that is not known: the known one that was probably meant (at most one edit
 * for every three letters away, case ignored), or else all of them.
 */
export function suggest(word: string, known: readonly string[]): string | undefined {
  const typed = word.toLowerCase();
  const sorted = [...known].sort();
  const [best] = sorted
    .map((candidate) => ({ candidate, edits: distance(typed, candidate.toLowerCase()) }))
    .filter(({ candidate, edits }) => edits <= Math.ceil(candidate.length / 3))
    .sort((a, b) => a.edits - b.edits);
  if (best !== undefined) return `use ${best.candidate}`;
  if (sorted.length === 0) return undefined;
  const more = sorted.length > MOST_LISTED ? [`${sorted.length - MOST_LISTED} more`] : [];
  return `there are: ${[...sorted.slice(0, MOST_LISTED), ...more].join(', ')}`;
}

/** A value as it appears in a message: strings quoted, so that `"5"` and `5` differ. */
export function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > LONGEST_SHOWN ? `${text.slice(0, LONGEST_SHOWN)}…` : text;
}
