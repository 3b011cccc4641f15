import { isAbsolute, relative } from 'node:path';

/** A file as it is found from the current folder, which is where CI and people look from. */
export function relativePath(file: string): string {
  const path = isAbsolute(file) ? relative('.', file) : file;
  return path.startsWith('..') ? file : path;
}
