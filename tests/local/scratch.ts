import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cacheDir } from '../../local/paths';

const root = mkdtempSync(join(tmpdir(), 'vcf-ai-test-'));
process.once('exit', () => rmSync(root, { recursive: true, force: true }));

/** An empty folder that is gone when the test process ends. */
export function newFolder(): string {
  return mkdtempSync(join(root, 'folder-'));
}

/** A tool cache of its own for `XDG_CACHE_HOME`, with those of this machine's tools that are named. */
export function cacheWith(...names: readonly string[]): string {
  const cache = newFolder();
  const folder = join(cache, 'vcf-ai-platform', 'tools');
  mkdirSync(folder, { recursive: true });
  for (const name of names) symlinkSync(join(cacheDir(), 'tools', name), join(folder, name));
  return cache;
}

/** Remembers variables of the environment; the result puts them back as they are now. */
export function keepEnvironment(...names: readonly string[]): () => void {
  const before = names.map((name) => [name, process.env[name]] as const);
  return () => {
    for (const [name, value] of before) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  };
}
