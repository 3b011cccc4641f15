import assert from 'node:assert/strict';
import { cpSync, existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { test } from 'node:test';
import execa from 'execa';
import { load } from 'js-yaml';
import { newFolder } from './local/scratch';

const root = resolve(__dirname, '..');
const ci = join(root, 'examples/ci');

/** A user's project: the shipped files, and the command where npm puts it. */
function project(): string {
  const folder = newFolder();
  for (const name of ['Pulumi.yaml', 'Pulumi.local.yaml']) cpSync(join(root, name), join(folder, name));
  mkdirSync(join(folder, 'node_modules/.bin'), { recursive: true });
  symlinkSync(join(root, 'bin/vcf-ai.mjs'), join(folder, 'node_modules/.bin/vcf-ai'));
  return folder;
}

test('the workflow judges a stack with a command that there is, and uploads what that writes', async () => {
  // biome-ignore lint/suspicious/noExplicitAny: a workflow as GitHub reads it
  const { jobs } = load(readFileSync(join(ci, '.github/workflows/platform.yaml'), 'utf8')) as any;
  const { steps } = jobs.check;
  const commands = steps.flatMap(({ run }: { run?: string }) => (run?.includes('vcf-ai') ? [run] : []));
  assert.equal(commands.length, 1);
  const cwd = project();
  // biome-ignore lint/suspicious/noTemplateCurlyInString: an expression of GitHub's
  const command = commands[0].replace('${{ matrix.stack }}', 'local');
  const { exitCode, all } = await execa('sh', ['-c', command], { cwd, all: true, reject: false });
  assert.equal(exitCode, 0, all);
  const upload = steps.find(({ uses }: { uses?: string }) => uses?.includes('/upload-sarif@'));
  assert.ok(existsSync(join(cwd, upload.with.sarif_file)));
});

test('the hook lets a sound stack file pass and refuses a commit with another', async () => {
  const cwd = project();
  const git = (...args: string[]) => execa('git', args, { cwd, all: true, reject: false });
  await git('init', '--quiet');
  cpSync(join(ci, 'pre-commit'), join(cwd, '.git/hooks/pre-commit'));
  const commit = async () => {
    await git('add', 'Pulumi.local.yaml');
    return git('-c', 'user.name=a', '-c', 'user.email=a@example.com', 'commit', '--quiet', '-m', 'Change');
  };
  const sound = await commit();
  assert.equal(sound.exitCode, 0, sound.all);
  const file = join(cwd, 'Pulumi.local.yaml');
  writeFileSync(file, readFileSync(file, 'utf8').replace('cpu: 2,', 'cpu: 2.5,'));
  const wrong = await commit();
  assert.notEqual(wrong.exitCode, 0);
  assert.match(wrong.all ?? '', /gateway\.cpu: 2\.5/);
});
