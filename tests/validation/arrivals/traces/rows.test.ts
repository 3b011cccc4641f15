import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cellsOf, Header } from '../../../../validation/arrivals/traces/rows';

test('cells may be quoted, empty, and hold what separates them', () => {
  assert.deepEqual(cellsOf('a, "b, ""c""" ,,d'), ['a', 'b, "c"', '', 'd']);
  assert.deepEqual(cellsOf('"",'), ['', '']);
  assert.deepEqual(cellsOf('1;2', ';'), ['1', '2']);
});

test('a quote that does not end costs the rest of its line, and no more', () => {
  assert.deepEqual(cellsOf('1,"never ended, 2'), ['1', 'never ended, 2']);
});

test('a header is found below notes, whatever separates its columns, and is read by name', () => {
  const header = Header.find(['# exported', 'Time Stamp\tModel', '5\tx'], 'timestamp');
  assert.ok(header);
  assert.deepEqual([header.column('TIMESTAMP'), header.column('model'), header.column('none')], [0, 1, -1]);
  assert.deepEqual([header.row('7\ty'), header.row('7')], [['7', 'y'], undefined]);
  assert.equal(Header.find(['1,2'], 'timestamp'), undefined);
});
