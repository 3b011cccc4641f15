import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { test } from 'node:test';
import { titlesIn } from './titles';

/** The recipes, and for each its heading, the test file that it links to, and the titles that it names. */
function recipes() {
  const [, ...sections] = readFileSync(resolve(__dirname, '../docs/operations.md'), 'utf8').split(/^## /m);
  return sections.map((section) => {
    const [, file = '', titles = ''] =
      /^Tests?: \[[^\]]+\]\(\.\.\/tests\/(\S+?)\), (.+)\n*$/ms.exec(section) ?? [];
    const named = [...titles.replaceAll('\n', ' ').matchAll(/\*(.+?)\*/g)].map(([, title = '']) => title);
    return { heading: section.split('\n', 1)[0], file, named };
  });
}

test('every recipe of operation names a test that there is', () => {
  const wrong = recipes().filter(
    ({ file, named }) => named.length === 0 || named.some((title) => !titlesIn(file).includes(title)),
  );
  assert.deepEqual(wrong, []);
  assert.ok(recipes().length >= 9);
});

test('every test of day two has its recipe', () => {
  const named = recipes().flatMap((recipe) => recipe.named);
  const file = 'e2e/day-two.test.ts';
  assert.ok(titlesIn(file).length > 0);
  assert.deepEqual(
    titlesIn(file).filter((title) => !named.includes(title)),
    [],
  );
});
