import assert from 'node:assert/strict';
import { test } from 'node:test';
import { crdManifests } from '../../constructs/crds';
import kubernetes from '../../policies/core/kubernetes.json';
import { FORMATS, goPattern } from '../../policies/formats';
import type { Structural } from '../../policies/structural';
import { validate } from '../../policies/validator';

/** What is refused, as `<pointer> <keyword>`, sorted. */
function refused(schema: Structural, value: unknown): string[] {
  const { errors } = validate(schema, value);
  return errors.map(({ instancePath, keyword }) => `${instancePath} ${keyword}`).sort();
}

test('an embedded resource has a kind and metadata of its own, beside what the definition says', () => {
  const schema: Structural = {
    type: 'object',
    properties: {
      template: {
        type: 'object',
        'x-kubernetes-embedded-resource': true,
        properties: { spec: { type: 'object', properties: { size: { type: 'integer' } } } },
      },
    },
  };
  const template = { apiVersion: 'v1', kind: 'Volume', metadata: { name: 'data' }, spec: { size: 1 } };
  assert.deepEqual(refused(schema, { template }), []);
  assert.deepEqual(refused(schema, { template: { ...template, metadata: { nam: 'data' } } }), [
    '/template/metadata additionalProperties',
    '/template/metadata required',
  ]);
  assert.deepEqual(refused(schema, { template: { spec: { size: 1, sise: 1 } } }), [
    '/template required',
    '/template required',
    '/template required',
    '/template/spec additionalProperties',
  ]);
});

test('what is nullable may be null', () => {
  const schema: Structural = {
    type: 'object',
    properties: {
      text: { type: 'string', nullable: true },
      map: { type: 'object', nullable: true, properties: {} },
    },
  };
  assert.deepEqual(refused(schema, { text: null, map: null }), []);
});

test('unknown fields are kept at the level that says so and nowhere below', () => {
  const inner: Structural = { type: 'object', properties: { known: { type: 'string' } } };
  const schema: Structural = {
    type: 'object',
    'x-kubernetes-preserve-unknown-fields': true,
    properties: { inner },
  };
  assert.deepEqual(refused(schema, { other: {}, inner: { known: '' } }), []);
  assert.deepEqual(refused(schema, { other: {}, inner: { unknown: '' } }), ['/inner additionalProperties']);
});

test('defaults come before everything else, in lists and below other defaults too', () => {
  const port: Structural = {
    type: 'object',
    required: ['port', 'protocol'],
    properties: { port: { type: 'integer' }, protocol: { type: 'string', default: 'TCP' } },
  };
  const schema: Structural = {
    type: 'object',
    required: ['nested'],
    properties: {
      ports: {
        type: 'array',
        items: port,
        'x-kubernetes-list-type': 'map',
        'x-kubernetes-list-map-keys': ['port', 'protocol'],
      },
      nested: { default: { port: 1 }, ...port },
    },
  };
  assert.deepEqual(refused(schema, { ports: [{ port: 1 }, { port: 2 }] }), []);
  assert.deepEqual(refused(schema, { ports: [{ port: 1 }, { port: 1, protocol: 'UDP' }] }), []);
  assert.deepEqual(refused(schema, { ports: [{ port: 1 }, { port: 1, protocol: 'TCP' }] }), [
    '/ports/1 x-kubernetes-list-map-keys',
  ]);
});

test('alternatives do not close an object that they only look at', () => {
  const schema: Structural = {
    type: 'object',
    properties: { a: { type: 'string' }, b: { type: 'string' } },
    oneOf: [{ properties: { a: { enum: ['x'] } }, required: ['a'] }, { required: ['b'] }],
  };
  assert.deepEqual(refused(schema, { b: '' }), []);
  assert.deepEqual(refused(schema, { a: 'x' }), []);
});

test('the same schema is compiled once and finds the same again', () => {
  const schema: Structural = { type: 'object', properties: { a: { type: 'object', properties: {} } } };
  const first = refused(schema, { a: { b: 1 } });
  assert.deepEqual(first, ['/a additionalProperties']);
  assert.deepEqual(refused(schema, { a: {} }), []);
  assert.deepEqual(refused(schema, { a: { b: 1 } }), first);
});

const formats: Readonly<Record<string, readonly [good: readonly unknown[], bad: readonly unknown[]]>> = {
  int32: [
    [0, 2 ** 31 - 1, -(2 ** 31)],
    [2 ** 31, -(2 ** 31) - 1],
  ],
  int64: [
    [0, 2 ** 53, -(2 ** 63)],
    [2 ** 63, -(2 ** 64)],
  ],
  base64: [
    ['', 'YQ==', 'YWJj\nYWJj\n'],
    ['YQ', 'Y===', 'a b='],
  ],
  byte: [
    ['YQ==', 'YWI=', 'YWJj'],
    ['', 'YQ', 'Y===', 'a b='],
  ],
  double: [[0.5], []],
  quantity: [
    ['1', '0.5', '100m', '2Gi', '1e3', '.5', '-1', '1E'],
    ['', 'one', '1 Gi', '1gi', '1Kib', '.', '1e'],
  ],
  'date-time': [
    ['2025-01-31T23:59:59Z', '2025-01-31T23:59:59.5+02:00'],
    ['2025-01-31', '2025-13-31T00:00:00Z'],
  ],
  duration: [
    ['15m', '1h30m', '1.5h', '-2s', '0', '30d', '2 weeks', '1w2d', 'in 5 minutes'],
    ['', '15', 'm', '1.5', '5 parsecs', '1y'],
  ],
  ipv4: [['10.0.0.1'], ['10.0.0', '::1', 'localhost']],
  ipv6: [['::1'], ['10.0.0.1', ':::']],
  uri: [
    ['https://example.com/a', '/a', 'urn:a'],
    ['example.com', '', 'http://a b/', 'http://a/%zz', '//[::1'],
  ],
};

for (const [format, [good, bad]] of Object.entries(formats)) {
  test(`format ${format} is checked`, () => {
    for (const value of good) assert.deepEqual(refused(typed(value, format), value), [], `${value}`);
    for (const value of bad) assert.deepEqual(refused(typed(value, format), value), [' format'], `${value}`);
  });
}

function typed(value: unknown, format: string): Structural {
  const number = Number.isInteger(value) ? 'integer' : 'number';
  return { type: typeof value === 'number' ? number : 'string', format };
}

test('every format and every pattern of the definitions is understood', () => {
  const found = { formats: new Set<string>(), patterns: new Set<string>() };
  const definitions = [crdManifests(), kubernetes.definitions];
  JSON.stringify(definitions, (key, value) => {
    if (key === 'format' && typeof value === 'string') found.formats.add(value);
    if (key === 'pattern' && typeof value === 'string') found.patterns.add(value);
    return value;
  });
  assert.deepEqual([...found.formats].sort(), Object.keys(FORMATS).sort());
  assert.deepEqual(Object.keys(formats).sort(), Object.keys(FORMATS).sort());
  for (const pattern of found.patterns) assert.ok(goPattern(pattern, 'u') instanceof RegExp);
  assert.ok(found.patterns.size > 20);
});

test('a flag inside a pattern holds for all of it, as in Go', () => {
  const pattern = goPattern('^(?i)(abort|warn)?$', 'u');
  assert.deepEqual(
    ['ABORT', 'warn', '', 'stop'].map((text) => pattern.test(text)),
    [true, true, true, false],
  );
  assert.equal(goPattern('^a$', 'u').test('A'), false);
});
