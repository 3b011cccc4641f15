import assert from 'node:assert/strict';
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { test } from 'node:test';
import execa from 'execa';
import { newFolder } from '../local/scratch';

const root = resolve(__dirname, '../..');

/** A project folder with the shipped files, and the command as a user runs it there. */
function project() {
  const folder = newFolder();
  for (const name of ['Pulumi.yaml', 'Pulumi.local.yaml']) cpSync(join(root, name), join(folder, name));
  const run = async (...args: string[]) => {
    const options = { cwd: folder, all: true, reject: false } as const;
    const { exitCode, all, stdout } = await execa(join(root, 'bin/vcf-ai.mjs'), args, options);
    return { code: exitCode, text: all ?? '', stdout };
  };
  const edit = (from: string, to: string) => {
    const file = join(folder, 'Pulumi.local.yaml');
    const text = readFileSync(file, 'utf8');
    assert.ok(text.includes(from), from);
    writeFileSync(file, text.replace(from, to));
  };
  return { run, edit };
}

test('the shipped stack has no findings, as text and as JSON', async () => {
  const { run } = project();
  const text = await run('check');
  assert.equal(text.code, 0, text.text);
  assert.match(text.text, /^local: 34 objects, 0 errors, 0 warnings$/);
  const json = await run('check', '--json');
  assert.equal(json.code, 0);
  assert.deepEqual(JSON.parse(json.stdout), { stack: 'local', objects: 34, warnings: [], findings: [] });
});

test('what runs and is probably not wanted is a warning with its line, not an error', async () => {
  const { run, edit } = project();
  edit('startupBudget: 15s', 'startupBudget: 15s, maxNumSeqs: 1024');
  const { code, text } = await run('check');
  assert.equal(code, 0);
  assert.match(text, /^! config\..*\.maxNumSeqs: 1024 requests at once .*\n +at .*Pulumi\.local\.yaml:\d+/m);
  assert.match(text, /0 errors, 1 warnings/);
});

test('refuses every mistake at once, each with its line, and without a stack trace', async () => {
  const { run, edit } = project();
  edit('requestsPerMinute: 2', 'requestsPerMinute: -2');
  edit('cpu: 2', 'cpu: 2.5');
  const { code, text } = await run('check');
  assert.equal(code, 1);
  assert.match(text, /2 mistakes/);
  assert.match(text, /gateway\.cpu: 2\.5 .*\n.*Pulumi\.local\.yaml:\d+/);
  assert.match(text, /requestsPerMinute: -2 .*\n.*Pulumi\.local\.yaml:\d+/);
  assert.doesNotMatch(text, /\n\s+at .*\.ts:/);
});

test('refuses a stack that is not there, with the one that was probably meant', async () => {
  const { run } = project();
  const { code, text } = await run('check', '--stack', 'locla');
  assert.equal(code, 1);
  assert.match(text, /there is no such file \(did you mean .*Pulumi\.local\.yaml\)/);
});

test('refuses an unknown command with the help', async () => {
  const { run } = project();
  const { code, text } = await run('chekc');
  assert.equal(code, 1);
  assert.match(text, /Did you mean check\?/);
  assert.match(text, /Usage: vcf-ai/);
});
