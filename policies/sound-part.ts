import { applyPatch } from 'fast-json-patch';
import type { Finding } from '../base/finding';
import type { Manifest } from '../base/manifest';
import type { Definitions } from './definitions';
import { select } from './pointer';
import type { Structural } from './structural';
import { isOutermost, validate } from './validator';

/** What is wrong with a value so that no code that knows its type can read it. */
const BREAKS_TYPES = new Set(['required', 'type', 'enum']);

/** What is left of an object, and how that lies in the object. */
export interface SoundPart {
  readonly manifest: Manifest;
  /** JSON pointers of what is left out, in the object. */
  readonly without: readonly string[];
  /** The JSON pointer in the object for one in the part. */
  original(pointer: string): string;
}

/** An object of which nothing is refused. */
export function wholePart(manifest: Manifest): SoundPart {
  return { manifest, without: [], original: (pointer) => pointer };
}

/** How near to a hole a finding about what is around it may be a finding about the hole. */
const NEAR = 2;

/**
 * What rules found in the sound part of an object, at its place in the object, without what is only said because
 * of what the schema refuses: about such a field, about what is left around a hole, or that a field is missing
 * whose name is misspelt.
 */
export function besides(refused: readonly Finding[], found: readonly Finding[], part: SoundPart): Finding[] {
  // Of another version nothing is known of where its fields are.
  if (refused.some(({ pointer }) => pointer === '/apiVersion')) return [];
  const meant = refused.flatMap(({ pointer, fix }) => {
    const [, name] = /^use (\S+)$/.exec(fix ?? '') ?? [];
    return name === undefined ? [] : [pointer.replace(/[^/]*$/, name)];
  });
  const wrong = [...refused.map(({ pointer }) => pointer), ...meant, ...part.without];
  return found
    .map(({ pointer, patch, ...finding }) => ({
      ...finding,
      pointer: part.original(pointer),
      ...(patch && {
        patch: patch.map((operation) => ({ ...operation, path: part.original(operation.path) })),
      }),
    }))
    .filter(
      ({ pointer }) =>
        !wrong.some((other) => isWithin(pointer, other)) &&
        !part.without.some((hole) => isWithin(hole, pointer) && depth(hole) - depth(pointer) <= NEAR),
    );
}

const isWithin = (pointer: string, other: string) => pointer === other || pointer.startsWith(`${other}/`);

const depth = (pointer: string) => pointer.split('/').length;

/** An element of a list or a field, that was taken out. */
interface Removal {
  readonly path: string;
  /** Whether those behind it moved up. */
  readonly inList: boolean;
}

/**
 * What is left of a refused object without the values that are not of their types. Rules should not miss all of an
 * object for one mistake. What lacks a field that it must have goes as a whole.
 *
 * @returns undefined when nothing is left that can be read
 */
export function soundPart(manifest: Manifest, definitions: Definitions): SoundPart | undefined {
  const schema = schemaOf(manifest, definitions);
  if (schema === undefined) return undefined;
  const removals: Removal[] = [];
  const without: string[] = [];
  const original = (pointer: string) => removals.reduceRight(put, pointer);
  let part: unknown = manifest;
  for (;;) {
    const { stored, errors } = validate(schema, part);
    const wrong = errors.filter((error) => BREAKS_TYPES.has(error.keyword) && isOutermost(error));
    if (wrong.length === 0) return { manifest: stored as Manifest, without, original };
    // The last of a list first, and what is inside before what holds it.
    const paths = [...new Set(wrong.map(({ instancePath }) => instancePath))].sort((a, b) =>
      b.localeCompare(a, 'en', { numeric: true }),
    );
    if (paths.includes('')) return undefined;
    without.push(...paths.map(original));
    removals.push(...paths.map((path) => ({ path, inList: isInList(stored, path) })));
    part = applyPatch(
      stored,
      paths.map((path) => ({ op: 'remove' as const, path })),
    ).newDocument;
  }
}

function isInList(object: unknown, path: string): boolean {
  const holder = path.slice(0, path.lastIndexOf('/'));
  return holder !== '' && Array.isArray(select(object, holder)[0]?.value);
}

/** Where something was before a removal. */
function put(pointer: string, { path, inList }: Removal): string {
  const end = path.lastIndexOf('/') + 1;
  if (!inList || !pointer.startsWith(path.slice(0, end))) return pointer;
  const [index = '', ...rest] = pointer.slice(end).split('/');
  if (Number(index) < Number(path.slice(end))) return pointer;
  return [`${path.slice(0, end)}${Number(index) + 1}`, ...rest].join('/');
}

/** Of a version that is not served, the one that is served is near enough. */
function schemaOf(manifest: Manifest, definitions: Definitions): Structural | undefined {
  const known = definitions.find(manifest);
  if (known === undefined || 'schema' in known) return known?.schema;
  const [apiVersion] = known.unknown === 'version' ? known.instead : [];
  return apiVersion === undefined ? undefined : schemaOf({ ...manifest, apiVersion }, definitions);
}
