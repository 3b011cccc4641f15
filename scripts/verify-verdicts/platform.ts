import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { dump, load } from 'js-yaml';
import { synthesize } from '../../cli/synth';
import { PROJECT } from '../../config';
import type { Manifest } from '../../policies';
import { exampleFolder } from '../../tests/examples';

const DOCUMENT = `${PROJECT}:platform`;

interface StackFile {
  readonly config: Record<string, { mcp?: unknown } | undefined>;
}

const stackFileOf = (example: string) =>
  load(readFileSync(join(exampleFolder(example), 'Pulumi.local.yaml'), 'utf8')) as StackFile;

/** The stack file of the platform whose objects are changed: tenants with tokens, and tools. */
export function stackFile(): string {
  const file = stackFileOf('multi-tenant-jwt');
  const { [DOCUMENT]: tools, ...secrets } = stackFileOf('mcp').config;
  const platform = { ...file.config[DOCUMENT], mcp: tools?.mcp };
  return dump({ ...file, config: { ...file.config, ...secrets, [DOCUMENT]: platform } });
}

/** The objects of a project's local stack, without the definitions of kinds. */
export function objectsIn(folder: string): Manifest[] {
  return synthesize('local', folder)
    .filter(({ layer }) => layer !== 'crds')
    .map(({ manifest }) => manifest);
}

/** Those of {@link stackFile}, without a datacenter. */
export function platformObjects(): Manifest[] {
  const folder = mkdtempSync(join(tmpdir(), 'vcf-ai-verdicts-'));
  cpSync(resolve(__dirname, '../../Pulumi.yaml'), join(folder, 'Pulumi.yaml'));
  writeFileSync(join(folder, 'Pulumi.local.yaml'), stackFile());
  try {
    return objectsIn(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
