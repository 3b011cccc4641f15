/**
 * Writes docs/upstream-findings.md: what the rules find in the examples that Envoy Gateway and Envoy AI Gateway
 * ship in their Go modules, at the versions that versions.json pins.
 *
 *     node --import tsx scripts/generate-upstream-findings.ts [--check]
 *
 * --check writes nothing. The go command comes from VCF_AI_GO, else from PATH; it downloads the modules unless it
 * has them. Exit codes: 0 fine, 1 the page differs, 2 could not run.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { upstreamProjects } from './crds/sources';
import { upstreamFindings } from './docs/upstream';

const page = resolve(__dirname, '../docs/upstream-findings.md');

function main(): number {
  const text = upstreamFindings(upstreamProjects(process.env.VCF_AI_GO || 'go'));
  if (!process.argv.includes('--check')) writeFileSync(page, text);
  else if (readFileSync(page, 'utf8') !== text) {
    console.error(
      '✗ docs/upstream-findings.md is out of date: node --import tsx scripts/generate-upstream-findings.ts',
    );
    return 1;
  }
  return 0;
}

try {
  process.exitCode = main();
} catch (error) {
  console.error(`✗ ${error instanceof Error ? error.message : error}`);
  process.exitCode = 2;
}
