import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { test } from 'node:test';
import execa from 'execa';
import { load, loadAll } from 'js-yaml';
import { synthesize, writeObjects } from '../../cli/synth';
import { field, mistakesOf } from '../constructs/support';
import { project as projectFolder } from './project';

const root = resolve(__dirname, '../..');

/** A project folder, its output folder, and `vcf-ai synth` as a user runs it there. */
function project() {
  const { folder, run, edit } = projectFolder();
  const out = join(folder, 'out');
  const write = () => writeObjects(synthesize('local', folder), out);
  return { folder, out, run: (...args: string[]) => run('synth', ...args), edit, write };
}

const filesBelow = (folder: string) =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.yaml'));

// biome-ignore lint/suspicious/noExplicitAny: objects as they are written
type Json = any;

test('vcf-ai synth prints every object as one stream, in the order of creation', async () => {
  const { folder, run } = project();
  const { code, stdout, text } = await run();
  assert.equal(code, 0, text);
  const printed = loadAll(stdout);
  assert.deepEqual(
    printed,
    synthesize('local', folder).map(({ manifest }) => manifest),
  );
  const kinds = printed.map((object) => (object as Json).kind);
  assert.equal(kinds[0], 'CustomResourceDefinition');
  assert.ok(kinds.indexOf('Gateway') < kinds.indexOf('AIGatewayRoute'));
});

test('vcf-ai synth --out writes one file per object and says as JSON what changed', async () => {
  const { out, run } = project();
  const { code, stdout, text } = await run('--out', out, '--json');
  assert.equal(code, 0, text);
  const { objects, changed } = JSON.parse(stdout);
  assert.equal(filesBelow(out).length, objects);
  assert.equal(changed.length, objects);
});

test('every object comes with its layer, its file and what is created before it', () => {
  const objects = synthesize('local', project().folder);
  const gateway = objects.find(({ id }) => id === 'gateway/ai-gateway/ai-gateway');
  assert.equal(gateway?.layer, 'gateway');
  assert.equal(gateway?.file, 'gateway/gateway.ai-gateway.ai-gateway.yaml');
  assert.ok(gateway?.after.includes('gatewayclass/ai-gateway'));
  assert.equal(field(gateway?.manifest, 'spec.gatewayClassName'), 'ai-gateway');
});

test('a secret is a placeholder that says where its value comes from', () => {
  const secret = synthesize('local', project().folder).find(
    ({ id }) => id === 'secret/ai-gateway/gemini-flash',
  );
  assert.deepEqual(field(secret?.manifest, 'stringData'), {
    apiKey: '(Pulumi secret vcf-ai-platform:gemini-api-key of stack local)',
  });
});

test('a second run touches no file, and a changed setting only the files of its objects [synth-writes-changes]', () => {
  const { out, edit, write } = project();
  write();
  const route = join(out, 'gateway/gateway.ai-gateway.ai-gateway.yaml');
  assert.equal((load(readFileSync(route, 'utf8')) as Json).kind, 'Gateway');
  const written = statSync(route).mtimeMs;
  assert.deepEqual(write().changed, []);
  assert.equal(statSync(route).mtimeMs, written);
  edit('scrapeInterval: 5s', 'scrapeInterval: 7s');
  const { changed } = write();
  assert.ok(changed.length > 0);
  assert.deepEqual(
    changed.filter((file) => !file.startsWith('observability/podmonitor.')),
    [],
  );
});

test('an object that is no longer there takes its file along, and nothing of the user', () => {
  const { out, edit, write } = project();
  write();
  const note = join(out, 'gateway/notes.yaml');
  writeFileSync(note, 'mine: true\n');
  edit('gemini-flash', 'gemini-fast');
  const { changed, removed } = write();
  assert.ok(changed.includes('gateway/backend.ai-gateway.gemini-fast.yaml'));
  assert.ok(removed.includes('gateway/backend.ai-gateway.gemini-flash.yaml'));
  assert.ok(!existsSync(join(out, 'gateway/backend.ai-gateway.gemini-flash.yaml')));
  assert.ok(existsSync(note));
});

test('refuses to write over a file that it did not write', () => {
  const { out, write } = project();
  const path = join(out, 'gateway/gateway.ai-gateway.ai-gateway.yaml');
  mkdirSync(join(out, 'gateway'), { recursive: true });
  writeFileSync(path, 'mine: true\n');
  assert.deepEqual(mistakesOf(write), [
    {
      path,
      problem: 'exists and was not written by vcf-ai synth',
      fix: 'choose another folder with --out, or remove it',
    },
  ]);
  assert.equal(filesBelow(out).length, 1);
});

test('refuses a wrong stack file with every mistake, and writes nothing', async () => {
  const { out, run, edit } = project();
  edit('requestsPerMinute: 2', 'requestsPerMinute: -2');
  const { code, text } = await run('--out', out);
  assert.equal(code, 1);
  assert.match(text, /requestsPerMinute: -2 /);
  assert.ok(!existsSync(out));
});

test('loads no Pulumi', async () => {
  const loaded = `
    require('${root}/cli/synth.ts').synthesize('local', '${project().folder}');
    console.log(Object.keys(require.cache).filter((file) => /node_modules\\/@pulumi\\//.test(file)).length);`;
  const { stdout } = await execa(process.execPath, ['--import', require.resolve('tsx'), '-e', loaded]);
  assert.equal(stdout, '0');
});
