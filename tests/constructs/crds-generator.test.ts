import assert from 'node:assert/strict';
import { test } from 'node:test';
import { docComment } from '../../scripts/crds/doc-comment';
import { generateFiles } from '../../scripts/crds/files';
import { type KindSchema, type Schema, typeOf } from '../../scripts/crds/schema';
import { type CrdSource, parseCrds, readModule, storageVersion } from '../../scripts/crds/sources';
import { renderTypes } from '../../scripts/crds/types';
import { keepEnvironment } from '../local/scratch';

const inPlace = (schema: Schema): string => `{ ${Object.keys(schema.properties ?? {}).join()} }`;
const translate = (schema: Schema): string => typeOf(schema, inPlace);
const string: Schema = { type: 'string' };

function kindOf(kind: string, spec: Record<string, Schema>, group = 'example.com'): KindSchema {
  const schema = { type: 'object', properties: { spec: { type: 'object', properties: spec } } };
  return { kind, group, version: 'v1', scope: 'Namespaced', schema };
}

function sourceOf(
  kind: string,
  group = 'example.com',
  versions = [{ name: 'v1', storage: true }],
): CrdSource {
  const plural = `${kind.toLowerCase()}s`;
  const schema = { openAPIV3Schema: kindOf(kind, { size: { type: 'integer' } }).schema };
  return {
    module: 'example.com/crds@v1.0.0',
    path: `${plural}.yaml`,
    sha256: 'f00d',
    manifest: {
      apiVersion: 'apiextensions.k8s.io/v1',
      kind: 'CustomResourceDefinition',
      metadata: { name: `${plural}.${group}` },
      spec: {
        group,
        scope: 'Namespaced',
        names: { kind, plural },
        versions: versions.map((version) => ({ ...version, schema })),
      },
    },
  };
}

test('schemas translate to the values that the API server accepts and keeps', () => {
  const anything = { 'x-kubernetes-preserve-unknown-fields': true };
  const cases: [Schema, string][] = [
    [string, 'string'],
    [{ type: 'integer' }, 'number'],
    [{ 'x-kubernetes-int-or-string': true }, 'number | string'],
    [{ type: 'string', enum: ['', "it's"] }, "'' | 'it\\'s'"],
    [{ type: 'integer', enum: [301, 302] }, '301 | 302'],
    [{ type: 'string', allOf: [{ enum: ['A', 'B'] }, { enum: ['B', 'C'] }] }, "'B'"],
    [{ type: 'array', items: string }, 'readonly string[]'],
    [{ type: 'array', items: { type: 'string', enum: ['a', 'b'] } }, "readonly ('a' | 'b')[]"],
    [{ type: 'object', additionalProperties: string }, 'Readonly<Record<string, string>>'],
    [{ type: 'object' }, 'Readonly<Record<string, never>>'],
    [{ type: 'object', ...anything }, 'Readonly<Record<string, unknown>>'],
    [
      { type: 'object', properties: { a: string }, ...anything },
      '{ a } & { readonly [key: string]: unknown }',
    ],
    [anything, 'unknown'],
  ];
  for (const [schema, type] of cases) assert.equal(translate(schema), type);
});

test('refuses schemas that it cannot translate', () => {
  assert.throws(
    () => translate({ type: 'string', nullable: true } as Schema),
    /without a translation: nullable/,
  );
  assert.throws(() => translate({ type: 'file' }), /type without a translation: file/);
  assert.throws(() => translate({}), /type without a translation: none/);
});

test('doc comments keep whole sentences, defaults and deprecations', () => {
  assert.equal(docComment({ ...string, default: 'Exact' }, ''), '/** @default "Exact" */\n');
  const description = `Size of the\nbuffer, e.g. 1 MiB. ${'Long'.repeat(60)}.\n\nDeprecated: use\nlimit. */`;
  assert.equal(
    docComment({ ...string, description }, '  '),
    ['  /**', '   * Size of the buffer, e.g. 1 MiB.', '   * @deprecated use limit. *\\/', '   */', ''].join(
      '\n',
    ),
  );
});

