/** A value of a column: what both databases have, as JavaScript has it. */
export type Value = string | number | null;

export type Row = Readonly<Record<string, Value>>;

/** A column of rows that come in: a value for each row. */
export interface Column {
  readonly name: string;
  readonly isText: boolean;
  readonly values: readonly Value[];
}

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
