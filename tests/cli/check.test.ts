import assert from 'node:assert/strict';
import { join, resolve } from 'node:path';
import { test } from 'node:test';
import execa from 'execa';
import { synthesize } from '../../cli/synth';
import { vcfAiProcess } from './command';
import { project } from './project';

const root = resolve(__dirname, '../..');

const BACKEND = `apiVersion: gateway.envoyproxy.io/v1alpha1
kind: Backend
metadata: { name: chat }
spec:
  endpoint: []
`;

/** How many objects `vcf-ai synth` writes of the shipped stack, without the definitions of kinds, which are upstream's. */
const judgedOf = (folder: string) =>
  synthesize('local', folder).filter(({ manifest }) => manifest.kind !== 'CustomResourceDefinition').length;

test('the shipped stack has no findings, as text and as JSON', async () => {
  const { run, folder } = project();
  const objects = judgedOf(folder);
  const text = await run('check');
  assert.equal(text.code, 0, text.text);
  assert.equal(text.text, `local (Pulumi.local.yaml): ${objects} objects, 0 errors, 0 warnings`);
  const json = await run('check', '--json');
  assert.equal(json.code, 0);
  const { version: _, ...report } = JSON.parse(json.stdout);
  assert.deepEqual(report, {
    subject: 'local',
    file: 'Pulumi.local.yaml',
    objects,
    notJudged: [],
    findings: [],
    known: [],
    exempted: [],
    skipped: [],
  });
});

