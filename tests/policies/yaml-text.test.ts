import assert from 'node:assert/strict';
import { test } from 'node:test';
import { documentsOf, parseText } from '../../policies/yaml-text';

const parse = (text: string) => documentsOf(text).map((document) => parseText('a.yaml', document));

const refused = (text: string) => {
  try {
    parse(text);
  } catch (error) {
    return (error as Error).message;
  }
  return 'nothing was refused';
};

test('documents stand between lines that begin with three dashes, and know their lines', () => {
  const text = '%YAML 1.1\n# first\n---\na: 1\n--- # second\nb: "---"\n---\n\n# nothing\n--- {c: 3}\n';
  assert.deepEqual(parse(text), [{ a: 1 }, { b: '---' }, { c: 3 }]);
  assert.deepEqual(
    documentsOf(text).map(({ line }) => line),
    [2, 4, 9],
  );
});

test('scalars mean what they mean to kubectl: YAML 1.1 booleans, octal numbers, dates as text', () => {
  const scalars = { on: true, Yes: true, n: false, OFF: false, '~': null, null: null, nUll: 'nUll' };
  const numbers = { '0755': 0o755, '0o17': 15, '0x1F': 31, '0b11': 3, '1_000': 1000, '-12': -12, '08': 8 };
  const floats = { '1e3': 1000, '.5': 0.5, '-1.5': -1.5, '+3': 3 };
  const texts = { '2026-01-01': '2026-01-01', '1.2.3': '1.2.3', '10Gi': '10Gi', '-': '-', '12:30': '12:30' };
  const { '-': _, ...plain } = { ...scalars, ...numbers, ...floats, ...texts };
  for (const [written, value] of Object.entries(plain))
    assert.deepEqual(parse(`v: ${written}`), [{ v: value }]);
  assert.deepEqual(parse(`v: "on"\nw: '0755'\nx: !!str 12\nz: !!int "7"`), [
    { v: 'on', w: '0755', x: '12', z: 7 },
  ]);
});

test('aliases and merge keys are copies: a change in one place is no change in another', () => {
  const [value] = parse('a: &a {x: {k: 1}}\nb: *a\nc: {<<: *a, z: 2}') as [
    Record<string, { x: { k: number } }>,
  ];
  assert.deepEqual(value, { a: { x: { k: 1 } }, b: { x: { k: 1 } }, c: { x: { k: 1 }, z: 2 } });
  assert.notEqual(value.a?.x, value.b?.x);
});

test('refuses what is no YAML, with file, line and column in the file', () => {
  assert.match(refused('a: 1\n---\nb: [1\nc: 2\n'), /^a\.yaml:4:\d+: invalid YAML: /);
  assert.match(refused('a: 1\na: 2\n'), /^a\.yaml:2:\d+: invalid YAML: duplicated mapping key$/);
  assert.match(refused('a: !unknown 1'), /^a\.yaml:1:\d+: invalid YAML: unknown tag/);
});

test('refuses a template, and says to render it', () => {
  assert.match(
    refused('a: {{ .Values.a }}\n{{- end }}\n'),
    /\(render the template first, as `helm template` does\)$/,
  );
});

test('refuses deep nesting, in YAML and in JSON', () => {
  assert.match(refused('- '.repeat(100_000)), /^a\.yaml:1:\d+: invalid YAML: nesting exceeded/);
  assert.match(refused('{a: '.repeat(100_000)), /^a\.yaml:1:\d+: invalid YAML: nesting exceeded/);
  assert.match(
    refused('['.repeat(100_000) + ']'.repeat(100_000)),
    /^a\.yaml:1: nested deeper than 200 levels/,
  );
});

test('refuses aliases that multiply, without following them all', () => {
  const bomb = Array.from({ length: 30 }, (_, level) => {
    const below = level === 0 ? 'x' : `*a${level - 1}`;
    return `a${level}: &a${level} [${Array(9).fill(below).join(', ')}]`;
  });
  assert.equal(refused(bomb.join('\n')), 'a.yaml:1: its aliases expand to more than 100000 values');
});

test('refuses an alias to what encloses it', () => {
  assert.equal(refused('a: &a\n  b: [*a]\n'), 'a.yaml:1: an alias refers to a node that contains it');
});
