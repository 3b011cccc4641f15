import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { formatMistakes, loadStackFile, parsePlatform } from '../../config';
import { PAPERS_DOCUMENT, papersDocument } from './papers-document';
import { mistakeOf, mistakesOf } from './refused';

const folder = mkdtempSync(join(tmpdir(), 'stack-file-'));
after(() => rmSync(folder, { recursive: true }));

function stackFile(stack: string, text: string): string {
  const file = join(folder, `Pulumi.${stack}.yaml`);
  writeFileSync(file, text);
  return file;
}

function parse(file: string) {
  const { document, locate } = loadStackFile(file);
  return parsePlatform(document, locate);
}

test('the platform document is read out of the stack file', () => {
  const indented = PAPERS_DOCUMENT.replaceAll('\n', '\n    ');
  const file = stackFile(
    'paper',
    `encryptionsalt: v1:abc\nconfig:\n  vcf-ai-platform:gemini-api-key:\n    secure: AAAB\n  vcf-ai-platform:platform:${indented}\n`,
  );
  assert.deepEqual(parse(file), parsePlatform(papersDocument()));
});

test('refuses every mistake with its line, also those behind anchors and merge keys', () => {
  const file = stackFile(
    'lines',
    `config:
  vcf-ai-platform:platform:
    cluster: { local: {} }
    models:
      gpt-oss-120b:
        vllm: &servers
          tensorParallelSize: 3
      gpt-oss-20b:
        vllm: *servers
      orphan: { vllm: { model: Qwen/Qwen3-32B } }
    workloads:
      ide:
        model: gpt-oss-120b
        limit: {}
      ci: { model: gpt-oss-20b }
    gateway:
      listener:
        port: 8080
      <<: { replicas: 3 }
`,
  );
  const mistakes = mistakesOf(() => parse(file));
  const root = 'config.vcf-ai-platform:platform';
  assert.deepEqual(
    mistakes.map(({ path, line }) => [path, line]),
    [
      [`${root}.gateway.listener.port`, 18],
      [`${root}.gateway.replicas`, 16],
      [`${root}.models.gpt-oss-120b.vllm.tensorParallelSize`, 7],
      [`${root}.models.gpt-oss-20b.vllm.tensorParallelSize`, 7],
      [`${root}.models.orphan`, 10],
      [`${root}.workloads.ide.limit`, 14],
    ],
  );
  assert.ok(mistakes.every((mistake) => mistake.file === file));
  assert.ok(formatMistakes(mistakes).includes(`(use 10080)\n    at ${file}:18\n`));
});

test('refuses a missing field at the line of what lacks it', () => {
  const file = stackFile(
    'lacking',
    'config:\n  vcf-ai-platform:platform:\n    cluster: { local: {} }\n    models:\n',
  );
  const [models, workloads] = mistakesOf(() => parse(file));
  assert.deepEqual([models?.path, models?.line], ['config.vcf-ai-platform:platform.models', 4]);
  assert.deepEqual([workloads?.path, workloads?.line], ['config.vcf-ai-platform:platform.workloads', 2]);
});

test('refuses an empty platform document at its line', () => {
  const mistake = mistakeOf(() => parse(stackFile('void', 'config:\n  vcf-ai-platform:platform:\n')));
  assert.deepEqual([mistake.path, mistake.line], ['config.vcf-ai-platform:platform', 2]);
});

test('refuses malformed YAML with file, line, column and what the parser says', () => {
  const file = stackFile('malformed', 'config:\n  a: 1\n\tb: 2\n');
  const { path, problem, ...place } = mistakeOf(() => loadStackFile(file));
  assert.equal(path, file);
  assert.match(problem, /^malformed YAML: tabs are not allowed as indentation/);
  assert.deepEqual(place, { file, line: 3, column: 1 });
});

test('refuses a key that is written twice', () => {
  const file = stackFile('twice', 'config:\n  a: 1\n  a: 2\n');
  const { problem, line } = mistakeOf(() => loadStackFile(file));
  assert.match(problem, /malformed YAML: map keys must be unique/);
  assert.equal(line, 3);
});

test('refuses an alias of nothing', () => {
  const { problem } = mistakeOf(() => loadStackFile(stackFile('alias', 'config: *nothing\n')));
  assert.match(problem, /malformed YAML: unresolved alias/);
});

test('refuses a missing file with the one that was meant', () => {
  const file = stackFile('production', 'config: {}\n');
  const { path, problem, fix } = mistakeOf(() => loadStackFile(join(folder, 'Pulumi.producton.yaml')));
  assert.equal(path, join(folder, 'Pulumi.producton.yaml'));
  assert.equal(problem, 'there is no such file');
  assert.equal(fix, `did you mean ${file}`);
});

test('refuses a missing file with the stacks that there are', () => {
  const empty = mkdtempSync(join(folder, 'stacks-'));
  const missing = () => loadStackFile(join(empty, 'Pulumi.prod.yaml'));
  assert.match(mistakeOf(missing).fix ?? '', /create it with vcf-ai-platform:platform under config/);
  writeFileSync(join(empty, 'Pulumi.local.yaml'), '');
  writeFileSync(join(empty, 'Pulumi.yaml'), '');
  assert.equal(mistakeOf(missing).fix, 'existing stack files are for local');
  assert.match(
    mistakeOf(() => loadStackFile(join(empty, 'none', 'Pulumi.prod.yaml'))).fix ?? '',
    /create it/,
  );
});

test('refuses a stack file without a platform document', () => {
  for (const text of ['', 'config:\n', 'config: hello\n', 'config: { aws:region: x }\n']) {
    const { problem, fix } = mistakeOf(() => loadStackFile(stackFile('bare', text)));
    assert.match(problem, /config has no key vcf-ai-platform:platform/);
    assert.equal(fix, 'add it with cluster, models and workloads');
  }
});

test('refuses a misspelled key of the platform document', () => {
  const file = stackFile('key', 'config:\n  vcf-ai-platform:platfrom: {}\n');
  assert.equal(mistakeOf(() => loadStackFile(file)).fix, 'rename vcf-ai-platform:platfrom');
});
