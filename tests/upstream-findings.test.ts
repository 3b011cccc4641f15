import assert from 'node:assert/strict';
import { resolve } from 'node:path';
import { test } from 'node:test';
import execa from 'execa';
import { scriptArgs } from '../local/paths';

const run = (env: NodeJS.ProcessEnv = {}) =>
  execa(process.execPath, scriptArgs('scripts/generate-upstream-findings.ts', '--check'), {
    cwd: resolve(__dirname, '..'),
    env,
    all: true,
    reject: false,
  });

test('the page about the examples of the gateways is what the rules find in them', async () => {
  const { exitCode, all } = await run();
  assert.equal(exitCode, 0, all);
});

test('refuses to check without a go command, instead of passing', async () => {
  const { exitCode, all } = await run({ VCF_AI_GO: resolve(__dirname, 'no-such-go') });
  assert.equal(exitCode, 2);
  assert.match(all ?? '', /cannot start .*no-such-go/);
});
