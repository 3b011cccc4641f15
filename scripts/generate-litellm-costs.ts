/**
 * Writes what generated usages cost by LiteLLM's own functions: tests/golden/litellm-costs.json. With `--check` it
 * compares instead, and exits with 1 where the file differs and with 2, saying why, where LiteLLM cannot be had.
 *
 *     node --import tsx scripts/generate-litellm-costs.ts [--check]
 *
 * The package is an old release, pinned by its hash, in an environment of its own in the tools cache. Installing it takes
 * minutes, so the tests compare with the file.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import execa from 'execa';
import { cacheDir } from '../local/paths';
import { generatedUsages } from '../tests/billing/generated-usages';

const COUNT = 10_000;

const root = resolve(__dirname, '..');
const file = join(root, 'tests/golden/litellm-costs.json');
const requirements = join(__dirname, 'litellm/requirements.txt');

/** Python with LiteLLM, installed at first use. */
async function pythonWithLiteLlm(version: string): Promise<string> {
  const folder = join(cacheDir(), `litellm-${version}`);
  const python = join(folder, 'bin/python');
  const done = join(folder, 'installed');
  if (existsSync(done)) return python;
  console.error(`… installing litellm ${version} in ${folder}`);
  const log = { stdio: ['ignore', 'ignore', 'inherit'] } as const;
  await execa('python3', ['-m', 'venv', '--clear', folder], log);
  const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check'];
  await execa(python, [...pip, '--no-deps', '--require-hashes', '-r', requirements], log);
  // Already there; this adds what it needs.
  await execa(python, [...pip, `litellm==${version}`], log);
  writeFileSync(done, '');
  return python;
}

async function main(): Promise<void> {
  const pin = /^litellm==(\S+) --hash=sha256:(\w+)$/m.exec(readFileSync(requirements, 'utf8'));
  const [, version = '', sha256 = ''] = pin ?? [];
  const python = await pythonWithLiteLlm(version);
  const { stdout } = await execa(python, [join(__dirname, 'litellm/costs.py')], {
    input: JSON.stringify(generatedUsages(COUNT)),
  });
  const { prices, costs } = JSON.parse(stdout);
  const text = `${JSON.stringify({ package: 'litellm', version, sha256, prices, costs }, null, 1)}\n`;
  if (!process.argv.includes('--check')) writeFileSync(file, text);
  else if (!existsSync(file) || readFileSync(file, 'utf8') !== text) {
    console.error('✗ tests/golden/litellm-costs.json differs from what LiteLLM says');
    process.exitCode = 1;
  } else console.log(`✓ ${COUNT} usages cost what tests/golden/litellm-costs.json says`);
}

main().catch((error: Error) => {
  console.error(`✗ LiteLLM could not be asked: ${error.message}`);
  process.exitCode = 2;
});
