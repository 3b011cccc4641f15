import assert from 'node:assert/strict';
import { test } from 'node:test';
import { crdManifests } from '../../constructs/crds';
import { PLACES, referencesOf } from '../../policies/references';
import type { Structural } from '../../policies/structural';

const definitions = crdManifests();

function schemaAt(kind: string, pointer: string): Structural | undefined {
  const definition = definitions.find(({ spec }) => spec.names.kind === kind);
  const stored = definition?.spec.versions.find(({ storage }) => storage);
  return pointer
    .split('/')
    .slice(1)
    .reduce<Structural | undefined>(
      (schema, key) => (key === '*' ? schema?.items : schema?.properties?.[key]),
      stored?.schema.openAPIV3Schema as Structural,
    );
}

for (const [kind, places] of PLACES) {
  test(`where ${kind} refers to others there are fields with a name`, () => {
    for (const { at } of places.filter(({ at }) => at.startsWith('/spec/'))) {
      assert.ok(schemaAt(kind, `${at}/name`), at);
    }
  });
}

test('what a reference leaves out is what its place means, in the namespace of the object', () => {
  const route = {
    apiVersion: 'aigateway.envoyproxy.io/v1beta1',
    kind: 'AIGatewayRoute',
    metadata: { name: 'chat', namespace: 'ai' },
    spec: {
      parentRefs: [{ name: 'edge', namespace: 'infra', sectionName: 'http' }],
      rules: [{ backendRefs: [{ name: 'a' }, { name: 'b', kind: 'InferencePool', group: 'inference.x' }] }],
    },
  };
  assert.deepEqual(
    referencesOf(route).map(({ from: _, ...reference }) => reference),
    [
      {
        pointer: '/spec/parentRefs/0',
        to: { group: 'gateway.networking.k8s.io', kind: 'Gateway', namespace: 'infra', name: 'edge' },
        sectionName: 'http',
      },
      {
        pointer: '/spec/rules/0/backendRefs/0',
        to: { group: 'aigateway.envoyproxy.io', kind: 'AIServiceBackend', namespace: 'ai', name: 'a' },
      },
      {
        pointer: '/spec/rules/0/backendRefs/1',
        to: { group: 'inference.x', kind: 'InferencePool', namespace: 'ai', name: 'b' },
      },
    ],
  );
});

test('kinds that refer to nothing here, and objects of another shape, have no references', () => {
  assert.deepEqual(referencesOf({ apiVersion: 'v1', kind: 'Service' }), []);
  assert.deepEqual(referencesOf({ apiVersion: 'v1', kind: 'constructor' }), []);
  assert.deepEqual(
    referencesOf({ apiVersion: 'gateway.envoyproxy.io/v1alpha1', kind: 'SecurityPolicy' }),
    [],
  );
});
