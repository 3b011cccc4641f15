import assert from 'node:assert/strict';
import { resolve } from 'node:path';
import { test } from 'node:test';
import execa from 'execa';
import { scriptArgs } from '../local/paths';

test('the generated references are what the code generates', async () => {
  const { exitCode, all } = await execa(process.execPath, scriptArgs('scripts/generate-docs.ts', '--check'), {
    cwd: resolve(__dirname, '..'),
    all: true,
    reject: false,
  });
  assert.equal(exitCode, 0, all);
});
