import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { objectsInState } from '../../cli/applied';
import { difference, differenceText, isSame } from '../../cli/diff';
import { synthesize, writeObjects } from '../../cli/synth';
import { pack } from '../../stacks/bundle-state';
import { project } from './project';

const route = { apiVersion: 'x.io/v1', kind: 'Route', metadata: { name: 'chat', namespace: 'ai' } };

test('objects are new, gone, or changed field by field', () => {
  const found = difference(
    [
      { ...route, spec: { timeout: '10s', hosts: ['a'], old: true } },
      { ...route, kind: 'Gone' },
      { ...route, kind: 'Kept' },
    ] as never,
    [
      { ...route, spec: { timeout: '20s', hosts: ['a', 'b'] } },
      { ...route, kind: 'New' },
      { ...route, kind: 'Kept' },
    ] as never,
  );
  assert.equal(isSame(found), false);
  assert.equal(
    differenceText(found, 'prod'),
    [
      '+ new/ai/chat',
      '- gone/ai/chat',
      '~ route/ai/chat',
      '    + /spec/hosts/1: "b"',
      '    - /spec/old: true',
      '    ~ /spec/timeout: "10s" → "20s"',
      'prod: 1 to create, 1 to change, 1 to delete, 1 the same',
    ].join('\n'),
  );
});

test('values of secrets are neither compared nor shown, and that there are some is', () => {
  const secret = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'key', namespace: 'ai' } };
  const same = difference(
    [{ ...secret, stringData: { ciphertext: 'AAAA' } }] as never,
    [{ ...secret, stringData: { apiKey: 'sk-123' } }] as never,
  );
  assert.ok(isSame(same));
  const found = difference([secret] as never, [{ ...secret, stringData: { apiKey: 'sk-123' } }] as never);
  assert.doesNotMatch(differenceText(found, 'prod'), /sk-123/);
  assert.equal(isSame(found), false);
});

test('a state is read with its bundles, and without what Helm charts brought', () => {
  const urn = (parent: string) => `urn:pulumi:prod::vcf-ai-platform::${parent}$type::name`;
  const definition = {
    apiVersion: 'v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: 'routes.x.io' },
  } as const;
  const ours = 'vcf-ai-platform:stacks:Manifests';
  const objects = objectsInState(
    JSON.stringify({
      deployment: {
        resources: [
          { urn: urn(ours), type: 'kubernetes:x.io/v1:Route', inputs: route },
          { urn: urn(ours), type: 'vcf-ai:index:Bundle', inputs: pack([definition]) },
          { urn: urn('vcf-ai-platform:stacks:HelmChart'), type: 'kubernetes:x.io/v1:Route', inputs: route },
          { urn: urn(''), type: 'pulumi:providers:kubernetes', inputs: {} },
        ],
      },
    }),
  );
  assert.deepEqual(objects, [route, definition]);
});

test('vcf-ai diff --against: 0 while nothing differs, 1 with the fields that do', async () => {
  const { folder, run, edit, remove } = project();
  writeObjects(synthesize('local', folder), join(folder, 'golden'));
  const same = await run('diff', '--against', 'golden');
  assert.equal(same.code, 0, same.text);
  assert.match(same.text, /^local: 0 to create, 0 to change, 0 to delete, \d{3} the same$/);
  edit('bufferLimit: 50Mi', 'bufferLimit: 20Mi');
  remove('golden/gateway/gateway.ai-gateway.ai-gateway.yaml');
  const other = await run('diff', '--against', 'golden', '--json');
  assert.equal(other.code, 1, other.text);
  const { created, changed } = JSON.parse(other.stdout);
  assert.deepEqual(created, ['gateway/ai-gateway/ai-gateway']);
  const fields = changed.flatMap(({ fields: some }: { fields: { pointer: string }[] }) => some);
  assert.ok(
    fields.some(({ pointer }: { pointer: string }) => pointer.endsWith('/bufferLimit')),
    other.text,
  );
});

test('refuses a folder that is not there', async () => {
  const { run } = project();
  const { code, text } = await run('diff', '--against', 'nowhere');
  assert.equal(code, 1, text);
  assert.match(text, /✗ nowhere: there is no such folder \(create it with vcf-ai synth --out nowhere\)/);
});
