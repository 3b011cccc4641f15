import assert from 'node:assert/strict';
import { test } from 'node:test';
import Ajv from 'ajv';
import { type CrdManifest, crdManifests } from '../../constructs/crds';
import { platformManifests } from './support';

/** Definitions are written for Go's regular expressions, which put flags into the pattern. */
const goRegExp = Object.assign(
  (pattern: string) => new RegExp(pattern.replace('(?i)', ''), pattern.includes('(?i)') ? 'i' : ''),
  { code: 'new RegExp' },
);

const ajv = new Ajv({ strict: false, validateFormats: false, allErrors: true, code: { regExp: goRegExp } });

const definitions = crdManifests();

for (const manifest of platformManifests()) {
  const { apiVersion, kind, metadata } = manifest;
  const definition = definitions.find(
    ({ spec }) => spec.names.kind === kind && apiVersion.startsWith(`${spec.group}/`),
  );
  if (!definition) continue;
  test(`${kind} ${metadata.name} is what its definition allows, without an unknown field`, () => {
    const validate = ajv.compile(schemaOf(definition, apiVersion));
    validate(manifest);
    assert.equal(validate.errors, null);
  });
}

test('every kind that is not built in has a definition here', () => {
  const defined = new Set(definitions.map(({ spec }) => spec.names.kind));
  const others = platformManifests().filter(({ kind }) => !defined.has(kind));
  assert.deepEqual([...new Set(others.map(({ kind }) => kind))].sort(), [
    'ConfigMap',
    'Deployment',
    'Job',
    'Namespace',
    'NetworkPolicy',
    'PersistentVolumeClaim',
    'PriorityClass',
    'Secret',
    'Service',
  ]);
});

test('an unknown field would be found', () => {
  const backend = definitions.find(({ spec }) => spec.names.kind === 'Backend');
  assert.ok(backend);
  const validate = ajv.compile(schemaOf(backend, 'gateway.envoyproxy.io/v1alpha1'));
  validate({ apiVersion: '', kind: '', metadata: {}, spec: { endpoint: [] } });
  assert.deepEqual(
    validate.errors?.map(({ params }) => params),
    [{ additionalProperty: 'endpoint' }],
  );
});

const strictSchemas = new Map<object, object>();

/** The schema of one version; the same object each time, by which ajv knows what it compiled. */
function schemaOf({ spec }: CrdManifest, apiVersion: string): object {
  const version = spec.versions.find(({ name }) => apiVersion === `${spec.group}/${name}`);
  assert.ok(version, apiVersion);
  const { openAPIV3Schema } = version.schema;
  const known = strictSchemas.get(openAPIV3Schema) ?? (strict(openAPIV3Schema) as object);
  strictSchemas.set(openAPIV3Schema, known);
  return known;
}

/** Unknown fields are pruned by the API server without a word; here they are errors. */
function strict(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(strict);
  if (schema === null || typeof schema !== 'object') return schema;
  const copy = Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, strict(value)]));
  const open = copy['x-kubernetes-preserve-unknown-fields'] === true;
  const closed =
    copy.type === 'object' && copy.properties && copy.additionalProperties === undefined && !open;
  return closed ? { ...copy, additionalProperties: false } : copy;
}
