import assert from 'node:assert/strict';
import { parsePlatform } from '../../config';
import type { Draft } from './papers-document';
import { mistakeOf } from './refused';
import { vksDocument } from './vks-document';

/** Checks that one edit of the VKS document is refused with one mistake at `cluster.vks.<path>`. */
export function refuses(
  edit: (vks: Draft, document: Draft) => void,
  path: string,
  ...said: readonly RegExp[]
): void {
  refusesAt(edit, `cluster.vks.${path}`, ...said);
}

/** The same for a mistake anywhere in the document. */
export function refusesAt(
  edit: (vks: Draft, document: Draft) => void,
  path: string,
  ...said: readonly RegExp[]
): void {
  const mistake = mistakeOf(() => parsePlatform(vksDocument(edit)));
  assert.equal(mistake.path, path);
  for (const pattern of said) assert.match(`${mistake.problem} (${mistake.fix})`, pattern);
}
