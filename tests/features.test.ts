import assert from 'node:assert/strict';
import { resolve } from 'node:path';
import { test } from 'node:test';
import ts from 'typescript';
import { platformSchema, type Schema } from '../config';
import { exportsOf } from '../scripts/docs/exports';
import { exampleNames } from './examples';
import { features } from './features';
import { recipes } from './recipes';
import { declaredTests } from './titles';

/** Every field of the document by its path, as the reference writes it. */
function fieldsOf(schema: Schema, path = ''): string[] {
  const own = Object.entries(schema.properties ?? {}).flatMap(([name, field]) => {
    const here = path === '' ? name : `${path}.${name}`;
    return [here, ...fieldsOf(field, here)];
  });
  const { additionalProperties: entry } = schema;
  return typeof entry === 'object' ? [...own, ...fieldsOf(entry, `${path}.<name>`)] : own;
}

const fields = fieldsOf(platformSchema);
const constructs = exportsOf(resolve(__dirname, '../constructs/index.ts'))
  .filter(({ node }) => ts.isClassDeclaration(node))
  .map(({ name }) => name);

/** Fields whose row proves none of the fields below them. */
const TOO_WIDE = new Set([
  ...['cluster', 'models', 'workloads', 'gateway', 'observability', 'models.<name>.route'],
  ...['workloads.<name>.limits', 'gateway.identity', 'gateway.listener'],
]);

const ids = declaredTests().flatMap(({ id }) => id ?? []);

test('every test that the table names is there', () => {
  const named = features.flatMap(({ proofs }) => proofs.map(({ id }) => id));
  assert.deepEqual(
    named.filter((id) => !ids.includes(id)),
    [],
  );
});

test('every id is of one test, and a row or a recipe names it', () => {
  const named = new Set([
    ...features.flatMap(({ proofs }) => proofs.map(({ id }) => id)),
    ...recipes().flatMap(({ tests }) => tests.flatMap((one) => one.ids)),
  ]);
  assert.deepEqual(
    ids.filter((id, index) => ids.indexOf(id) !== index || !named.has(id)),
    [],
  );
});

test('no row without a proof, and none twice', () => {
  assert.deepEqual(
    features.filter(({ proofs }) => proofs.length === 0),
    [],
  );
  assert.equal(new Set(features.map(({ feature }) => feature)).size, features.length);
});

test('every example that the table names is there, and every example is in the table', () => {
  const named = features.flatMap(({ examples = [] }) => examples).filter((name) => name !== 'every example');
  assert.deepEqual([...new Set(named)].sort(), exampleNames);
});

test('every field of the document is in a row, and every row’s fields are in the document', () => {
  const rows = features.flatMap((feature) => feature.fields ?? []);
  assert.deepEqual(
    rows.filter((row) => !fields.includes(row)),
    [],
  );
  const within = (field: string) =>
    rows.some((row) => field === row || (!TOO_WIDE.has(row) && field.startsWith(`${row}.`)));
  assert.deepEqual(
    fields.filter((field) => !within(field)),
    [],
  );
});

test('every construct is in a row, and every row’s constructs are in the library', () => {
  const rows = features.flatMap((feature) => feature.constructs ?? []);
  assert.deepEqual([...new Set(rows)].sort(), [...constructs].sort());
});
