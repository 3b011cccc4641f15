import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { PlatformError, parsePlatform, requiredSecrets, warnings } from '../../config';
import { renderPlatform } from '../../constructs';
import { type Draft, papersDocument } from '../config/papers-document';

/** A part of the document, or what it is changed to. */
export type Settings = Readonly<Record<string, unknown>>;

/** What a change of a field needs to be there before. */
export interface Change {
  readonly given?: Settings;
  readonly changed: Settings;
}

/** One change of every field that a part of the document has: a new field without one does not compile. */
export type Changes<Document> = { readonly [Field in keyof Required<Document>]: unknown | Change };

const isChange = (value: unknown): value is Change =>
  typeof value === 'object' && value !== null && 'changed' in value;

/** All that a document comes to: objects, warnings, or why it is refused. */
export function outcome(document: Draft): string {
  try {
    const platform = parsePlatform(document);
    const secrets = Object.fromEntries(
      requiredSecrets(platform).map(({ name }) => [name, `value of ${name}`]),
    );
    const objects = renderPlatform(platform, { secrets, definitions: false });
    return JSON.stringify([objects.map(({ id, manifest }) => [id, manifest]), warnings(platform)]);
  } catch (error) {
    if (error instanceof PlatformError) return error.message;
    throw error;
  }
}

/** Most fields are changed in one and the same document. */
const before = new Map<string, string>();

function outcomeBefore(document: Draft): string {
  const key = JSON.stringify(document);
  const known = before.get(key) ?? outcome(document);
  before.set(key, known);
  return known;
}

/**
 * Holds that every field does something.
 *
 * @param place Puts the part of the document that the fields are of into a document.
 */
export function everyField<Document>(
  part: string,
  place: (settings: Settings) => Draft,
  changes: Changes<Document>,
): void {
  describe(part, () => {
    for (const [field, change] of Object.entries(changes)) {
      test(`${field} has an effect`, () => {
        const { given = {}, changed } = isChange(change) ? change : { changed: { [field]: change } };
        const old = outcomeBefore(place(given));
        assert.ok(old.startsWith('[['), `before the change: ${old}`);
        assert.ok(outcome(place({ ...given, ...changed })) !== old, 'objects and warnings stay as they were');
      });
    }
  });
}

/** On a cluster of somebody else's, where images and weights are real. */
export const existing = (edit: (document: Draft) => void) =>
  papersDocument((document) => {
    document.cluster = { existing: { context: 'somewhere' } };
    edit(document);
  });
