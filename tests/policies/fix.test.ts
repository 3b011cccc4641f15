import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fixedText, fixManifests } from '../../cli/fix';
import { fixesFor, patchedText } from '../../policies';
import { documentsOf } from '../../policies/yaml-text';
import { newFolder } from '../local/scratch';

const KEY = `# the key of a provider
apiVersion: aigateway.envoyproxy.io/v1beta1
kind: BackendSecurityPolicy
metadata:
  name: chat
  namespace: ai # not vault
spec:
  type: APIKey
  targetRefs:
  - group: aigateway.envoyproxy.io
    kind: AIServiceBackend
    name: chat
  apiKey:
    secretRef:
      name: chat
      # read nowhere
      namespace: vault

`;

const OTHER = `apiVersion: v1
kind: ConfigMap
metadata:   {name:   other}
`;

test('a fix changes its field and nothing else, comments and other documents stay, and it is checked', async () => {
  const file = join(newFolder(), 'a.yaml');
  writeFileSync(file, `${OTHER}--- # the second\n${KEY}---\n${OTHER}`);
  const fixed = await fixManifests([file]);
  assert.deepEqual(
    fixed.map(({ object, rules, patch, written }) => ({ object, rules, patch, written })),
    [
      {
        object: 'backendsecuritypolicy/ai/chat',
        rules: ['R17'],
        patch: [{ op: 'remove', path: '/spec/apiKey/secretRef/namespace' }],
        written: true,
      },
    ],
  );
  assert.match(fixedText(fixed), /^✓ backendsecuritypolicy\/ai\/chat \[R17\]: fixed: \[\{"op":"remove"/);
  const text = readFileSync(file, 'utf8');
  assert.ok(text.startsWith(`${OTHER}--- # the second\n# the key of a provider\n`), text);
  assert.ok(text.endsWith(`---\n${OTHER}`), text);
  assert.match(text, /namespace: ai # not vault\n/);
  assert.doesNotMatch(text, /namespace: vault/);
  assert.match(text, /targetRefs:\n {2}- group/);
  assert.deepEqual(await fixManifests([file]), []);
});

test('an element of a list and an object in JSON are mended where they are', async () => {
  const folder = newFolder();
  const [object] = documentsOf(KEY).map(({ text }) => text.trimEnd().replaceAll('\n', '\n    '));
  writeFileSync(join(folder, 'list.yaml'), `apiVersion: v1\nkind: List\nitems:\n  - ${object}\n`);
  const json = { apiVersion: 'v1', kind: 'List', items: [await parsed(KEY)] };
  writeFileSync(join(folder, 'list.json'), JSON.stringify(json));
  const fixed = await fixManifests([folder]);
  assert.deepEqual(
    fixed.map(({ written }) => written),
    [true, true],
  );
  assert.deepEqual(JSON.parse(readFileSync(join(folder, 'list.json'), 'utf8')).items[0].spec.apiKey, {
    secretRef: { name: 'chat' },
  });
  assert.deepEqual(await fixManifests([folder]), []);
});

async function parsed(text: string): Promise<unknown> {
  const { load } = await import('js-yaml');
  return load(text);
}

test('a patch adds, replaces and inserts, and keeps flow as flow', () => {
  const [document] = documentsOf('a: {b: 1} # why\nc:\n  - x\n  - z\n');
  assert.ok(document);
  const patch = [
    { op: 'replace', path: '/a/b', value: 2 },
    { op: 'add', path: '/c/1', value: 'y' },
    { op: 'add', path: '/d', value: { e: [1] } },
  ] as const;
  assert.equal(
    patchedText(document, patch),
    'a: {b: 2} # why\nc:\n  - x\n  - "y"\n  - z\nd:\n  e:\n    - 1\n',
  );
});

test('refuses to write where an alias would change another place too', () => {
  const [document] = documentsOf('a: &a {b: 1}\nc: *a\n');
  assert.ok(document);
  assert.equal(patchedText(document, [{ op: 'replace', path: '/a/b', value: 2 }]), undefined);
});

test('an object without a fix is left alone', async () => {
  assert.deepEqual(fixesFor([]), []);
});

test('refuses to change standard input', async () => {
  await assert.rejects(fixManifests(['-']), {
    name: 'UnreadableError',
    message: /standard input cannot be changed/,
  });
});
