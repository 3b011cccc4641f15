import { readFileSync, writeFileSync } from 'node:fs';
import { objectId } from '../base/manifest';
import { type Fix, fixesFor, patchedText, readManifests, type Source, UnreadableError } from '../policies';

/** A change that was written, or that somebody has to write. */
export interface Fixed {
  readonly object: string;
  readonly file: string;
  readonly rules: readonly string[];
  readonly patch: Fix['patch'];
  /** False when the text could not be changed without changing more than that. */
  readonly written: boolean;
}

type Written = NonNullable<Source['written']>;

/**
 * Mends what rules know how to mend, in the files themselves, with comments and order as they are.
 *
 * @throws UnreadableError for standard input, which cannot be written back
 */
export async function fixManifests(paths: readonly string[]): Promise<Fixed[]> {
  if (paths.includes('-'))
    throw new UnreadableError('--fix', 'standard input cannot be changed', 'pass files instead');
  const { sources } = await readManifests(paths);
  const fixes = fixesFor(sources).flatMap((fix) =>
    fix.source.written === undefined ? [] : [{ ...fix, place: fix.source.written }],
  );
  const documents = [...new Set(fixes.map(({ place }) => place.document))];
  const results = documents.map((document) =>
    fixDocument(fixes.filter(({ place }) => place.document === document)),
  );
  for (const file of new Set(fixes.map(({ place }) => place.file))) {
    const edits = results.filter((result) => result.place.file === file && result.text !== undefined);
    write(
      file,
      edits.map(({ place, text = '' }) => ({ place, text })),
    );
  }
  return results.flatMap(({ fixed }) => fixed);
}

interface Edit {
  readonly place: Written;
  readonly text: string;
}

function fixDocument(fixes: readonly (Fix & { readonly place: Written })[]) {
  const [{ place }] = fixes as [Fix & { readonly place: Written }];
  const operations = fixes.flatMap(({ place: { prefix }, patch }) =>
    patch.map((operation) => ({ ...operation, path: `${prefix}${operation.path}` })),
  );
  const text = patchedText(place.document, operations);
  const fixed = fixes.map(
    ({ source, patch, findings }): Fixed => ({
      object: objectId(source.manifest),
      file: place.file,
      rules: [...new Set(findings.map(({ rule }) => rule))],
      patch,
      written: text !== undefined,
    }),
  );
  return { place, text, fixed };
}

/** From the last to the first, so that what stands before an edit stays where it is. */
function write(file: string, edits: readonly Edit[]): void {
  if (edits.length === 0) return;
  const whole = readFileSync(file, 'utf8').replace(/^\uFEFF/, '');
  const text = edits
    .toSorted((a, b) => b.place.document.start - a.place.document.start)
    .reduce(
      (sofar, { place: { document }, text: edited }) =>
        sofar.slice(0, document.start) + edited + sofar.slice(document.start + document.text.length),
      whole,
    );
  writeFileSync(file, text);
}

/** A line for each fix with its JSON patch, which is also what to do by hand. */
export function fixedText(fixed: readonly Fixed[]): string {
  return fixed
    .map(({ object, file, rules, patch, written }) => {
      const what = written ? 'fixed' : 'could not be written; apply the patch by hand';
      return `${written ? '✓' : '!'} ${object} [${rules.join(', ')}]: ${what}: ${JSON.stringify(patch)}\n    in ${file}`;
    })
    .join('\n');
}
