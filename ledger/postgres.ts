import type { Client } from 'pg';
import { UserError } from '../base/user-error';
import { type Column, type Database, type Row, UUID_BYTES, type Value } from './database';
import { withoutCredentials } from './place';

/** Rows that are fetched from a cursor at a time. */
const FETCHED_ROWS = 5000;

/** Of the advisory lock that a writer holds: any number, the same for all of them. */
const WRITER_LOCK = 0x1ed6e4;

/** What the database adds to the schema that both share: found by start and id, by number, and by period. */
const INDEXES: readonly string[] = [
  "CREATE UNIQUE INDEX IF NOT EXISTS entries_once ON entries (started_at, id) WHERE reason IN ('', 'late')",
  'CREATE UNIQUE INDEX IF NOT EXISTS entries_seq ON entries (seq)',
  'CREATE INDEX IF NOT EXISTS entries_period ON entries USING brin (period)',
];

/** PostgreSQL's numbers for the types int8, int4, int2 and numeric (pg_type.dat). */
const NUMERIC_TYPES = new Set([20, 23, 21, 1700]);

function numeric(text: string): number {
  const number = Number(text);
  if (Number.isSafeInteger(number)) return number;
  throw new Error(`${text} is no whole number below 2^53`);
}

const types = {
  getTypeParser: (oid: number) => (NUMERIC_TYPES.has(oid) ? numeric : (text: string) => text),
};

/** PostgreSQL, which several processes can share. */
export class Postgres implements Database {
  private inTransaction = false;

  private constructor(private readonly client: Client) {}

  /**
   * @param url `postgres://user:password@host:port/database`
   * @throws UserError when it cannot be reached or refuses; without the credentials of the URL
   */
  static async open(url: string): Promise<Postgres> {
    const { default: pg } = await import('pg');
    try {
      const client = new pg.Client({ connectionString: url, application_name: 'vcf-ai ledger', types });
      // A connection that breaks fails the statement that needs it next.
      client.on('error', () => {});
      await client.connect();
      return new Postgres(client);
    } catch (error) {
      const said = error instanceof Error ? error.message || `${Reflect.get(error, 'code')}` : String(error);
      throw new UserError(
        `the ledger at ${withoutCredentials(url)} cannot be opened: ${withoutSecrets(said, url)}`,
      );
    }
  }

  /** Makes the indexes, once the tables are there. */
  async prepare(): Promise<void> {
    await this.transaction(async () => {
      for (const statement of INDEXES) await this.run(statement);
    });
  }

  async run(sql: string, values: readonly Value[] = []): Promise<void> {
    await this.client.query(sql, [...values]);
  }

  async rows(sql: string, values: readonly Value[] = []): Promise<readonly Row[]> {
    const { rows } = await this.client.query<Row>(sql, [...values]);
    return rows;
  }

  async *stream(sql: string, values: readonly Value[] = []): AsyncIterable<readonly Row[]> {
    const isOurs = !this.inTransaction;
    if (isOurs) await this.client.query('BEGIN READ ONLY');
    try {
      await this.client.query(`DECLARE streamed CURSOR FOR ${sql}`, [...values]);
      for (;;) {
        const { rows } = await this.client.query<Row>(`FETCH ${FETCHED_ROWS} FROM streamed`);
        if (rows.length === 0) break;
        yield rows;
      }
      await this.client.query('CLOSE streamed');
    } finally {
      if (isOurs) await this.client.query('ROLLBACK');
    }
  }

  async transaction<T>(work: () => Promise<T>): Promise<T> {
    if (this.inTransaction) throw new Error('a transaction within a transaction');
    this.inTransaction = true;
    try {
      await this.client.query('BEGIN');
      await this.client.query(`SELECT pg_advisory_xact_lock(${WRITER_LOCK})`);
      const result = await work();
      await this.client.query('COMMIT');
      return result;
    } catch (error) {
      await this.client.query('ROLLBACK').catch(() => {});
      throw error;
    } finally {
      this.inTransaction = false;
    }
  }

  /** As one array a column: one statement for any number of rows. */
  async receive(table: string, columns: readonly Column[]): Promise<void> {
    const names = columns.map(({ name }) => name).join(', ');
    const arrays = columns.map(({ type }, index) => `$${index + 1}::${ARRAY_TYPES[type]}`);
    await this.client.query(`DROP TABLE IF EXISTS pg_temp.${table}`);
    await this.client.query(
      `CREATE TEMP TABLE ${table} ON COMMIT DROP AS SELECT * FROM unnest(${arrays.join(', ')}) AS came (${names})`,
      columns.map(arrayLiteral),
    );
  }

  async end(): Promise<void> {
    await this.client.end();
  }
}

const ARRAY_TYPES = { text: 'text[]', number: 'float8[]', uuid: 'uuid[]' } as const;

/** PostgreSQL reads a UUID without hyphens too (its manual, 8.12). */
const UUID_DIGITS = new RegExp(`.{${2 * UUID_BYTES}}`, 'g');

const quoted = (text: string) => `"${text.replace(/["\\]/g, '\\$&')}"`;

/** PostgreSQL's text form of an array (its manual, 8.15.6). */
function arrayLiteral(column: Column): string {
  return `{${itemsOf(column).join(',')}}`;
}

function itemsOf({ type, values }: Column): readonly string[] {
  if (type === 'text') return values.map((value) => (value === null ? 'NULL' : quoted(value)));
  if (type === 'number') return Array.from(values, (value) => (value === null ? 'NULL' : `${value}`));
  const digits = Buffer.from(values.buffer, values.byteOffset, values.byteLength).toString('hex');
  return digits.match(UUID_DIGITS) ?? [];
}

/** What a server or a driver said, without user and password, should it repeat them. */
function withoutSecrets(said: string, url: string): string {
  const { username = '', password = '' } = URL.canParse(url) ? new URL(url) : {};
  return [password, decodeURIComponent(password), username]
    .filter((secret) => secret.length > 0)
    .reduce((text, secret) => text.replaceAll(secret, '…'), said);
}
