import assert from 'node:assert/strict';
import { type Mistake, PlatformError, parsePlatform } from '../../config';
import { type Draft, papersDocument } from './papers-document';

/** The mistakes that a call is refused with. */
export function mistakesOf(call: () => unknown): readonly Mistake[] {
  try {
    call();
  } catch (error) {
    if (error instanceof PlatformError) return error.mistakes;
    throw error;
  }
  assert.fail('nothing was refused');
}

/** The only mistake that a call is refused with. */
export function mistakeOf(call: () => unknown): Mistake {
  const [mistake, ...others] = mistakesOf(call);
  assert.ok(mistake);
  assert.deepEqual(others, []);
  return mistake;
}

/**
 * Checks that one edit of the paper's document is refused with one mistake.
 *
 * @param path Where the mistake must be.
 * @param said What problem and fix together must match.
 */
export function refuses(edit: (document: Draft) => void, path: string, ...said: readonly RegExp[]): void {
  const mistake = mistakeOf(() => parsePlatform(papersDocument(edit)));
  assert.equal(mistake.path, path);
  for (const pattern of said) assert.match(`${mistake.problem} (${mistake.fix})`, pattern);
}
