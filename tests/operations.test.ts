import assert from 'node:assert/strict';
import { test } from 'node:test';
import { recipes } from './recipes';
import { testsIn } from './titles';

const idsIn = (file: string) => testsIn(file).map(({ id }) => id);

test('every recipe of operation names a test that there is', () => {
  const wrong = recipes().filter(
    ({ tests }) =>
      tests.length === 0 ||
      tests.some(({ file, ids }) => ids.length === 0 || ids.some((id) => !idsIn(file).includes(id))),
  );
  assert.deepEqual(wrong, []);
});

test('every test of day two has its recipe', () => {
  const named = recipes().flatMap(({ tests }) => tests.flatMap(({ ids }) => ids));
  const tests = testsIn('e2e/day-two.test.ts');
  assert.ok(tests.length > 0);
  assert.deepEqual(
    tests.filter(({ id }) => id === undefined || !named.includes(id)),
    [],
  );
});
