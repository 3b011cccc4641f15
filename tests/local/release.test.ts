import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach, test } from 'node:test';
import execa from 'execa';
import { diagnose } from '../../cli/doctor';
import { scriptArgs } from '../../local/paths';
import { silent } from '../../local/progress';
import { findAll, tools } from '../../local/toolchain';
import type { Tool } from '../../local/toolchain/catalogue';
import { offersOf, takeRelease } from '../../local/toolchain/release';
import { toolDir } from '../../local/toolchain/resolve';
import { keepEnvironment, newFolder } from './scratch';

const restore = keepEnvironment('XDG_CACHE_HOME', 'VCF_AI_DOWNLOADS');
let server: Server | undefined;
afterEach(async () => {
  restore();
  server?.closeAllConnections();
  await new Promise((resolve) => (server ? server.close(resolve) : resolve(undefined)));
  server = undefined;
});

const toolOf = (name: string): Tool => {
  const tool = tools.find((one) => one.name === name);
  assert.ok(tool);
  return tool;
};

const sha256 = (content: Buffer) => createHash('sha256').update(content).digest('hex');

/** A program that only says who made it, packed as the asset wants it. */
function contentOf(programs: Readonly<Record<string, string>>): Buffer {
  const folder = newFolder();
  const [path = ''] = Object.values(programs);
  const file = join(folder, path || 'program');
  mkdirSync(join(file, '..'), { recursive: true });
  writeFileSync(file, '#!/bin/sh\necho official\n');
  if (path === '') return readFileSync(file);
  return execFileSync('tar', ['-czf', '-', '-C', folder, path]);
}

/** The files that makers publish for tools, by their path on a mirror: every list as it is there. */
function published(...names: string[]): Map<string, Buffer> {
  const files = new Map<string, Buffer>();
  for (const { folder, assets } of names.flatMap((name) => toolOf(name).release ?? [])) {
    const { host, pathname } = new URL(folder);
    const at = (file: string) => `/${host}${pathname}${file}`;
    for (const { name, sums, programs } of assets) {
      const content = contentOf(programs);
      files.set(at(name), content);
      const alone = sums === `${name}.sha256`;
      const lines = alone
        ? sha256(content)
        : `${'0'.repeat(64)}  another-file\n${sha256(content)}  ${name}\n`;
      files.set(at(sums), Buffer.from(lines));
    }
  }
  return files;
}

/** A mirror with these files, which the process then downloads from; undefined never answers. */
async function mirror(files: ReadonlyMap<string, Buffer> | undefined): Promise<string> {
  server = createServer((request, response) => {
    const content = files?.get(request.url ?? '');
    if (files) response.writeHead(content ? 200 : 404).end(content);
  });
  await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  process.env.VCF_AI_DOWNLOADS = url;
  process.env.XDG_CACHE_HOME = newFolder();
  return url;
}

const RELEASED = ['kubernetes', 'etcd', 'prometheus', 'pulumi', 'pulumi-resource-kubernetes'];

test('every release that a mirror has is offered; what nobody publishes is not', async () => {
  await mirror(published(...RELEASED));
  const offers = await offersOf(tools);
  assert.deepEqual([...offers.keys()].map(({ name }) => name).sort(), [...RELEASED].sort());
});

test('programs come out of files and archives, executable, and doctor says that they are official', async () => {
  await mirror(published(...RELEASED));
  for (const [tool, offer] of await offersOf(tools)) {
    mkdirSync(toolDir(tool), { recursive: true });
    await takeRelease(offer, toolDir(tool), silent);
    for (const { name } of tool.binaries) {
      const file = join(toolDir(tool), 'bin', name);
      assert.equal(statSync(file).mode & 0o111, 0o111, file);
      assert.equal(execFileSync(file, { encoding: 'utf8' }), 'official\n');
    }
  }
  const found = (await findAll()).find(({ binary }) => binary.name === 'kube-apiserver');
  assert.equal(found?.origin, 'release');
  const row = (await diagnose()).find(({ what }) => what === 'kube-apiserver');
  assert.deepEqual(
    { found: row?.found, ok: row?.ok, advice: row?.advice },
    { found: `${toolOf('kubernetes').version}, official release, in the tool cache`, ok: true, advice: '' },
  );
});

test('a release of which the mirror lacks one list, or has an empty one, is built instead', async () => {
  const files = published('kubernetes', 'etcd');
  for (const path of files.keys()) if (path.endsWith('kubectl.sha256')) files.delete(path);
  for (const path of files.keys()) if (path.endsWith('SHA256SUMS')) files.set(path, Buffer.from('<html>'));
  await mirror(files);
  assert.deepEqual([...(await offersOf(tools)).keys()], []);
});

test('a mirror that does not answer, and none at all, cost some seconds and no more', {
  timeout: 20_000,
}, async () => {
  await mirror(undefined);
  assert.equal((await offersOf(tools)).size, 0);
  process.env.VCF_AI_DOWNLOADS = 'http://127.0.0.1:9';
  assert.equal((await offersOf(tools)).size, 0);
  process.env.VCF_AI_DOWNLOADS = 'off';
  assert.equal((await offersOf(tools)).size, 0);
});

test('vcf-ai tools refuses a file that is not what the list says, and places nothing of it', async () => {
  const files = published('etcd');
  for (const [path, content] of files)
    if (path.endsWith('.gz')) files.set(path, Buffer.concat([content, Buffer.from('x')]));
  const url = await mirror(files);
  const { exitCode, all } = await execa(process.execPath, scriptArgs('cli/main.ts', 'tools'), {
    env: { ...process.env, PATH: newPath() },
    extendEnv: false,
    all: true,
    reject: false,
    timeout: 60_000,
  });
  assert.equal(exitCode, 2, all);
  assert.match(all ?? '', new RegExp(`the download of ${url}/github\\.com/etcd-io/\\S+ failed`));
  assert.match(all ?? '', /its SHA-256 is [0-9a-f]{64}, and \S+SHA256SUMS says [0-9a-f]{64}/);
  assert.match(all ?? '', /fix: try again, or set VCF_AI_DOWNLOADS=off to build the tools/);
  assert.equal(existsSync(toolDir(toolOf('etcd'))), false);
});

/** The programs of the system, without tools that may be installed beside them. */
const newPath = () => '/usr/bin:/bin';
