import assert from 'node:assert/strict';
import { test } from 'node:test';
import { crdManifests } from '../../../constructs/crds';
import { checkSchemas } from '../../../policies';
import { brokenRules } from '../../../policies/cel/definitions';
import type { Structural } from '../../../policies/structural';
import { widgetDefinition } from '../support';

const PROPERTIES: Structural['properties'] = {
  size: { type: 'integer' },
  name: { type: 'string' },
  port: { 'x-kubernetes-int-or-string': true },
  'a-b': { type: 'boolean' },
  namespace: { type: 'string' },
  labels: { type: 'object', additionalProperties: { type: 'string' } },
  items: { type: 'array', items: { type: 'object', properties: { key: { type: 'string' } } } },
  since: { type: 'string', format: 'date-time' },
};

const definition = (validation: object) =>
  widgetDefinition({ type: 'object', properties: PROPERTIES, 'x-kubernetes-validations': [validation] });

const AT = '/spec/versions/0/schema/openAPIV3Schema/properties/spec/x-kubernetes-validations/0';

test('rules that the schema allows are fine', () => {
  const rules = [
    'self.size > 0 && self.name.size() < 5',
    "type(self.port) == int ? self.port > 0 : self.port == 'http'",
    "self.a__dash__b && self.__namespace__ != 'x'",
    "self.labels.all(key, self.labels[key] != '')",
    "self.items.all(item, !has(item.key) || item.key != '')",
    "self.since < timestamp('2030-01-01T00:00:00Z')",
    'self.size >= oldSelf.size',
  ];
  for (const rule of rules) assert.deepEqual(checkSchemas([definition({ rule })]), [], rule);
  const optional = {
    rule: '!oldSelf.hasValue() || oldSelf.value().size == self.size',
    optionalOldSelf: true,
  };
  assert.deepEqual(checkSchemas([definition(optional)]), []);
});

for (const [rule, problem] of [
  ['self.size >', /^is not CEL: /],
  ['self.sise > 0', /sise/],
  ['self.size + 1', /^is of type int and must be of type bool$/],
  ["self.size == 'x'", /no such overload/],
  ['self.name.sizes() > 0', /sizes/],
  ['has(self.items[0].keys)', /keys/],
  ['other.size > 0', /other/],
] as const) {
  test(`refuses the rule ${rule}`, () => {
    const [found, ...others] = checkSchemas([definition({ rule })]);
    assert.equal(found?.pointer, `${AT}/rule`);
    assert.match(found?.problem ?? '', problem);
    assert.deepEqual(others, []);
  });
}

test('refuses a message that is no text', () => {
  const [found, ...others] = checkSchemas([definition({ rule: 'true', messageExpression: 'self.size' })]);
  assert.equal(found?.pointer, `${AT}/messageExpression`);
  assert.equal(found?.problem, 'is of type int and must be of type string');
  assert.deepEqual(others, []);
});

test('objects of a definition that cannot be read are not blamed for it', () => {
  const widget = { apiVersion: 'example.com/v1', kind: 'Widget', metadata: { name: 'w' }, spec: { size: 1 } };
  const found = checkSchemas([definition({ rule: 'self.size >' }), widget]);
  assert.deepEqual(
    found.map(({ object }) => object),
    ['customresourcedefinition/widgets.example.com'],
  );
});

test('the definitions that are shipped have no broken rule', () => {
  for (const manifest of crdManifests()) assert.deepEqual(brokenRules(manifest), [], manifest.metadata.name);
});
