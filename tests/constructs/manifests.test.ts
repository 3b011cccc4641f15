import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Construct } from 'constructs';
import fc from 'fast-check';
import { kubeObject, manifestsOf } from '../../constructs';
import { chart, mistakesOf } from './support';

function namespaceIn(scope: Construct, name: string) {
  return kubeObject(scope, name, { apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
}

test('objects without dependencies keep the order of construction', () => {
  const scope = chart();
  for (const name of ['c', 'a', 'b']) namespaceIn(scope, name);
  assert.deepEqual(
    manifestsOf(scope).map(({ id }) => id),
    ['namespace/c', 'namespace/a', 'namespace/b'],
  );
});

test('a dependency between constructs holds between all objects below them', () => {
  const scope = chart();
  const [later, earlier] = [new Construct(scope, 'later'), new Construct(scope, 'earlier')];
  for (const name of ['l1', 'l2']) namespaceIn(later, name);
  for (const name of ['e1', 'e2']) namespaceIn(earlier, name);
  later.node.addDependency(earlier);
  assert.deepEqual(
    manifestsOf(scope).map(({ id, after }) => [id, after]),
    [
      ['namespace/e1', []],
      ['namespace/e2', []],
      ['namespace/l1', ['namespace/e1', 'namespace/e2']],
      ['namespace/l2', ['namespace/e1', 'namespace/e2']],
    ],
  );
});

test('a dependency on another chart is not an order inside this one', () => {
  const scope = chart();
  const object = namespaceIn(scope, 'here');
  object.addDependency(namespaceIn(chart(), 'elsewhere'));
  assert.deepEqual(
    manifestsOf(scope).map(({ after }) => after),
    [[]],
  );
});

test('whatever the dependencies, each object comes once and after what it needs [manifest-order]', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(11), fc.nat(11)), { maxLength: 40 }), (pairs) => {
      const scope = chart();
      const objects = Array.from({ length: 12 }, (_, index) => namespaceIn(scope, `n${index}`));
      for (const [a, b] of pairs) {
        const [from, to] = [objects[Math.min(a, b)], objects[Math.max(a, b)]];
        if (from && to && from !== to) from.addDependency(to);
      }
      const ordered = manifestsOf(scope);
      const seen = new Set<string>();
      for (const { id, after } of ordered) {
        assert.ok(after.every((dependency) => seen.has(dependency)));
        seen.add(id);
      }
      assert.equal(seen.size, objects.length);
    }),
  );
});

test('refuses a cycle and shows it', () => {
  const scope = chart();
  const [a, b, c] = ['a', 'b', 'c'].map((name) => namespaceIn(scope, name));
  assert.ok(a && b && c);
  a.addDependency(b);
  b.addDependency(c);
  c.addDependency(b);
  assert.deepEqual(
    mistakesOf(() => manifestsOf(scope)),
    [{ path: 'test/b', problem: 'depends on itself: test/b → test/c → test/b' }],
  );
});

test('refuses two constructs that make the same object', () => {
  const scope = chart();
  namespaceIn(new Construct(scope, 'one'), 'same');
  namespaceIn(new Construct(scope, 'two'), 'same');
  assert.deepEqual(
    mistakesOf(() => manifestsOf(scope)),
    [
      {
        path: 'test/two/same',
        value: 'namespace/same',
        problem: 'the same object is also created by test/one/same',
      },
    ],
  );
});

test('refuses what a construct of the chart finds invalid, all of it at once', () => {
  const scope = chart();
  scope.node.addValidation({ validate: () => ['first', 'second'] });
  assert.deepEqual(
    mistakesOf(() => manifestsOf(scope)),
    [
      { path: 'test', problem: 'first' },
      { path: 'test', problem: 'second' },
    ],
  );
});
