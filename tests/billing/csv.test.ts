import assert from 'node:assert/strict';
import { test } from 'node:test';
import { csvText } from '../../billing/csv';

test('fields with commas, quotes and line breaks are quoted, others are not', () => {
  assert.equal(
    csvText([
      ['a', 'b,c', 'd"e', 'f\ng', ''],
      ['1', '2', '3', '4', '5'],
    ]),
    'a,"b,c","d""e","f\ng",\n1,2,3,4,5\n',
  );
});
