import assert from 'node:assert/strict';
import { test } from 'node:test';
import { listed, nearest } from '../../base/text';

test('the nearest word is the one with the fewest edits, in either case', () => {
  const known = ['gemini-flash', 'gemini-pro', 'gpt-oss-120b'];
  assert.equal(nearest('gemini-flsh', known), 'gemini-flash');
  assert.equal(nearest('GPT-OSS-120B', known), 'gpt-oss-120b');
  assert.equal(nearest('modle', ['models', 'model']), 'model');
});

test('words that are not alike are not suggested', () => {
  assert.equal(nearest('claude', ['gemini-flash', 'gpt-oss-120b']), undefined);
  assert.equal(nearest('x', []), undefined);
});

test('the same word is suggested whatever order the known ones come in', () => {
  assert.equal(nearest('gpt-oss-10b', ['gpt-oss-20b', 'gpt-oss-120b']), 'gpt-oss-120b');
  assert.equal(nearest('gpt-oss-10b', ['gpt-oss-120b', 'gpt-oss-20b']), 'gpt-oss-120b');
});

test('a list reads as a sentence and ends before it is too long', () => {
  assert.equal(listed([], 'or'), 'nothing');
  assert.equal(listed(['a'], 'or'), 'a');
  assert.equal(listed([1, 2, 4, 8], 'or'), '1, 2, 4 or 8');
  assert.match(
    listed(
      Array.from({ length: 1000 }, (_, i) => i),
      'and',
    ),
    /^0, 1, .+, 11 and 988 more$/,
  );
});
