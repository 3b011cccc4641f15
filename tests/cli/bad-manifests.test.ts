import assert from 'node:assert/strict';
import { truncateSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { test } from 'node:test';
import execa from 'execa';
import { newFolder } from '../local/scratch';

const command = resolve(__dirname, '../../bin/vcf-ai.mjs');

/** What `check` says of a file, with a heap in which no more fits than what it should need. */
async function checked(text: string, size?: number) {
  const folder = newFolder();
  const file = join(folder, 'bad.yaml');
  writeFileSync(file, text);
  if (size !== undefined) truncateSync(file, size);
  const options = {
    cwd: folder,
    all: true,
    reject: false,
    env: { NODE_OPTIONS: '--max-old-space-size=128' },
  };
  const { exitCode, all = '' } = await execa(command, ['check', '--manifests', 'bad.yaml'], options);
  return { code: exitCode, text: all };
}

const laughs = ['a0: &a0 [lol, lol, lol, lol, lol, lol, lol, lol, lol]'];
for (let level = 1; level < 10; level += 1) {
  const before = Array.from({ length: 9 }, () => `*a${level - 1}`).join(', ');
  laughs.push(`a${level}: &a${level} [${before}]`);
}

for (const { what, text, size, message } of [
  { what: 'what is no YAML', text: 'a: [1\nb: 2\n', message: /^✗ bad\.yaml:2:\d+: invalid YAML: .*$/ },
  {
    what: 'a file of 100 MB',
    text: 'a: 1\n',
    size: 100_000_000,
    message: /^✗ bad\.yaml: larger than 64 MiB, the limit for a file \(split it\)$/,
  },
  {
    what: 'deep nesting in YAML',
    text: `a: ${'['.repeat(100_000)}${']'.repeat(100_000)}`,
    message: /^✗ bad\.yaml:1:\d+: invalid YAML: nesting exceeded maxDepth \(200\)$/,
  },
  {
    what: 'deep nesting in JSON',
    text: `{"a": ${'['.repeat(5000)}${']'.repeat(5000)}}`,
    message: /^✗ bad\.yaml:1: nested deeper than 200 levels$/,
  },
  {
    what: 'aliases that multiply',
    text: laughs.join('\n'),
    message: /^✗ bad\.yaml:1: its aliases expand to more than 100000 values$/,
  },
  {
    what: 'an alias to what encloses it',
    text: 'a: &a\n  b: *a\n',
    message: /^✗ bad\.yaml:1: an alias refers to a node that contains it$/,
  },
]) {
  test(`refuses ${what} with one message, exit code 2 and little memory`, async () => {
    const { code, text: said } = await checked(text, size);
    assert.match(said, message);
    assert.equal(code, 2);
  });
}

/** A definition with a rule, and an object of its kind. */
const definition = (rule: string) => `
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: { name: things.example.com }
spec:
  group: example.com
  names: { kind: Thing, plural: things }
  scope: Namespaced
  versions:
    - name: v1
      served: true
      storage: true
      schema:
        openAPIV3Schema:
          type: object
          properties: { spec: { type: object, properties: { size: { type: integer } } } }
          x-kubernetes-validations:
            - rule: ${JSON.stringify(rule)}
---
apiVersion: example.com/v1
kind: Thing
metadata: { namespace: ai, name: thing }
spec: { size: 1 }
`;

for (const { what, rule, problem } of [
  { what: 'what is no CEL', rule: 'self.spec.size >', problem: 'is not CEL: Unexpected token: EOF' },
  { what: 'brackets without end', rule: '('.repeat(20_000), problem: 'is not CEL: Exceeded maxDepth (250)' },
  {
    what: 'operators without end',
    rule: `${'!'.repeat(20_000)}true`,
    problem: 'is not CEL: more than 1000 levels of operators',
  },
  {
    what: 'a chain without end',
    rule: `1${' + 1'.repeat(20_000)} == 1`,
    problem: 'is not CEL: more than 1000 levels of operators',
  },
  {
    what: 'loops in loops',
    rule: `${'[1, 2, 3, 4, 5, 6, 7, 8, 9].all(a, '.repeat(12)}true${')'.repeat(12)}`,
    problem: 'is not CEL: more than 3 nested loops',
  },
]) {
  test(`refuses a definition whose rule is ${what}, at its line, and blames no object for it`, async () => {
    const { code, text } = await checked(definition(rule));
    const [first, place, summary, ...others] = text.split('\n');
    assert.ok(first?.endsWith(`/x-kubernetes-validations/0/rule: ${problem} [schema]`), text.slice(0, 1000));
    assert.match(`${first}`, /^✗ customresourcedefinition\/things\.example\.com /);
    assert.equal(place, '    at bad.yaml:18:15');
    assert.equal(summary, 'bad.yaml: 2 objects, 1 errors, 0 warnings');
    assert.deepEqual(others, []);
    assert.equal(code, 2);
  });
}

test('a definition may compare an object with what it was', async () => {
  const { code, text } = await checked(definition('self == oldSelf || self.spec != oldSelf.spec'));
  assert.equal(text, 'bad.yaml: 2 objects, 0 errors, 0 warnings');
  assert.equal(code, 0);
});

test('a definition whose rule is of another type is a finding like any other', async () => {
  const { code, text } = await checked(definition('self.spec.size + 1'));
  assert.match(text, /is of type int and must be of type bool/);
  assert.equal(code, 1);
});

test('objects that name each other in a circle are judged like any other', async () => {
  const policy = (name: string, other: string) => `
apiVersion: gateway.envoyproxy.io/v1alpha1
kind: BackendTrafficPolicy
metadata: { namespace: ai, name: ${name} }
spec:
  targetRefs: [{ group: gateway.envoyproxy.io, kind: BackendTrafficPolicy, name: ${other} }]
`;
  const { code, text } = await checked([policy('a', 'b'), policy('b', 'c'), policy('c', 'a')].join('---'));
  assert.equal(code, 1);
  assert.match(text, /bad\.yaml: 3 objects, \d+ errors, 0 warnings$/);
  assert.doesNotMatch(text, /RangeError|node_modules/);
});
