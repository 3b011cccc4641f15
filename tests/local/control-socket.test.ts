import assert from 'node:assert/strict';
import { mkdirSync, realpathSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, test } from 'node:test';
import { projectDir } from '../../cli/stack';
import { statusOf } from '../../local/client';
import { Datacenter, serveControl } from '../../local/datacenter';
import { stateDir } from '../../local/paths';
import { silent } from '../../local/progress';
import { keepEnvironment, newFolder } from './scratch';

afterEach(keepEnvironment('TMPDIR', 'XDG_RUNTIME_DIR', 'VCF_AI_STATE'));

/** Runs `work` in another folder. */
function inFolder<T>(folder: string, work: () => T): T {
  const before = process.cwd();
  process.chdir(folder);
  try {
    return work();
  } finally {
    process.chdir(before);
  }
}

test('a datacenter is found from every shell, wherever its state folder is', async () => {
  // A path of a Unix socket holds 107 bytes; this folder's is longer.
  const state = join(newFolder(), 'a-folder-with-a-long-name'.repeat(5), 'state');
  const datacenter = new Datacenter({ state, dataPlane: false, progress: silent });
  const server = await serveControl(datacenter, state);
  assert.equal(
    statSync(join(state, 'datacenter.sock')).mode & 0o777,
    0o600,
    "commands are its owner's alone",
  );
  const elsewhere = join(newFolder(), 'link');
  symlinkSync(state, elsewhere);
  try {
    process.env.TMPDIR = newFolder();
    process.env.XDG_RUNTIME_DIR = newFolder();
    assert.equal((await statusOf(state))?.pid, process.pid);
    assert.equal((await statusOf(elsewhere))?.pid, process.pid, 'by a link to the state folder');
  } finally {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
  assert.equal(await statusOf(state), undefined, 'a socket that nobody serves');
  assert.equal(await statusOf(join(state, 'absent')), undefined, 'a folder that is not there');
});

test('the state folder and the project are those of the nearest Pulumi.yaml above', () => {
  const project = realpathSync(newFolder());
  const below = join(project, 'docs', 'notes');
  mkdirSync(below, { recursive: true });
  writeFileSync(join(project, 'Pulumi.yaml'), 'name: example\n');
  delete process.env.VCF_AI_STATE;
  for (const folder of [project, below]) {
    assert.equal(inFolder(folder, stateDir), join(project, '.vcf-ai'));
    assert.equal(inFolder(folder, projectDir), project);
    assert.equal(
      inFolder(folder, () => stateDir('mine')),
      join(folder, 'mine'),
    );
  }
  const outside = realpathSync(newFolder());
  assert.equal(inFolder(outside, stateDir), join(outside, '.vcf-ai'));
});
