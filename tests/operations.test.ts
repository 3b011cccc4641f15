import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { test } from 'node:test';
import { titlesIn } from './titles';

/** The recipes: the heading of each, the test files that it links to, and of each the titles that it names. */
function recipes() {
  const [, ...sections] = readFileSync(resolve(__dirname, '../docs/operations.md'), 'utf8').split(/^## /m);
  return sections.map((section) => {
    const links = section.matchAll(
      /^Tests?: \[[^\]]+\]\(\.\.\/tests\/(\S+?)\), ((?:.|\n(?!\n|Tests?: ))+)/gm,
    );
    const tests = [...links].map(([, file = '', titles = '']) => ({
      file,
      named: [...titles.replaceAll('\n', ' ').matchAll(/\*(.+?)\*/g)].map(([, title = '']) => title),
    }));
    return { heading: section.split('\n', 1)[0], tests };
  });
}

test('every recipe of operation names a test that there is', () => {
  const wrong = recipes().filter(
    ({ tests }) =>
      tests.length === 0 ||
      tests.some(
        ({ file, named }) => named.length === 0 || named.some((title) => !titlesIn(file).includes(title)),
      ),
  );
  assert.deepEqual(wrong, []);
  assert.ok(recipes().length >= 9);
});

test('every test of day two has its recipe', () => {
  const named = recipes().flatMap(({ tests }) => tests.flatMap((one) => one.named));
  const file = 'e2e/day-two.test.ts';
  assert.ok(titlesIn(file).length > 0);
  assert.deepEqual(
    titlesIn(file).filter((title) => !named.includes(title)),
    [],
  );
});
