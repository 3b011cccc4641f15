import assert from 'node:assert/strict';
import { cpSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { test } from 'node:test';
import execa from 'execa';
import { newFolder } from './local/scratch';

const root = resolve(__dirname, '..');

test('the packed package serves as a library, and its command runs', async () => {
  const folder = newFolder();
  const packed = await execa('npm', ['pack', '--json', '--pack-destination', folder], { cwd: root });
  const [{ filename }] = JSON.parse(packed.stdout.slice(packed.stdout.indexOf('[')));
  const home = join(folder, 'node_modules', 'vcf-ai-platform');
  mkdirSync(home, { recursive: true });
  await execa('tar', ['-xzf', join(folder, filename), '-C', home, '--strip-components=1']);
  // What `npm install` would put beside it.
  symlinkSync(join(root, 'node_modules'), join(home, 'node_modules'));

  const program = join(folder, 'use.cjs');
  writeFileSync(
    program,
    `const { Cpu } = require('vcf-ai-platform/config');
     const { platformCharts } = require('vcf-ai-platform/constructs');
     const { rules } = require('vcf-ai-platform/policies');
     const { deploy } = require('vcf-ai-platform/stacks');
     const { crdManifests } = require('${home}/dist/constructs/crds');
     console.log(Cpu.parse('2').toString(), typeof platformCharts, rules.length > 0, typeof deploy, crdManifests().length);`,
  );
  const { stdout } = await execa(process.execPath, [program], { cwd: folder });
  assert.equal(stdout, '2 function true function 25');

  for (const name of ['Pulumi.yaml', 'Pulumi.local.yaml']) cpSync(join(root, name), join(folder, name));
  const command = join(home, 'bin/vcf-ai.mjs');
  const check = await execa(process.execPath, [command, 'check'], { cwd: folder });
  assert.match(check.stdout, /^local: 27 objects, 0 errors/);
});
