import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { afterEach, test } from 'node:test';
import { findAll, tools } from '../../local/toolchain';
import { toolchainOf, toolDir } from '../../local/toolchain/resolve';
import { newFolder } from './scratch';

const before = { PATH: process.env.PATH, XDG_CACHE_HOME: process.env.XDG_CACHE_HOME };
afterEach(() => {
  process.env.PATH = before.PATH;
  if (before.XDG_CACHE_HOME === undefined) delete process.env.XDG_CACHE_HOME;
  else process.env.XDG_CACHE_HOME = before.XDG_CACHE_HOME;
});

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
