import assert from 'node:assert/strict';
import { chmodSync, existsSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import execa from 'execa';
import { scriptArgs } from '../../local/paths';
import { tools } from '../../local/toolchain';
import { ensureGo } from '../../local/toolchain/go';
import { until } from '../../local/until';
import { cacheWith, newFolder } from './scratch';

/** The one whose build is the shortest. */
const MISSING = 'pulumi-language-nodejs';

/** Packages that a killed build has begun: more than there are cores. */
const ENOUGH = 30;

/** The compiler, which also writes down what it says that it compiles. */
async function recordingGo(folder: string): Promise<{ readonly go: string; compiled(): string[] }> {
  const [go, record] = [join(folder, 'go'), join(folder, 'compiled')];
  writeFileSync(record, '');
  const real = (await execa('sh', ['-c', `command -v '${await ensureGo()}'`])).stdout;
  writeFileSync(
    go,
    `#!/bin/sh
[ "$1" = build ] || exec '${real}' "$@"
'${real}' "$@" 2>>'${record}'
`,
  );
  chmodSync(go, 0o755);
  return {
    go,
    compiled: () =>
      readFileSync(record, 'utf8')
        .split('\n')
        .filter((line) => /^[\w.~/-]+$/.test(line)),
  };
}

/** `vcf-ai tools`, killed as soon as `enough` says so. */
async function makeUntil(enough: () => boolean, env: Record<string, string>): Promise<void> {
  const making = execa(process.execPath, scriptArgs('cli/main.ts', 'tools'), {
    env,
    all: true,
    detached: true,
  });
  const ended = making.then(
    ({ all }) => assert.fail(`it was over before it was killed: ${all}`),
    ({ signal, all }) => assert.equal(signal, 'SIGKILL', all),
  );
  await Promise.race([until(async () => enough(), 240, 50), ended]);
  process.kill(-(making.pid ?? 0), 'SIGKILL');
  await ended;
}

test('a build that was killed goes on from what it had compiled', async () => {
  const cache = cacheWith(...tools.map(({ name }) => name).filter((name) => name !== MISSING));
  const { go, compiled } = await recordingGo(newFolder());
  const env = { XDG_CACHE_HOME: cache, VCF_AI_GO: go, VCF_AI_DOWNLOADS: 'off' };

  await makeUntil(() => compiled().length >= ENOUGH, env);
  const before = compiled();
  // As if a minute had gone: until then it may be that the other command is alive.
  const lock = join(cache, 'vcf-ai-platform', 'tools.lock');
  assert.ok(existsSync(lock));
  utimesSync(lock, new Date(0), new Date(0));

  await makeUntil(() => compiled().length >= before.length + ENOUGH, env);
  const after = compiled().slice(before.length);
  const again = after.filter((name) => before.includes(name));
  // Only what was at work when it was killed, as many at once as there are cores, is not there.
  assert.ok(again.length <= availableParallelism(), `compiled again: ${again}`);
});
