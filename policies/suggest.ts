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

/** Levenshtein distance, one row at a time. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (const [i, letter] of [...a].entries()) {
    const next = [i + 1];
    for (const [j, other] of [...b].entries()) {
      const replaced = (row[j] ?? 0) + Number(letter !== other);
      next.push(Math.min(replaced, (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}
