import assert from 'node:assert/strict';
import { closeSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import execa from 'execa';
import { scriptArgs } from '../../../local/paths';
import { emptyFolder } from './files';

/** Writes records of about 1 kB each: as an array, or as lines. */
function large(name: string, megabytes: number): string {
  const path = join(emptyFolder(), name);
  const isArray = name.endsWith('.json');
  const file = openSync(path, 'w');
  const text = 'x'.repeat(980);
  if (isArray) writeSync(file, '[');
  for (let part = 0; part < megabytes; part += 1) {
    const records = Array.from(
      { length: 1000 },
      (_, index) => `{"n":${part * 1000 + index},"text":"${text}"}`,
    );
    const before = isArray && part > 0 ? ',' : '';
    writeSync(file, before + records.join(isArray ? ',' : '\n') + (isArray ? '' : '\n'));
  }
  if (isArray) writeSync(file, ']');
  closeSync(file);
  return path;
}

/** Megabytes that a process of its own takes at most to read a file. */
async function peak(path: string): Promise<number> {
  const args = scriptArgs('tests/validation/dataset/programs/read-all.ts', path);
  const { stdout } = await execa(process.execPath, args);
  const { records, kilobytes } = JSON.parse(stdout);
  assert.ok(records > 0);
  return kilobytes / 1000;
}

for (const name of ['a.json', 'a.jsonl']) {
  test(`${name}: a file of 200 MB takes no more memory than one of 20 MB`, async () => {
    const [small, other] = [await peak(large(name, 20)), await peak(large(name, 200))];
    // Read whole, it would take 180 MB more; what is waste is collected late.
    assert.ok(other - small < 100, `${small} MB and ${other} MB`);
  });
}
