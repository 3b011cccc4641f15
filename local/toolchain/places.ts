import { existsSync, statfsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { cacheDir } from '../paths';

/** Tools that are made: `<tool>/<version>-<recipe>`. */
export const toolsFolder = () => join(cacheDir(), 'tools');

/**
 * What Go downloads and compiles on the way to the tools: removed once the tools stand, and what an interrupted build
 * goes on from.
 */
export const buildFolder = () => join(cacheDir(), 'build');

/** A file that says of a tool's folder that its programs are those of the makers. */
export const OFFICIAL = 'official';

/** What a build of every tool takes at its largest: 9.7 GB were measured, with the tools of before beside it. */
export const BUILD_BYTES = 10e9;

/** What to do where that does not fit. */
export const LARGER_DISK = 'free some space, or set XDG_CACHE_HOME to a folder on a larger disk';

/** What the disk of the tool cache has left for an ordinary user. */
export function freeBytes(): number {
  let folder = cacheDir();
  while (!existsSync(folder)) folder = dirname(folder);
  const { bavail, bsize } = statfsSync(folder);
  return bavail * bsize;
}
