import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { dump } from 'js-yaml';

/** Compares values with `tests/golden/<name>.yaml`, which UPDATE_GOLDEN=1 writes. */
export function assertGolden(name: string, value: object): void {
  const file = join(__dirname, '..', 'golden', `${name}.yaml`);
  const text = dump(value, { noRefs: true, lineWidth: -1 });
  if (process.env.UPDATE_GOLDEN === '1') writeFileSync(file, text);
  assert.equal(text, readFileSync(file, 'utf8'));
}