test('refuses a folder that has a stack file and is no project, instead of judging another stack', async () => {
  const { run, remove } = project();
  remove('Pulumi.yaml');
  for (const command of [['check', '--stack', 'local'], ['synth'], ['explain', 'gateway.cpu']]) {
    const { code, text } = await run(...command);
    assert.equal(code, 1, text);
    assert.match(
      text,
      /✗ Pulumi\.yaml: is missing in this folder, which contains Pulumi\.local\.yaml: .*\(create a project with vcf-ai new/,
    );
  }
});

test('a tag of somebody else’s beside the document is no matter', async () => {
  const { run, write, read } = project();
  write('Pulumi.local.yaml', `${read('Pulumi.local.yaml')}extra: !mine x\n`);
  const { code, text } = await run('check');
  assert.equal(code, 0, text);
});

test('what runs and is probably not wanted is a warning with its line, not an error', async () => {
  const { run, edit } = project();
  edit('startupBudget: 15s', 'startupBudget: 15s, gpuMemoryUtilization: 0.97');
  const { code, text } = await run('check');
  assert.equal(code, 0);
  assert.match(
    text,
    /^! config\..*\.gpuMemoryUtilization: 0\.97 of each GPU .*\n +at .*Pulumi\.local\.yaml:\d+/m,
  );
  assert.match(text, /0 errors, 1 warnings/);
  assert.equal((await run('check', '--level', 'warning')).code, 1);
});

test('refuses every mistake at once, each with its line, and without a stack trace', async () => {
  const { run, edit } = project();
  edit('requestsPerMinute: 2', 'requestsPerMinute: -2');
  edit('cpu: 2', 'cpu: 2.5');
  const { code, text } = await run('check');
  assert.equal(code, 1);
  assert.match(text, /0 objects, 2 errors/);
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
  const { code, text } = await vcfAiProcess(project().folder, 'chekc');
  assert.equal(code, 1);
  assert.match(text, /Did you mean check\?/);
  assert.match(text, /Usage: vcf-ai/);
});

test('anybody’s manifests are judged, in several formats at once, and an earlier report is a baseline', async () => {
  const { run, write, read } = project();
  write('a.yaml', BACKEND);
  const { code, text } = await run(
    'check',
    '--manifests',
    'a.yaml',
    '--format',
    'text,sarif=a.sarif,json=a.json',
  );
  assert.equal(code, 1);
  assert.match(
    text,
    /^✗ backend\/chat \/spec\/endpoint: .* \[schema\]\n +at a\.yaml:5:3\na\.yaml: 1 objects, 1 errors/,
  );
  assert.equal(JSON.parse(read('a.sarif')).runs[0].results[0].ruleId, 'schema');
  const again = await run('check', '--manifests', 'a.yaml', '--baseline', 'a.json');
  assert.equal(again.code, 0, again.text);
  assert.match(again.text, /0 errors, 0 warnings, 1 known from the baseline/);
  write('a.yaml', BACKEND.replace('endpoint: []', 'endpoint: []\n  endpnt: []'));
  const more = await run('check', '--manifests', 'a.yaml', '--baseline', 'a.sarif', '--rule', 'schema,R13');
  assert.equal(more.code, 1);
  assert.match(more.text, /endpnt.*\n.*\n.*1 errors, 0 warnings, 1 known/);
});

for (const { what, args, message } of [
  {
    what: 'what is no YAML',
    args: ['--manifests', 'bad.yaml'],
    message: /^✗ bad\.yaml:2:\d+: invalid YAML: .*$/,
  },
  { what: 'a rule that is not there', args: ['--rule', 'R1'], message: /^✗ --rule: unknown rule R1 \(/ },
  {
    what: 'a format that is not there',
    args: ['--format', 'sarf'],
    message: /^✗ --format: .* \(use sarif\)$/,
  },
  {
    what: 'two formats on one output',
    args: ['--format', 'text,json'],
    message: /^✗ --format: text and json would/,
  },
  {
    what: 'a missing baseline',
    args: ['--baseline', 'no.json'],
    message: /^✗ no\.json: cannot be read: ENOENT$/,
  },
]) {
  test(`refuses ${what} with one message and exit code 2`, async () => {
    const { run, write } = project();
    write('bad.yaml', 'a: [1\nb: 2\n');
    const { code, text } = await run('check', ...args);
    assert.equal(code, 2, text);
    assert.match(text, message);
  });
}

test('check loads no Pulumi', async () => {
  const script = `
    const { check } = require('${join(root, 'cli/check.ts')}');
    check({ stack: 'local' }).then(({ objects }) => {
      const loaded = Object.keys(require.cache).filter((file) => /node_modules.@pulumi|.stacks.[a-z]+[.]ts$/.test(file));
      console.log(JSON.stringify({ objects, loaded }));
    });`;
  const { stdout } = await execa(process.execPath, ['--import', 'tsx', '-e', script], { cwd: root });
  const objects = judgedOf(root);
  assert.deepEqual(JSON.parse(stdout), { objects, loaded: [] });
});

test('--fix mends the files, tells what it did, and judges what it wrote', async () => {
  const { run, write, read } = project();
  write('a.yaml', `${CORS}    allowCredentials: true # as ever\n`);
  const { code, text } = await run('check', '--manifests', 'a.yaml', '--fix', '--rule', 'R45');
  assert.equal(code, 0, text);
  assert.match(text, /✓ securitypolicy\/chat \[R45\]: fixed: .*allowCredentials/);
  assert.equal(read('a.yaml'), `${CORS}    allowCredentials: false # as ever\n`);
});

/** What the shipped document ends with, and an exemption below it. */
const LAST = 'observability: { scrapeInterval: 5s }';
const exemption = (rule: string, more: object = {}) => {
  const all = {
    rule,
    object: 'envoyproxy/ai-gateway/ai-gateway',
    owner: 'edge',
    until: '2999-12-31',
    ...more,
  };
  return `\n      - ${JSON.stringify({ ...all, reason: 'only for the tests of exemptions' })}`;
};
const POLICIES = `${LAST} # how often
    policies:
      parameters: { development: false } # as in production
      exemptions:`;

test('a finding says which setting of the document it stems from; --fix changes that and nothing else', async () => {
  const { run, edit, read } = project();
  edit(LAST, `${POLICIES}${exemption('R02')}${exemption('R40', { pointer: '/spec/logging' })}`);
  const before = read('Pulumi.local.yaml');
  const { text } = await run('check', '--level', 'warning');
  assert.match(
    text,
    /a single proxy serves all requests \(set gateway\.replicas to 2 \(.*Pulumi\.local\.yaml:\d+\)\) \[R40\]/,
  );
  assert.match(text, /the exemption from R02 matches no finding .*\n +at Pulumi\.local\.yaml:\d+ /);
  assert.equal(read('Pulumi.local.yaml'), before);
  const fixed = await run('check', '--fix', '--level', 'warning');
  assert.equal(fixed.code, 0, fixed.text);
  assert.match(fixed.text, /✓ gateway\.replicas: set to 2\n/);
  assert.match(fixed.text, /✓ policies\.exemptions\.1: removed\n/);
  const after = read('Pulumi.local.yaml');
  assert.match(after, /scrapeInterval: 5s \} # how often\n/);
  assert.match(after, /exemptions: \[\]/);
  assert.match(after, /replicas: 2/);
  assert.equal((await run('check', '--fix')).code, 0);
  assert.equal(read('Pulumi.local.yaml'), after);
});

test('refuses a change that would not mend the document, and leaves it as it was', async () => {
  const { run, edit, read } = project();
  edit(LAST, `${LAST}\n    policies: { parameters: { development: false } }`);
  edit('requestsPerMinute: 2', 'requestsPerMinute: 1');
  const before = read('Pulumi.local.yaml');
  const { code, text } = await run('check', '--fix');
  assert.equal(code, 1, text);
  assert.match(text, /requestsPerMinute: 1 /);
  assert.equal(read('Pulumi.local.yaml'), before);
});

test('refuses to change what is written in another place', async () => {
  const { run, edit, read } = project();
  edit(LAST, `${LAST}\n    policies: { parameters: { development: false } }`);
  const [, gateway = ''] = /^ {4}gateway: (\{.*\})$/m.exec(read('Pulumi.local.yaml')) ?? [];
  edit(gateway, '*entrance');
  edit('config:\n', `config:\n  vcf-ai-platform:entrance: &entrance ${gateway}\n`);
  const before = read('Pulumi.local.yaml');
  const { code, text } = await run('check', '--fix');
  assert.match(text, /^✗ \S*Pulumi\.local\.yaml: cannot be changed on its own$/);
  assert.equal(code, 2);
  assert.equal(read('Pulumi.local.yaml'), before);
});

test('refuses to take away the wrong one of two exemptions from a rule', async () => {
  const { run, edit, read } = project();
  edit(LAST, `${POLICIES}${exemption('R40')}${exemption('R40', { pointer: '/spec/logging' })}`);
  const before = read('Pulumi.local.yaml');
  const { code, text } = await run('check', '--fix');
  assert.match(text, /^✗ \S*Pulumi\.local\.yaml: the change would cause another finding: envoyproxy\/.*$/);
  assert.equal(code, 2);
  assert.equal(read('Pulumi.local.yaml'), before);
});

test('an exemption that has ended is for its owner: it is told at its line, and stays', async () => {
  const { run, edit, read } = project();
  edit(LAST, `${POLICIES}${exemption('R40', { until: '2020-12-31' })}`);
  const { code, text } = await run('check', '--fix', '--level', 'error');
  assert.equal(code, 1, text);
  assert.match(text, /the exemption from R40 ended on 2020-12-31 .*\n +at Pulumi\.local\.yaml:\d+ /);
  assert.match(read('Pulumi.local.yaml'), /2020-12-31/);
});

const CORS = `apiVersion: gateway.envoyproxy.io/v1alpha1
kind: SecurityPolicy
metadata: { name: chat }
spec:
  targetRefs:
    - { group: gateway.networking.k8s.io, kind: Gateway, name: chat }
  cors:
    allowOrigins:
      - "*"
`;

const PART = `apiVersion: aigateway.envoyproxy.io/v1beta1
kind: AIServiceBackend
metadata: { name: chat, namespace: ai }
spec:
  schema: { name: OpenAI }
  backendRef: { group: gateway.envoyproxy.io, kind: Backend, name: chat }
  headerMutation: { remove: [authorization, x-api-key, api-key, cookie] }
---
apiVersion: route.openshift.io/v1
kind: Route
metadata: { name: chat, namespace: ai }
---
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: { name: mesh, namespace: ai }
`;

test('what is missing in a part is an info, and with --complete an error', async () => {
  const { run, write } = project();
  write('part.yaml', PART);
  const part = await run('check', '--manifests', 'part.yaml');
  assert.equal(part.code, 0, part.text);
  assert.match(
    part.text,
    /^i aiservicebackend\/ai\/chat \/spec\/backendRef: among these objects, Backend ai\/chat does not exist/m,
  );
  assert.equal((await run('check', '--manifests', 'part.yaml', '--level', 'info')).code, 1);
  const whole = await run('check', '--manifests', 'part.yaml', '--complete');
  assert.equal(whole.code, 1);
  assert.match(
    whole.text,
    /^✗ aiservicebackend\/ai\/chat \/spec\/backendRef: Backend ai\/chat does not exist/m,
  );
});

test('objects of kinds that are not known are counted and named, and with --strict refused', async () => {
  const { run, write } = project();
  write('part.yaml', PART);
  const { text } = await run('check', '--manifests', 'part.yaml', '--format', 'text,json=report.json');
  assert.match(
    text,
    /3 objects: 1 judged, 2 not known \(Gateway of networking\.istio\.io, Route\), 0 errors/,
  );
  const strict = await run('check', '--manifests', 'part.yaml', '--strict', '--json');
  assert.equal(strict.code, 1);
  const { notJudged, findings } = JSON.parse(strict.stdout);
  assert.deepEqual(notJudged, [
    { apiVersion: 'networking.istio.io/v1', kind: 'Gateway', objects: 1 },
    { apiVersion: 'route.openshift.io/v1', kind: 'Route', objects: 1 },
  ]);
  assert.deepEqual(
    findings.flatMap(({ rule, object, pointer }: Record<string, string>) =>
      rule === 'unjudged' ? [`${object} ${pointer}`] : [],
    ),
    ['gateway/ai/mesh /kind', 'route/ai/chat /kind'],
  );
});