test('equal structures become one type, in the file that all their users can reach', () => {
  const reference = {
    type: 'object',
    properties: { host: string, path: string, scheme: string },
    required: ['host'],
  };
  const texts = renderTypes([
    kindOf('Cache', { origin: reference, mirrors: { type: 'array', items: reference } }),
    kindOf('Robot', { origin: reference }, 'robots.example.com'),
    kindOf('Stage', { size: { type: 'object', properties: { width: string } } }),
  ]);
  assert.match(texts.get('shared') ?? '', /^export interface Origin \{\n {2}readonly host: string;/m);
  const text = texts.get('example.com') ?? '';
  assert.match(
    text,
    /readonly mirrors\?: readonly shared\.Origin\[\];\n {2}readonly origin\?: shared\.Origin;/,
  );
  assert.match(text, /readonly size\?: \{\n {4}readonly width\?: string;\n {2}\};/);
});

test('a shape takes words of the way there in front of a name that a kind has', () => {
  const properties = Object.fromEntries([...'abcdefg'].map((name) => [name, string]));
  const text = renderTypes([
    kindOf('Cache', { left: { type: 'object', properties: { store: { type: 'object', properties } } } }),
    kindOf('CacheStore', {}),
  ]).get('example.com');
  const names = [...(text ?? '').matchAll(/^export interface (\w+)/gm)].map(([, name]) => name);
  assert.deepEqual(names, ['Cache', 'CacheSpec', 'CacheLeftStore', 'CacheStore', 'CacheStoreSpec']);
});

test('refuses shapes that cannot be told apart by name', () => {
  const large = Object.fromEntries([...'abcdefg'].map((name) => [name, string]));
  const kinds = [kindOf('Cache', { spec: { type: 'object', properties: large } })];
  assert.throws(() => renderTypes(kinds), /shapes of the same name: CacheSpec/);
});

test('refuses a kind with fields beside its spec', () => {
  const schema = { type: 'object', properties: { spec: { type: 'object' }, data: string } };
  assert.throws(() => renderTypes([{ ...kindOf('Blob', {}), schema }]), /Blob has other fields than/);
});

test('the order of the sources makes no difference', () => {
  const sources = [sourceOf('Robot'), sourceOf('Cache', 'cache.example.com'), sourceOf('Stage')];
  assert.deepEqual([...generateFiles(sources)].sort(), [...generateFiles(sources.toReversed())].sort());
});

test('refuses one definition from two files, and one kind in two groups', () => {
  assert.throws(
    () => generateFiles([sourceOf('Robot'), sourceOf('Robot')]),
    /robots\.example\.com comes from two files/,
  );
  const sources = [sourceOf('Robot'), sourceOf('Robot', 'robots.example.com')];
  assert.throws(() => generateFiles(sources), /kinds in two API groups: Robot/);
});

test('refuses a definition without exactly one storage version', () => {
  const versions = [
    { name: 'v1', storage: true },
    { name: 'v2', storage: true },
  ];
  assert.throws(
    () => storageVersion(sourceOf('Robot', 'example.com', versions)),
    /exactly one storage version/,
  );
  assert.throws(() => storageVersion(sourceOf('Robot', 'example.com', [])), /exactly one storage version/);
});

test('of a file, the definitions are read and nothing else', () => {
  const yaml = '# licence\n---\nkind: ValidatingAdmissionPolicy\n---\nkind: CustomResourceDefinition\n---\n';
  assert.deepEqual(parseCrds(yaml), [{ kind: 'CustomResourceDefinition' }]);
});

test('refuses a chart template, which is not a manifest yet', () => {
  const yaml = 'kind: CustomResourceDefinition\nmetadata:\n  name: {{ .Release.Name }}\n';
  assert.throws(() => parseCrds(yaml), /chart template is not a manifest: name: \{\{ \.Release\.Name \}\}/);
});

test('refuses a module that go cannot get', (t) => {
  t.after(keepEnvironment('GOPROXY'));
  process.env.GOPROXY = 'off';
  const pin = { module: 'example.com/no-such-module', version: 'v9.9.9', files: ['crds'] };
  assert.throws(
    () => readModule(process.env.VCF_AI_GO || 'go', pin),
    /cannot get example\.com\/no-such-module@v9\.9\.9: /,
  );
});
