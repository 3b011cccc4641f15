import { applyPatch } from 'fast-json-patch';
import type { Manifest } from '../base/manifest';
import type { Definitions } from './definitions';
import type { Structural } from './structural';
import { isOutermost, validate } from './validator';

/** What is wrong with a value so that no code that knows its type can read it. */
const BREAKS_TYPES = new Set(['required', 'type', 'enum']);

/**
 * What is left of a refused object without the values that are not of their types. Rules about other objects read it,
 * and should not miss all of it for one mistake. What lacks a field that it must have goes as a whole.
 *
 * @returns undefined when nothing is left that can be read
 */
export function soundPart(manifest: Manifest, definitions: Definitions): Manifest | undefined {
  const schema = schemaOf(manifest, definitions);
  if (schema === undefined) return undefined;
  let part: unknown = manifest;
  for (;;) {
    const { stored, errors } = validate(schema, part);
    const wrong = errors.filter((error) => BREAKS_TYPES.has(error.keyword) && isOutermost(error));
    if (wrong.length === 0) return stored as Manifest;
    // The last of a list first, and what is inside before what holds it.
    const paths = [...new Set(wrong.map(({ instancePath }) => instancePath))].sort((a, b) =>
      b.localeCompare(a, 'en', { numeric: true }),
    );
    if (paths.includes('')) return undefined;
    const removals = paths.map((path) => ({ op: 'remove' as const, path }));
    part = applyPatch(stored, removals).newDocument;
  }
}

/** Of a version that is not served, the one that is served is near enough. */
function schemaOf(manifest: Manifest, definitions: Definitions): Structural | undefined {
  const known = definitions.find(manifest);
  if (known === undefined || 'schema' in known) return known?.schema;
  const [apiVersion] = known.unknown === 'version' ? known.instead : [];
  return apiVersion === undefined ? undefined : schemaOf({ ...manifest, apiVersion }, definitions);
}
