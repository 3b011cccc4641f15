/**
 * Writes policies/core/kubernetes.json, the schemas of the built-in kinds, from the OpenAPI document in the
 * Go module of the pinned Kubernetes.
 *
 *     node --import tsx scripts/generate-core.ts [--check]
 *
 * --check writes nothing. The go command comes from VCF_AI_GO, else from PATH. Exit codes: 0 fine, 1 the file
 * differs, 2 could not run.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { CoreSchemas } from '../policies/core';
import versions from '../versions.json';
import { coreSchemas } from './core/schemas';
import { moduleFolder } from './crds/sources';

const ROOT = resolve(__dirname, '..');
const FILE = join(ROOT, 'policies', 'core', 'kubernetes.json');

function main(): number {
  const module = `k8s.io/kubernetes@v${versions.tools.kubernetes}`;
  const path = 'api/openapi-spec/swagger.json';
  const bytes = readFileSync(join(moduleFolder(process.env.VCF_AI_GO || 'go', module), path));
  const text = oneLineEach(coreSchemas(`${module}/${path}`, bytes));
  if (!process.argv.includes('--check')) {
    writeFileSync(FILE, text);
    return 0;
  }
  if (readFileSync(FILE, 'utf8') === text) return 0;
  console.error(
    `${FILE} differs from what is generated; to write it: node --import tsx scripts/generate-core.ts`,
  );
  return 1;
}

/** A definition a line, so that a diff of two versions can be read. */
function oneLineEach({ definitions, ...rest }: CoreSchemas): string {
  const lines = Object.entries(definitions).map(([name, schema]) => `"${name}":${JSON.stringify(schema)}`);
  return `${JSON.stringify(rest).slice(0, -1)},"definitions":{\n${lines.join(',\n')}\n}}\n`;
}

try {
  process.exitCode = main();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 2;
}
