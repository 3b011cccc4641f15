import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { writeParquet } from '../../../scripts/generate-sessions';
import { parquetRows, parquetShape } from '../../../validation/dataset/files/parquet';
import { all, emptyFolder, put, values } from './files';

/** 500 rows in three row groups. */
async function table(): Promise<string> {
  const path = join(emptyFolder(), 'a.parquet');
  await writeParquet(path, 500, (index) => ({
    id: `row-${index}`,
    other: index,
    text: `${index}`.repeat(50),
  }));
  return path;
}

describe('Parquet', () => {
  test('its columns and rows are known by its end alone', async () => {
    const shape = await parquetShape(await table());
    assert.ok('columns' in shape);
    assert.deepEqual([shape.columns, shape.rows], [['id', 'other', 'text'], 500]);
    assert.equal(shape.metadata.row_groups.length, 3);
  });

  test('only the columns that are asked for are read, over all row groups', async () => {
    const rows = values(await all(parquetRows(await table(), ['id', 'nowhere'])));
    assert.deepEqual(
      rows,
      Array.from({ length: 500 }, (_, index) => ({ id: `row-${index}` })),
    );
  });

  test('a row group that nobody wants is not read', async () => {
    const read: number[] = [];
    const wanted = (ordinal: number) => ordinal === 450;
    const rows = await all(
      parquetRows(await table(), ['id'], { wanted, progress: (bytes) => read.push(bytes) }),
    );
    assert.equal(rows.length, 500);
    assert.deepEqual(
      rows.filter(({ kind }) => kind === 'record').map(({ ordinal }) => ordinal),
      [450],
    );
    assert.equal(read.length, 3);
  });

  test('a row group that is damaged costs its rows', async () => {
    const path = await table();
    const bytes = readFileSync(path);
    const shape = await parquetShape(path);
    assert.ok('metadata' in shape);
    const [column] = shape.metadata.row_groups[1]?.columns ?? [];
    const start = Number(column?.meta_data?.dictionary_page_offset ?? column?.meta_data?.data_page_offset);
    bytes.fill(0xff, start, start + 64);
    const rows = await all(parquetRows(put(emptyFolder(), 'b.parquet', bytes), ['id']));
    assert.deepEqual(
      rows.flatMap((raw) => (raw.kind === 'corrupt' ? [raw.where] : [])),
      ['rows 200 to 399'],
    );
    assert.equal(rows.filter(({ kind }) => kind === 'record').length, 300);
  });

  test('a file without its end says so', async () => {
    const bytes = readFileSync(await table());
    const shape = await parquetShape(put(emptyFolder(), 'c.parquet', bytes.subarray(0, bytes.length / 2)));
    assert.ok('unreadable' in shape);
    assert.match(shape.unreadable, /magic|footer|parquet/i);
  });
});
