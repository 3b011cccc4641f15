import { createHash } from 'node:crypto';

/** Twelve hex digits by which texts are told apart: at a million texts, two are alike by chance in 1 of 500 sets. */
export const shortHash = (text: string): string =>
  createHash('sha256').update(text).digest('hex').slice(0, 12);

/** A name for a task of which only its text is known: its first words and a hash of all of them, spaces ignored. */
export function taskOfText(text: string): string {
  const words = text.replace(/\s+/g, ' ').trim();
  const slug = words
    .slice(0, 60)
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 40);
  return `${slug || 'task'}-${shortHash(words)}`;
}

/** A part of the name of a session: no spaces and no control characters, at most 120 characters. */
export function namePart(text: string): string {
  const clean = text.replace(/[^\w.@+=:-]+/g, '_');
  return clean.length > 120 ? `${clean.slice(0, 100)}-${shortHash(text)}` : clean || '_';
}
