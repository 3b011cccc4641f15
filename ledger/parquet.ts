import type { Column, Row, Value } from './database';
import { DuckDb } from './duckdb';
import { EXPORTED_COLUMNS } from './schema';

const textIn = (value: Value | undefined) => (typeof value === 'string' ? value : null);
const numberIn = (value: Value | undefined) => (typeof value === 'number' ? value : null);

/**
 * Writes rows of another database to a Parquet file, by a DuckDB in memory: files of both stores have the same columns,
 * types and compression.
 */
export async function copyToParquet(rows: AsyncIterable<readonly Row[]>, file: string): Promise<void> {
  const memory = await DuckDb.open(':memory:');
  const names = EXPORTED_COLUMNS.map(({ name }) => name);
  try {
    const declared = EXPORTED_COLUMNS.map(({ name, type }) => `${name} ${type}`).join(', ');
    await memory.run(`CREATE TABLE rows_of_segment (${declared})`);
    const typed = EXPORTED_COLUMNS.map(({ name, type }) => `CAST(${name} AS ${type})`).join(', ');
    for await (const some of rows) {
      await memory.receive(
        'incoming',
        EXPORTED_COLUMNS.map(
          ({ name, type }): Column =>
            type === 'TEXT' || type === 'UUID'
              ? { name, type: 'text', values: some.map((row) => textIn(row[name])) }
              : { name, type: 'number', values: some.map((row) => numberIn(row[name])) },
        ),
      );
      await memory.run(`INSERT INTO rows_of_segment SELECT ${typed} FROM incoming`);
    }
    await memory.parquet(`SELECT ${names.join(', ')} FROM rows_of_segment`, file);
  } finally {
    await memory.end();
  }
}
