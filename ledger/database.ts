/** A value of a column: what both databases have, as JavaScript has it. */
export type Value = string | number | null;

export type Row = Readonly<Record<string, Value>>;

/** A column of rows that come in: a value for each row. */
export type Column = { readonly name: string } & (
  | { readonly type: 'text'; readonly values: readonly (string | null)[] }
  | { readonly type: 'number'; readonly values: ArrayLike<number | null> }
  /** 16 bytes each, the first digits first: a text has to be handed over and read one by one. */
  | { readonly type: 'uuid'; readonly values: Uint8Array }
);

/** Bytes of a UUID in a column. */
export const UUID_BYTES = 16;

/** How many rows a column has. */
export const rowsIn = ({ type, values }: Column): number =>
  type === 'uuid' ? values.length / UUID_BYTES : values.length;

/**
 * What the ledger asks of a database, in the SQL that DuckDB and PostgreSQL share. Whole numbers come back as numbers,
 * UUIDs as text; a number beyond 2^53 is an error.
 */
export interface Database {
  run(sql: string, values?: readonly Value[]): Promise<void>;
  rows(sql: string, values?: readonly Value[]): Promise<readonly Row[]>;
  /** The rows in arrays of some thousand, so that a result need not fit into memory. */
  stream(sql: string, values?: readonly Value[]): AsyncIterable<readonly Row[]>;
  /**
   * Runs work in a transaction that no other writer's overlaps. What is thrown in it undoes it.
   */
  transaction<T>(work: () => Promise<T>): Promise<T>;
  /** Makes rows readable as a table of this name until the transaction ends; numbers of it are floating. */
  receive(table: string, columns: readonly Column[]): Promise<void>;
  /** Writes a result to a Parquet file; a database that cannot leaves it to one that can. */
  parquet?(sql: string, file: string): Promise<void>;
  end(): Promise<void>;
}
