import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const root = mkdtempSync(join(tmpdir(), 'vcf-ai-test-'));
process.once('exit', () => rmSync(root, { recursive: true, force: true }));

/** An empty folder that is gone when the test process ends. */
export function newFolder(): string {
  return mkdtempSync(join(root, 'folder-'));
}
