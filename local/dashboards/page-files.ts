import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../paths';

/** A file of the page as a browser takes it. */
export interface PageFile {
  readonly contentType: string;
  readonly body: Buffer;
}

const folder = join(packageRoot, 'local', 'dashboards', 'page');

/**
 * The files of the page, by their paths. Its script and its styles are put together when the server starts, by the
 * esbuild that this package runs on anyway: a fifth of a second, no step of a build, and nothing of another host.
 */
export async function pageFiles(): Promise<ReadonlyMap<string, PageFile>> {
  const { build } = await import('esbuild');
  const { outputFiles } = await build({
    absWorkingDir: packageRoot,
    entryPoints: { page: join(folder, 'main.ts') },
    outdir: 'out',
    bundle: true,
    write: false,
    minify: true,
    format: 'esm',
    target: 'es2022',
    tsconfig: join(folder, 'tsconfig.json'),
    logLevel: 'silent',
  });
  const made = (ending: string) =>
    Buffer.from(outputFiles.find(({ path }) => path.endsWith(ending))?.contents ?? []);
  return new Map([
    ['/', { contentType: 'text/html; charset=utf-8', body: readFileSync(join(folder, 'index.html')) }],
    ['/page.js', { contentType: 'text/javascript; charset=utf-8', body: made('.js') }],
    ['/page.css', { contentType: 'text/css; charset=utf-8', body: made('.css') }],
  ]);
}
