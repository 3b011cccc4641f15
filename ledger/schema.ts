import { TOKEN_KINDS, type TokenKind, type UsageRecord } from './record';

/** Of a column of the ledger: its name, its type in both databases, and where a record has its value. */
export interface RecordColumn {
  readonly name: string;
  readonly type: 'UUID' | 'BIGINT' | 'INTEGER' | 'TEXT';
  readonly of: (record: UsageRecord) => string | number;
}

/** A column of numbers or UUIDs; `absent` is no value, and stands for nothing until it is in the ledger. */
export type CallColumn = { readonly name: string } & (
  | {
      readonly type: 'BIGINT';
      readonly absent?: number;
      readonly of: (record: UsageRecord) => number;
    }
  | {
      readonly type: 'UUID';
      readonly absent?: string;
      /** Empty for an absent one. */
      readonly of: (record: UsageRecord) => string;
    }
);

/** W3C Trace Context forbids a trace id of zeros. */
const NO_TRACE = '00000000-0000-0000-0000-000000000000';

/** A record has no tokens below zero; only corrections do. */
const NOT_TOLD = -1;

/** Column of a kind of tokens. */
export const TOKEN_COLUMNS: Readonly<Record<TokenKind, string>> = {
  input: 'input_tokens',
  cachedInput: 'cached_input_tokens',
  cacheWriteInput: 'cache_write_input_tokens',
  output: 'output_tokens',
  reasoning: 'reasoning_tokens',
};

/** What many calls have in common: few combinations of few values. */
export const KIND_COLUMNS: readonly RecordColumn[] = [
  { name: 'workload', type: 'TEXT', of: ({ workload }) => workload },
  { name: 'tenant', type: 'TEXT', of: ({ tenant }) => tenant },
  { name: 'model_asked', type: 'TEXT', of: ({ modelAsked }) => modelAsked },
  { name: 'model_answered', type: 'TEXT', of: ({ modelAnswered }) => modelAnswered },
  { name: 'backend', type: 'TEXT', of: ({ backend }) => backend },
  { name: 'status', type: 'INTEGER', of: ({ status }) => status },
  { name: 'flags', type: 'TEXT', of: ({ flags }) => flags },
  { name: 'attempts', type: 'INTEGER', of: ({ attempts }) => attempts },
  { name: 'ending', type: 'TEXT', of: ({ ending }) => ending },
];

/** What each call has for itself. Identifiers are UUIDs, which take 16 bytes instead of 36; a trace id has as many bits. */
export const CALL_COLUMNS: readonly CallColumn[] = [
  { name: 'id', type: 'UUID', of: ({ id }) => id },
  { name: 'started_at', type: 'BIGINT', of: ({ startedAt }) => startedAt },
  { name: 'duration_ms', type: 'BIGINT', of: ({ durationMs }) => durationMs },
  ...TOKEN_KINDS.map(
    (kind): CallColumn => ({
      name: TOKEN_COLUMNS[kind],
      type: 'BIGINT',
      absent: NOT_TOLD,
      of: ({ tokens }) => tokens[kind] ?? NOT_TOLD,
    }),
  ),
  { name: 'trace_id', type: 'UUID', absent: NO_TRACE, of: ({ traceId }) => traceId },
];

/** What a record is stored as. */
export const RECORD_COLUMNS: readonly RecordColumn[] = [...CALL_COLUMNS, ...KIND_COLUMNS];

/** Columns of an exported segment, in order. Rows are numbered without a gap: the manifest has the first number. */
export const EXPORTED_COLUMNS: readonly Pick<RecordColumn, 'name' | 'type'>[] = [
  { name: 'period', type: 'TEXT' },
  ...RECORD_COLUMNS,
  { name: 'reason', type: 'TEXT' },
];

const columns = RECORD_COLUMNS.map(({ name, type }) => `${name} ${type}`).join(', ');

/** Statements that make the tables of an empty database, and change nothing in one that has them. */
export const SCHEMA: readonly string[] = [
  `CREATE TABLE IF NOT EXISTS entries (seq BIGINT, period TEXT, ${columns}, reason TEXT)`,
  `CREATE TABLE IF NOT EXISTS sources (source BIGINT, path TEXT, device TEXT, inode TEXT, fingerprint TEXT,
    fingerprint_bytes INTEGER, read_to BIGINT)`,
  'CREATE TABLE IF NOT EXISTS skipped (reason TEXT, lines BIGINT)',
  `CREATE TABLE IF NOT EXISTS periods (period TEXT, closed_at TEXT, records BIGINT, corrections BIGINT, sha256 TEXT,
    chain TEXT)`,
  `CREATE TABLE IF NOT EXISTS segments (segment BIGINT, file TEXT, first_seq BIGINT, last_seq BIGINT, sha256 TEXT,
    line TEXT)`,
];

/** Tables of what is added, until the end of the transaction. */
export const INCOMING = { calls: 'incoming', kinds: 'incoming_kinds' } as const;

/**
 * Numbers of the incoming calls that the ledger has. A line that is read twice has the same id and the same start: that
 * it has the same start lets both databases look at the rows of that time alone.
 *
 * $1 and $2 the earliest and the latest start among the incoming.
 */
export const KNOWN_INCOMING = `
SELECT CAST(came.n AS BIGINT) AS n FROM ${INCOMING.calls} AS came
JOIN entries AS known ON known.started_at = CAST(came.started_at AS BIGINT) AND known.id = CAST(came.id AS UUID)
WHERE known.started_at BETWEEN CAST($1 AS BIGINT) AND CAST($2 AS BIGINT) AND known.reason IN ('', 'late')`;

function incoming({ name, type, absent }: CallColumn): string {
  const value = `CAST(came.${name} AS ${type})`;
  return absent === undefined ? value : `NULLIF(${value}, CAST('${absent}' AS ${type}))`;
}

const selected = [
  ...CALL_COLUMNS.map(incoming),
  ...KIND_COLUMNS.map(({ name, type }) => `CAST(kinds.${name} AS ${type})`),
];

/**
 * Adds the incoming calls. Those that began before the end of the last closed period are corrections in the period
 * after it.
 *
 * $1 the last number so far, $2 the start of the open period, $3 its name.
 */
export const ADD_INCOMING = `
INSERT INTO entries (seq, period, ${RECORD_COLUMNS.map(({ name }) => name).join(', ')}, reason)
SELECT CAST($1 AS BIGINT) + CAST(came.n AS BIGINT),
  CASE WHEN came.started_at < CAST($2 AS BIGINT) THEN $3 ELSE kinds.period END,
  ${selected.join(', ')},
  CASE WHEN came.started_at < CAST($2 AS BIGINT) THEN 'late' ELSE '' END
FROM ${INCOMING.calls} AS came JOIN ${INCOMING.kinds} AS kinds ON kinds.kind = came.kind`;
