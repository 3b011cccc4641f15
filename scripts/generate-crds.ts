/**
 * Writes constructs/crds/schemas (manifests to install) and constructs/crds/types (TypeScript types of the
 * storage versions) and constructs/crds/checked (definitions that are only checked against) from the CustomResourceDefinitions that versions.json pins.
 *
 *     node --import tsx scripts/generate-crds.ts [--check] [--out DIR]
 *
 * --check writes nothing and names every file that is not what would be written. The go command comes from
 * VCF_AI_GO, else from PATH. Exit codes: 0 fine, 1 files differ, 2 could not run.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { generateChecked, generateFiles } from './crds/files';
import { type CrdPin, readChecked, readModule } from './crds/sources';

const ROOT = resolve(__dirname, '..');
const FOLDERS = ['checked', 'schemas', 'types'];

function main(): number {
  const { values } = parseArgs({ options: { check: { type: 'boolean' }, out: { type: 'string' } } });
  const out = values.out ?? join(ROOT, 'constructs', 'crds');
  const { crds } = JSON.parse(readFileSync(join(ROOT, 'versions.json'), 'utf8')) as {
    crds: Record<string, CrdPin>;
  };
  const go = process.env.VCF_AI_GO || 'go';
  const pins = Object.values(crds);
  const installed = pins.flatMap((pin) => readModule(go, pin));
  const checked = pins.flatMap((pin) => readChecked(go, pin, installed));
  const files = new Map([...generateFiles(installed), ...generateChecked(checked)]);
  const present = FOLDERS.filter((folder) => existsSync(join(out, folder))).flatMap((folder) =>
    readdirSync(join(out, folder)).map((file) => `${folder}/${file}`),
  );
  return values.check ? check(out, files, present) : write(out, files, present);
}

function write(out: string, files: ReadonlyMap<string, string>, present: readonly string[]): number {
  for (const folder of FOLDERS) mkdirSync(join(out, folder), { recursive: true });
  for (const path of present) if (!files.has(path)) rmSync(join(out, path));
  for (const [path, text] of files) writeFileSync(join(out, path), text);
  return 0;
}

function check(out: string, files: ReadonlyMap<string, string>, present: readonly string[]): number {
  const differences = [...new Set([...files.keys(), ...present])].sort().flatMap((path) => {
    if (!files.has(path)) return `${path} is not generated any more`;
    if (!present.includes(path)) return `${path} is missing`;
    return readFileSync(join(out, path), 'utf8') === files.get(path)
      ? []
      : `${path} differs from what is generated`;
  });
  if (differences.length === 0) return 0;
  console.error(
    [...differences, 'to write them again: node --import tsx scripts/generate-crds.ts'].join('\n'),
  );
  return 1;
}

try {
  process.exitCode = main();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 2;
}
