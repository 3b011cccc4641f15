import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Place } from '../base/finding';
import { formatPlace } from '../base/finding';
import type { Manifest } from '../base/manifest';
import { positionsOf } from './origins';
import { UnreadableError } from './unreadable';
import { documentsOf, parseText, type TextDocument, templateFix } from './yaml-text';

/** An object, and where it comes from. */
export interface Source {
  readonly manifest: Manifest;
  /**
   * Where a JSON pointer of the object is written: the place of its key in YAML, or of the nearest that is
   * there; the line of TypeScript that made the object.
   */
  readonly locate: (pointer: string) => Place | undefined;
  /** Who called that line, innermost first. */
  readonly callers?: () => readonly Place[];
  /** The text that it was read from, and where it is in there: `/items/3` in a list. */
  readonly written?: { readonly file: string; readonly document: TextDocument; readonly prefix: string };
  /** The path of the construct that made it. */
  readonly construct?: string;
}

/** What was read, and what was passed over. */
export interface Reading {
  readonly sources: readonly Source[];
  /** Documents below a folder that are no objects of Kubernetes, as `<file>:<line>`. */
  readonly skipped: readonly string[];
}

const NO_OBJECT = 'this is not a Kubernetes object: it has no apiVersion and kind';

const MIB = 2 ** 20;

/** `kubectl get -o yaml` of ten thousand objects has 30 to 50 MiB. */
const LARGEST_FILE = 64 * MIB;

const LARGEST_INPUT = 256 * MIB;

const EXTENSION = /\.(?:ya?ml|json)$/i;

const PASSED_OVER = new Set(['node_modules', '.git']);

/**
 * Reads Kubernetes objects from files, from folders with all that is below them (`*.yaml`, `*.yml`, `*.json`)
 * and from standard input (`-`). Lists are taken apart.
 *
 * @throws UnreadableError for the first thing that cannot be read, before any rule runs
 */
export async function readManifests(
  paths: readonly string[],
  input: AsyncIterable<Uint8Array> = process.stdin,
): Promise<Reading> {
  const sources: Source[] = [];
  const skipped: string[] = [];
  let bytes = 0;
  for (const { file, named } of paths.flatMap(filesAt)) {
    const text = await textOf(file, input);
    bytes += text.length;
    if (bytes > LARGEST_INPUT) throw tooLarge(file, 'the input', LARGEST_INPUT, 'check it in parts');
    for (const document of documentsOf(text)) {
      const value = parseText(file, document);
      const objects = objectsOf(file, document, value);
      if (objects === undefined && value !== null && value !== undefined) {
        const place = `${file}:${document.line + 1}`;
        if (named) throw new UnreadableError(place, NO_OBJECT, templateFix(document.text));
        skipped.push(place);
      }
      sources.push(...(objects ?? []));
    }
  }
  return { sources, skipped };
}

interface File {
  readonly file: string;
  /** Whether the user named it, and did not only name a folder that it is in. */
  readonly named: boolean;
}

function filesAt(path: string): File[] {
  if (path === '-') return [{ file: path, named: true }];
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat === undefined) throw new UnreadableError(path, 'there is no such file or folder');
  if (!stat.isDirectory()) return [{ file: path, named: true }];
  const files = below(path);
  if (files.length === 0) throw new UnreadableError(path, 'the folder contains no .yaml, .yml or .json file');
  return files.map((file) => ({ file, named: false }));
}

/** Links are not followed: they could lead around in a circle. */
function below(folder: string): string[] {
  const entries = readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
  return entries.flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return PASSED_OVER.has(entry.name) ? [] : below(path);
    return entry.isFile() && EXTENSION.test(entry.name) ? [path] : [];
  });
}

async function textOf(file: string, input: AsyncIterable<Uint8Array>): Promise<string> {
  const bytes = file === '-' ? await standardInput(input) : fileBytes(file);
  if (bytes.includes(0)) throw new UnreadableError(file, 'this is not a text file: it contains NUL bytes');
  const text = bytes.toString('utf8');
  return text.charCodeAt(0) === 0xfeff ? text.slice(1) : text;
}

function fileBytes(file: string): Buffer {
  const { size } = statSync(file);
  if (size > LARGEST_FILE) throw tooLarge(file, 'a file', LARGEST_FILE, 'split it');
  try {
    return readFileSync(file);
  } catch (error) {
    if (error instanceof Error && 'code' in error)
      throw new UnreadableError(file, `cannot be read: ${error.code}`);
    throw error;
  }
}

async function standardInput(input: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of input) {
    size += part.length;
    if (size > LARGEST_FILE) throw tooLarge('-', 'standard input', LARGEST_FILE, 'split it');
    parts.push(part);
  }
  return Buffer.concat(parts);
}

function tooLarge(file: string, what: string, most: number, fix: string): UnreadableError {
  return new UnreadableError(file, `larger than ${most / MIB} MiB, the limit for ${what}`, fix);
}

/** The objects of a document; undefined when it is none. */
function objectsOf(file: string, document: TextDocument, value: unknown): Source[] | undefined {
  const positions = positionsOf(file, document);
  const source = (manifest: Manifest, prefix = ''): Source => ({
    manifest,
    written: { file, document, prefix },
    locate: (pointer) => positions(`${prefix}${pointer}`),
  });
  if (!isManifest(value)) return undefined;
  const items: unknown = Reflect.get(value, 'items');
  if (!value.kind.endsWith('List') || !Array.isArray(items)) return [source(value)];
  return items.map((item, index) => {
    if (isManifest(item)) return source(item, `/items/${index}`);
    const place = formatPlace(positions(`/items/${index}`));
    throw new UnreadableError(place, `in element ${index} of a ${value.kind}: ${NO_OBJECT}`);
  });
}

function isManifest(value: unknown): value is Manifest {
  const { apiVersion, kind } = Object(value) as Record<string, unknown>;
  return typeof apiVersion === 'string' && typeof kind === 'string';
}
