import { readdir, stat } from 'node:fs/promises';
import { basename, dirname, join, relative, sep } from 'node:path';
import { compareKeys } from '../../base/text';
import { UserError } from '../../base/user-error';
import { type Opened, openFile, READABLE } from './files/open';
import { omniactFolders } from './formats/omniact-map';
import type { Origin } from './session';
import type { Told } from './told';

/** A file that was looked at. */
export interface Source {
  readonly path: string;
  /** Bytes. */
  readonly size: number;
  /** Milliseconds since 1970. */
  readonly modified: number;
  readonly origin: Omit<Origin, 'ordinal' | 'key'>;
  readonly opened: Opened;
}

/** Folders in which nobody keeps data. */
const NO_DATA = ['node_modules', '__MACOSX'];

/** The files below some paths. */
export interface Walked {
  readonly sources: readonly Source[];
  /** Files that are neither JSON, JSON lines, Parquet nor CSV. */
  readonly ignored: number;
}

/**
 * Looks at the files below paths, in the order of their names.
 *
 * @throws UserError where a path is not there.
 */
export async function walk(paths: readonly string[], progress?: (told: Told) => void): Promise<Walked> {
  const sources: Source[] = [];
  let ignored = 0;
  for await (const source of sourcesOf(paths, () => (ignored += 1))) {
    sources.push(source);
    progress?.({ step: 'look', files: sources.length });
  }
  return { sources, ignored };
}

async function* sourcesOf(paths: readonly string[], ignored: (path: string) => void): AsyncGenerator<Source> {
  for (const path of paths) {
    const found = await stat(path).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT' && error.code !== 'ENOTDIR') throw error;
      throw new UserError(`${path}: there is no such file or folder`, { cause: error });
    });
    if (found.isDirectory()) yield* sourcesBelow(path, path, ignored);
    else yield await sourceOf(path, dirname(path), await openFile(path));
  }
}

async function* sourcesBelow(
  root: string,
  folder: string,
  ignored: (path: string) => void,
): AsyncGenerator<Source> {
  const entries = await entriesOf(folder);
  // The other files of a map of OmniACT are read by way of it.
  const taken = new Set<string>(NO_DATA);
  for (const { name } of entries.filter(({ kind }) => kind === 'file')) {
    const path = join(folder, name);
    if (!READABLE.test(name)) {
      ignored(path);
      continue;
    }
    const opened = await openFile(path);
    if (opened.kind === 'records' && opened.map)
      for (const each of omniactFolders(opened.map)) taken.add(each);
    yield await sourceOf(path, root, opened);
  }
  for (const { name } of entries.filter(({ kind }) => kind === 'folder')) {
    if (!taken.has(name) && !name.startsWith('.')) yield* sourcesBelow(root, join(folder, name), ignored);
  }
}

/**
 * What is in a folder, by name. The cache of a hub keeps its files as links, which are followed; links to folders are
 * not, for they may lead in a circle.
 */
async function entriesOf(
  folder: string,
): Promise<readonly { name: string; kind: 'file' | 'folder' | 'other' }[]> {
  const entries = (await readdir(folder, { withFileTypes: true })).sort((a, b) =>
    compareKeys(a.name, b.name),
  );
  return Promise.all(
    entries.map(async (entry) => {
      const { name } = entry;
      if (entry.isDirectory()) return { name, kind: 'folder' as const };
      const isFile = entry.isSymbolicLink() ? await leadsToFile(join(folder, name)) : entry.isFile();
      return { name, kind: isFile ? ('file' as const) : ('other' as const) };
    }),
  );
}

async function leadsToFile(link: string): Promise<boolean> {
  try {
    return (await stat(link)).isFile();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
}

async function sourceOf(path: string, root: string, opened: Opened): Promise<Source> {
  const { size, mtimeMs } = await stat(path);
  const below = relative(dirname(root), dirname(path))
    .split(sep)
    .filter((part) => part !== '' && part !== '..');
  const name = basename(path).replace(READABLE, '');
  return { path, size, modified: mtimeMs, origin: { name, folders: below.reverse() }, opened };
}
