import type { DuckDBConnection, DuckDBInstance, DuckDBValue } from '@duckdb/node-api';
import { UserError } from '../base/user-error';
import { type Column, type Database, type Row, rowsIn, type Value } from './database';
import { type Bindings, fillVector } from './duckdb-vectors';

type Api = typeof import('@duckdb/node-api');

/** Rows of a chunk: the size of DuckDB's vectors (STANDARD_VECTOR_SIZE). */
const CHUNK_ROWS = 2048;

/**
 * How much is logged before DuckDB writes its file anew. By default that is 16 MB, a commit of every second piece of a
 * log, and took a fifth of the time of reading one; what is logged is as safe.
 */
const CHECKPOINT_THRESHOLD = '256MB';

/** What DuckDB says when another process has the file. */
const LOCKED = /Could not set lock on file[\s\S]*?Conflicting lock is held in (?:(.*?) )?\(PID (\d+)\)/;

/** Whole numbers are bound as BIGINT: as doubles, comparisons would not use the statistics of a column. */
const bound = (value: Value): DuckDBValue =>
  typeof value === 'number' && Number.isSafeInteger(value) ? BigInt(value) : value;

function plain(value: unknown): Value {
  if (typeof value === 'bigint') {
    const number = Number(value);
    if (Number.isSafeInteger(number)) return number;
    throw new Error(`${value} is beyond 2^53`);
  }
  return typeof value === 'string' || typeof value === 'number' || value === null ? value : String(value);
}

/** DuckDB in a file, which one process has open at a time. */
export class DuckDb implements Database {
  private inTransaction = false;
  private last: Promise<unknown> = Promise.resolve();

  private constructor(
    private readonly api: Api,
    private readonly bindings: Bindings,
    private readonly instance: DuckDBInstance,
    readonly connection: DuckDBConnection,
  ) {}

  /**
   * @param path A file, made when it is not there; `:memory:` for none.
   * @throws UserError when it cannot be opened: another process has it, or it is no database
   */
  static async open(path: string): Promise<DuckDb> {
    const api = await import('@duckdb/node-api');
    const { default: bindings } = await import('@duckdb/node-bindings');
    try {
      const instance = await api.DuckDBInstance.create(path, { checkpoint_threshold: CHECKPOINT_THRESHOLD });
      return new DuckDb(api, bindings, instance, await instance.connect());
    } catch (error) {
      throw new UserError(whyNotOpen(path, error instanceof Error ? error.message : String(error)));
    }
  }

  /** One thing at a time: an appender that ends while a statement runs on its connection fails, or lets that fail. */
  private inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.last.then(work);
    this.last = done.catch(() => {});
    return done;
  }

  async run(sql: string, values: readonly Value[] = []): Promise<void> {
    await this.inTurn(() => this.connection.run(sql, values.map(bound)));
  }

  async rows(sql: string, values: readonly Value[] = []): Promise<readonly Row[]> {
    const reader = await this.inTurn(() => this.connection.runAndReadAll(sql, values.map(bound)));
    return asRows(reader.columnNames(), reader.getRows());
  }

  async *stream(sql: string, values: readonly Value[] = []): AsyncIterable<readonly Row[]> {
    const result = await this.connection.stream(sql, values.map(bound));
    const names = result.columnNames();
    for (;;) {
      const chunk = await result.fetchChunk();
      if (chunk === null || chunk.rowCount === 0) return;
      yield asRows(names, chunk.getRows());
    }
  }

  async transaction<T>(work: () => Promise<T>): Promise<T> {
    if (this.inTransaction) throw new Error('a transaction within a transaction');
    this.inTransaction = true;
    try {
      await this.run('BEGIN');
      const result = await work();
      await this.run('COMMIT');
      return result;
    } catch (error) {
      // What made the transaction fail is told, not that it cannot be undone any more.
      await this.run('ROLLBACK').catch(() => {});
      throw error;
    } finally {
      this.inTransaction = false;
    }
  }

  /** By the appender, in chunks: a statement for each row would take a hundred times as long. */
  async receive(table: string, columns: readonly Column[]): Promise<void> {
    await this.inTurn(() => this.append(table, columns));
  }

  private async append(table: string, columns: readonly Column[]): Promise<void> {
    const { DOUBLE, UUID, VARCHAR, DuckDBDataChunk: Chunk } = this.api;
    const types = columns.map(({ type }) => ({ text: VARCHAR, number: DOUBLE, uuid: UUID })[type]);
    const declared = columns.map(({ name }, index) => `${name} ${types[index]}`).join(', ');
    await this.connection.run(`CREATE OR REPLACE TEMP TABLE ${table} (${declared})`);
    const appender = await this.connection.createAppender(table, null, 'temp');
    const rows = columns[0] === undefined ? 0 : rowsIn(columns[0]);
    for (let first = 0; first < rows; first += CHUNK_ROWS) {
      const chunk = Chunk.create(types, Math.min(CHUNK_ROWS, rows - first));
      for (const [index, column] of columns.entries()) {
        fillVector(this.bindings, chunk, index, column, first);
      }
      appender.appendDataChunk(chunk);
    }
    appender.closeSync();
  }

  /**
   * Version 2 of the format has delta encodings, by which times and counts take a third; a row group is what is
   * compressed together.
   */
  async parquet(sql: string, file: string): Promise<void> {
    const options =
      'FORMAT parquet, PARQUET_VERSION v2, COMPRESSION zstd, COMPRESSION_LEVEL 9, ROW_GROUP_SIZE 1048576';
    await this.run(`COPY (${sql}) TO '${file.replaceAll("'", "''")}' (${options})`);
  }

  async end(): Promise<void> {
    this.connection.closeSync();
    this.instance.closeSync();
  }
}

function asRows(names: readonly string[], rows: readonly (readonly unknown[])[]): Row[] {
  return rows.map((row) => Object.fromEntries(names.map((name, index) => [name, plain(row[index])])));
}

function whyNotOpen(path: string, said: string): string {
  const [, program, pid] = LOCKED.exec(said) ?? [];
  if (pid === undefined) return `${path} cannot be opened as a ledger: ${said.split('\n')[0]}`;
  return (
    `${path} is open in process ${pid}${program === undefined ? '' : ` (${program})`}: a DuckDB file has one process at a ` +
    'time (stop that process, or keep a ledger that several share in PostgreSQL: --store postgres://…)'
  );
}
