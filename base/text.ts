import { distance } from 'fastest-levenshtein';

/** Longer lists help nobody find one word. */
export const MOST_LISTED = 12;

/** A value is repeated in a message to be recognised, not to be read in full. */
const LONGEST_SHOWN = 80;

/** A value as it appears in a message: strings quoted, so that `"5"` and `5` differ. */
export function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > LONGEST_SHOWN ? `${text.slice(0, LONGEST_SHOWN)}…` : text;
}

/** `1, 2, 4 or 8`; a long list ends with how many more there are. */
export function listed(words: readonly (string | number)[], joint: 'or' | 'and'): string {
  if (words.length > MOST_LISTED) {
    return `${words.slice(0, MOST_LISTED).join(', ')} ${joint} ${words.length - MOST_LISTED} more`;
  }
  const last = words.at(-1) ?? 'nothing';
  return words.length < 2 ? `${last}` : `${words.slice(0, -1).join(', ')} ${joint} ${last}`;
}

/**
 * The known word that was probably meant: at most one edit for every three letters away, case ignored.
 *
 * Ties go to the first in alphabetical order.
 */
export function nearest(word: string, known: Iterable<string>): string | undefined {
  const typed = word.toLowerCase();
  const [best] = [...known]
    .map((candidate) => ({ candidate, edits: distance(typed, candidate.toLowerCase()) }))
    .filter(({ candidate, edits }) => edits <= Math.ceil(candidate.length / 3))
    .sort((a, b) => a.edits - b.edits || compareKeys(a.candidate, b.candidate));
  return best?.candidate;
}

/** Whether a word that is not known is one of the known ones, written wrong: two letters differ at most. */
export function isMisspelt(word: string, known: readonly string[]): boolean {
  return known.some((candidate) => distance(word.toLowerCase(), candidate.toLowerCase()) <= 2);
}

/** A whole number with a comma after each three digits. */
export const grouped = (n: number | bigint): string => `${n}`.replace(/\B(?=(\d{3})+$)/g, ',');

/** Code-unit order: the same on every machine, unlike `localeCompare`. */
export function compareKeys(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}

/** Entries of a map in the order of their keys. */
export function sortedEntries<T>(map: Readonly<Record<string, T>>): [key: string, value: T][] {
  return Object.entries(map).sort(([a], [b]) => compareKeys(a, b));
}
