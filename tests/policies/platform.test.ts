import assert from 'node:assert/strict';
import { test } from 'node:test';
import { kinds } from '../../constructs/crds';
import { checkManifests, checkSchemas, formatFindings, type Manifest } from '../../policies';
import { escaped } from '../../policies/pointer';
import { papersDocument } from '../config/papers-document';
import { charts, manifests, platformManifests } from '../constructs/support';
import type { Draft } from './support';

test('what the paper’s document gives passes, definitions included', () => {
  const bundle: Manifest[] = [...manifests(charts().crds), ...platformManifests()];
  assert.equal(formatFindings(checkManifests(bundle, { parameters: { development: true } })), '');
});

test('a larger platform passes too', () => {
  const document = papersDocument((draft) => {
    draft.cluster = { existing: { context: 'prod' } };
    Object.assign(draft.gateway, { cpu: 8, memory: '32Gi', replicas: 2 });
    for (const model of Object.keys(draft.models)) {
      for (let index = 0; index < 20; index += 1) draft.workloads[`${model}-${index}`] = { model };
    }
  });
  assert.equal(formatFindings(checkManifests(platformManifests(document))), '');
});

test('the rules of a stack that has no model servers are about those of another stack', () => {
  const { observability } = charts(papersDocument());
  assert.equal(formatFindings(checkManifests(manifests(observability))), '');
});

/** Keys that a definition leaves to the user: labels, quantities by resource, fields of a log line. */
const FREE = /\/(?:labels|annotations|matchLabels|limits|requests|level|json)\/[^/]+$/;

interface Field {
  readonly object: number;
  readonly keys: readonly string[];
}

/** What a patch writes is of Envoy's own schema, which no definition in the cluster knows. */
const PATCHED = /^\/spec\/jsonPatches\/\d+\/operation\/value/;

/** Every field of every custom object, by position and path. */
function fields(bundle: readonly Manifest[]): Field[] {
  const below = (value: unknown, keys: readonly string[]): (readonly string[])[] =>
    value === null || typeof value !== 'object'
      ? []
      : Object.entries(value).flatMap(([key, inner]) => [[...keys, key], ...below(inner, [...keys, key])]);
  return bundle.flatMap((manifest, object) =>
    manifest.kind in kinds
      ? below(manifest, [])
          .filter(([top, ...rest]) => (top === 'spec' || top === 'metadata') && rest.length > 0)
          .filter((keys) => !PATCHED.test(pointerTo(keys)))
          .map((keys) => ({ object, keys }))
      : [],
  );
}

/** Where the schema finds something after one edit. */
function refused(bundle: readonly Manifest[], { object, keys }: Field, edit: Edit): string[] {
  const changed: Draft = structuredClone(bundle[object]);
  const parent = keys.slice(0, -1).reduce((value, key) => value[key], changed);
  edit(parent, keys.at(-1) as string);
  return checkSchemas([changed]).map(({ pointer }) => pointer);
}

type Edit = (parent: Draft, key: string) => void;

function pointerTo(keys: readonly string[]): string {
  return `/${keys.map(escaped).join('/')}`;
}

test('wherever a field of the paper’s platform is misspelt, it is found there', () => {
  const bundle = platformManifests();
  const isNamed = ({ keys }: Field) => !/^\d+$/.test(keys.at(-1) ?? '') && !FREE.test(pointerTo(keys));
  const named = fields(bundle).filter(isNamed);
  assert.ok(named.length > 100);
  for (const field of named) {
    const found = refused(bundle, field, (parent, key) => {
      parent[`${key}Z`] = parent[key];
      delete parent[key];
    });
    assert.ok(found.includes(`${pointerTo(field.keys)}Z`), pointerTo(field.keys));
  }
});

test('wherever a value of the paper’s platform has the wrong type, it is found there', () => {
  const bundle = platformManifests();
  const all = fields(bundle);
  assert.ok(all.length > 100);
  for (const field of all) {
    const found = refused(bundle, field, (parent, key) => {
      parent[key] = Array.isArray(parent[key]) ? {} : [];
    });
    assert.ok(found.includes(pointerTo(field.keys)), pointerTo(field.keys));
  }
});
