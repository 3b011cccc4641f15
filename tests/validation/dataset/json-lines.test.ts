import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { jsonLines } from '../../../validation/dataset/files/json-lines';
import { all, emptyFolder, put, values } from './files';

const read = (content: string | Buffer, name = 'a.jsonl') =>
  all(jsonLines(put(emptyFolder(), name, content)));

describe('JSON lines', () => {
  test('blank lines, a mark of the byte order and a missing last newline are no mistakes', async () => {
    assert.deepEqual(values(await read('\uFEFF{"a":1}\r\n\r\n{"a":2}')), [{ a: 1 }, { a: 2 }]);
  });

  test('a broken line costs that line, and says where it is', async () => {
    const found = await read('{"a":1}\n{"a":\n{"a":3}\n{"a":"cut o');
    assert.deepEqual(values(found), [{ a: 1 }, 'corrupt', { a: 3 }, 'corrupt']);
    assert.deepEqual(
      found.flatMap((raw) => (raw.kind === 'corrupt' ? [raw.where] : [])),
      ['line 2', 'line 4'],
    );
  });

  test('a float that is no number is null, as Python writes it, and texts stay', async () => {
    const found = await read('{"a":NaN,"b":[-Infinity,"NaN \\" Infinity"]}\n{"a":NaNs}\n');
    assert.deepEqual(values(found), [{ a: null, b: [null, 'NaN " Infinity'] }, 'corrupt']);
  });

  test('are longer than a chunk', async () => {
    const text = 'x'.repeat(3_000_000);
    assert.deepEqual(values(await read(`{"a":"${text}"}\n{"a":1}\n`)), [{ a: text }, { a: 1 }]);
  });

  test('are unpacked; a damaged file gives what is before the damage', async () => {
    const line = (index: number) => `{"a":${index},"b":"${(index * 7919) % 9973}"}\n`;
    const packed = gzipSync(Array.from({ length: 20_000 }, (_, index) => line(index)).join(''));
    assert.equal((await read(packed, 'a.jsonl.gz')).length, 20_000);
    const found = await read(packed.subarray(0, packed.length - 1000), 'b.jsonl.gz');
    assert.equal(found.at(-1)?.kind, 'corrupt');
    assert.ok(found.length > 1000, `only ${found.length} lines`);
    assert.deepEqual(values(found.slice(0, 1)), [{ a: 0, b: '0' }]);
  });
});
