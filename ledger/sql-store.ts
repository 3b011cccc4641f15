import { UserError } from '../base/user-error';
import { closedPeriods, closePeriod } from './close';
import { countsOf } from './counts';
import type { Database, Row, Value } from './database';
import { entryOf, sumOf } from './entry';
import { type Period, parsePeriod, periodAt } from './period';
import { TOKEN_KINDS } from './record';
import { Refusal } from './refusal';
import {
  ADD_INCOMING,
  EXPORTED_COLUMNS,
  INCOMING,
  KNOWN_INCOMING,
  RECORD_COLUMNS,
  SCHEMA,
  TOKEN_COLUMNS,
} from './schema';
import { type Staged, startsOf, without } from './staging';
import type {
  Batch,
  ClosedPeriod,
  Committed,
  Correction,
  Entry,
  FileIdentity,
  LedgerStore,
  Position,
  Segment,
  Selection,
  Status,
  UsageSum,
} from './store';
import { sumsWhere } from './sums';

const EXPORTED = EXPORTED_COLUMNS.map(({ name }) => name).join(', ');

function positionOf(row: Row): Position {
  return {
    source: Number(row.source),
    path: `${row.path}`,
    device: `${row.device}`,
    inode: `${row.inode}`,
    fingerprint: `${row.fingerprint}`,
    fingerprintBytes: Number(row.fingerprint_bytes),
    offset: Number(row.read_to),
  };
}

function condition(selection: Selection): { where: string; values: readonly Value[] } {
  if ('period' in selection) return { where: 'period = $1', values: [selection.period] };
  return {
    where: 'started_at >= CAST($1 AS BIGINT) AND started_at < CAST($2 AS BIGINT)',
    values: [selection.from, selection.to],
  };
}

/** A column of a correction: the difference for tokens, and what the record has for the rest. */
function corrected(column: string): string {
  const kind = TOKEN_KINDS.findIndex((one) => TOKEN_COLUMNS[one] === column);
  return kind < 0 ? column : `CAST($${kind + 5} AS BIGINT)`;
}

/** The ledger in a database, in the SQL that both databases share. */
export class SqlStore implements LedgerStore {
  private last: Promise<unknown> = Promise.resolve();

  private constructor(private readonly database: Database) {}

  /** @param database Becomes a ledger when it is none. */
  static async open(database: Database): Promise<SqlStore> {
    await database.transaction(async () => {
      for (const statement of SCHEMA) await database.run(statement);
    });
    return new SqlStore(database);
  }

  /** In a transaction, after those that were begun before: several files are read at once over one connection. */
  private alone<T>(work: () => Promise<T>): Promise<T> {
    const done = this.last.then(() => this.database.transaction(work));
    this.last = done.catch(() => {});
    return done;
  }

  async positions({ device, inode }: Pick<FileIdentity, 'device' | 'inode'>): Promise<readonly Position[]> {
    const rows = await this.database.rows(
      'SELECT * FROM sources WHERE device = $1 AND inode = $2 ORDER BY source DESC',
      [device, inode],
    );
    return rows.map(positionOf);
  }

  async positionsLike(path: string): Promise<readonly Position[]> {
    const rows = await this.database.rows(
      'SELECT * FROM sources WHERE starts_with(path, $1) ORDER BY source',
      [path],
    );
    return rows.map(positionOf);
  }

  async commit(batch: Batch): Promise<Committed> {
    return this.alone(async () => {
      await this.refuseMoved(batch);
      const { added, late } = await this.add(batch.staged);
      const duplicate = batch.staged.repeated + batch.staged.size - added;
      await this.countSkipped({ ...batch.skipped, ...(duplicate > 0 && { duplicate }) });
      return { source: await this.move(batch), added, duplicate, late };
    });
  }

  private async refuseMoved({ source, from, path, identity }: Batch): Promise<void> {
    const { device, inode, fingerprint } = identity;
    const known =
      source === undefined
        ? await this.database.rows(
            'SELECT read_to FROM sources WHERE device = $1 AND inode = $2 AND fingerprint = $3',
            [device, inode, fingerprint],
          )
        : await this.database.rows('SELECT read_to FROM sources WHERE source = CAST($1 AS BIGINT)', [source]);
    const at = known[0]?.read_to ?? 0;
    if (at === from) return;
    throw new UserError(
      `${path}: another process reads this file into the same ledger: it is at byte ${at}, this one at ${from} ` +
        '(let one process read a file)',
    );
  }

  /** Adds those of the records that are not there; when some are, the others are handed over once more. */
  private async add(came: Staged): Promise<{ added: number; late: number }> {
    if (came.size === 0) return { added: 0, late: 0 };
    const known = await this.known(came);
    const fresh = without(came, known);
    if (fresh.size === 0) return { added: 0, late: 0 };
    if (known.size > 0) await this.receiveCalls(fresh);
    const open = await this.openPeriod();
    await this.database.run(ADD_INCOMING, [await this.lastSeq(), open?.start ?? 0, open?.name ?? '']);
    const late = open === undefined ? 0 : startsOf(fresh).filter((start) => start < open.start).length;
    return { added: fresh.size, late };
  }

  /** Hands records over, and tells the places, from 1, of those that the ledger has. */
  private async known(came: Staged): Promise<ReadonlySet<Value | undefined>> {
    await this.database.receive(INCOMING.kinds, came.kinds);
    await this.receiveCalls(came);
    const starts = startsOf(came);
    const [earliest, latest] = [
      starts.reduce((a, b) => Math.min(a, b)),
      starts.reduce((a, b) => Math.max(a, b)),
    ];
    const rows = await this.database.rows(KNOWN_INCOMING, [earliest, latest]);
    return new Set(rows.map(({ n }) => n));
  }

  private async receiveCalls({ calls, size }: Staged): Promise<void> {
    const n = Float64Array.from({ length: size }, (_, index) => index + 1);
    await this.database.receive(INCOMING.calls, [{ name: 'n', type: 'number', values: n }, ...calls]);
  }

  private async countSkipped(skipped: Readonly<Record<string, number>>): Promise<void> {
    for (const [reason, lines] of Object.entries(skipped)) {
      const known = await this.database.rows('SELECT lines FROM skipped WHERE reason = $1', [reason]);
      await this.database.run(
        known.length > 0
          ? 'UPDATE skipped SET lines = lines + CAST($2 AS BIGINT) WHERE reason = $1'
          : 'INSERT INTO skipped (reason, lines) VALUES ($1, CAST($2 AS BIGINT))',
        [reason, lines],
      );
    }
  }

  /** Notes how far the file was read; the result is the number of the file. */
  private async move({ path, identity, source, to }: Batch): Promise<number> {
    const { device, inode, fingerprint, fingerprintBytes } = identity;
    const values = [path, device, inode, fingerprint, fingerprintBytes, to];
    const [row] =
      source === undefined ? await this.database.rows('SELECT max(source) AS last FROM sources') : [];
    const number = source ?? Number(row?.last ?? 0) + 1;
    await this.database.run(
      source === undefined
        ? `INSERT INTO sources (path, device, inode, fingerprint, fingerprint_bytes, read_to, source)
           VALUES ($1, $2, $3, $4, CAST($5 AS INTEGER), CAST($6 AS BIGINT), CAST($7 AS BIGINT))`
        : `UPDATE sources SET path = $1, device = $2, inode = $3, fingerprint = $4,
             fingerprint_bytes = CAST($5 AS INTEGER), read_to = CAST($6 AS BIGINT) WHERE source = CAST($7 AS BIGINT)`,
      [...values, number],
    );
    return number;
  }

  async correct({ id, difference, reason }: Correction): Promise<Entry> {
    if (reason.trim() === '' || reason === 'late') {
      throw new Refusal('a correction needs a reason of its own: say what was wrong with the record');
    }
    return this.alone(async () => {
      const [row] = await this.database.rows(
        "SELECT * FROM entries WHERE id = CAST($1 AS UUID) AND reason IN ('', 'late')",
        [id],
      );
      if (row === undefined) throw new Refusal(`no record ${id} is in the ledger`);
      const wrong = entryOf(row);
      const open = await this.openPeriod();
      const isClosed = open !== undefined && wrong.startedAt < open.start;
      const seq = (await this.lastSeq()) + 1;
      const period = isClosed ? open.name : wrong.period;
      const names = RECORD_COLUMNS.map(({ name }) => name);
      await this.database.run(
        `INSERT INTO entries (seq, period, ${names.join(', ')}, reason)
         SELECT CAST($1 AS BIGINT), $2, ${names.map(corrected).join(', ')}, $3
         FROM entries WHERE seq = CAST($4 AS BIGINT)`,
        [seq, period, reason, wrong.seq, ...TOKEN_KINDS.map((kind) => difference[kind] ?? null)],
      );
      return { ...wrong, seq, period, reason, tokens: difference };
    });
  }

  async close(name: string, now: Date): Promise<ClosedPeriod> {
    return this.alone(() => closePeriod(this.database, name, now, this.selected({ period: name })));
  }

  closedPeriods(): Promise<readonly ClosedPeriod[]> {
    return closedPeriods(this.database);
  }

  /** The month after the last closed one; undefined when none was closed. */
  private async openPeriod(): Promise<Period | undefined> {
    const [row] = await this.database.rows('SELECT max(period) AS last FROM periods');
    return typeof row?.last === 'string' ? periodAt(parsePeriod(row.last).end) : undefined;
  }

  async *entries(selection: Selection): AsyncIterable<readonly Entry[]> {
    const before = this.last;
    let end = () => {};
    this.last = new Promise<void>((resolve) => {
      end = resolve;
    });
    await before;
    try {
      yield* this.selected(selection);
    } finally {
      end();
    }
  }

  private async *selected(selection: Selection): AsyncIterable<readonly Entry[]> {
    const { where, values } = condition(selection);
    const sql = `SELECT * FROM entries WHERE ${where} ORDER BY started_at, id, seq`;
    for await (const rows of this.database.stream(sql, values)) yield rows.map(entryOf);
  }

  async writeParquet(first: number, last: number, file: string): Promise<void> {
    const sql = `SELECT ${EXPORTED} FROM entries WHERE seq BETWEEN ${Math.trunc(first)} AND ${Math.trunc(last)} ORDER BY seq`;
    if (this.database.parquet) return this.database.parquet(sql, file);
    const { copyToParquet } = await import('./parquet.js');
    return copyToParquet(this.database.stream(sql), file);
  }

  async sums(selection: Selection, cuts: readonly number[] = []): Promise<readonly UsageSum[]> {
    const { where, values } = condition(selection);
    const rows = await this.database.rows(sumsWhere(where, cuts), values);
    return rows.map((row) => sumOf(row, cuts));
  }

  async lastSeq(): Promise<number> {
    const [row] = await this.database.rows('SELECT max(seq) AS last FROM entries');
    return Number(row?.last ?? 0);
  }

  async size(): Promise<number> {
    const [row] = await this.database.rows('SELECT count(*) AS n FROM entries');
    return Number(row?.n ?? 0);
  }

  async earliestFrom(seq: number): Promise<number | undefined> {
    const [row] = await this.database.rows(
      'SELECT min(started_at) AS first FROM entries WHERE seq >= CAST($1 AS BIGINT)',
      [seq],
    );
    return typeof row?.first === 'number' ? row.first : undefined;
  }

  async status(): Promise<Status> {
    const files = await this.database.rows('SELECT * FROM sources ORDER BY path, source');
    return {
      ...(await countsOf(this.database)),
      files: files.map(positionOf),
      closed: await this.closedPeriods(),
      segments: await this.segments(),
    };
  }

  async segments(): Promise<readonly Segment[]> {
    const rows = await this.database.rows('SELECT * FROM segments ORDER BY segment');
    return rows.map((row) => ({
      segment: Number(row.segment),
      file: `${row.file}`,
      firstSeq: Number(row.first_seq),
      lastSeq: Number(row.last_seq),
      sha256: `${row.sha256}`,
      line: `${row.line}`,
    }));
  }

  async addSegment({ segment, file, firstSeq, lastSeq, sha256: hash, line }: Segment): Promise<void> {
    await this.alone(() =>
      this.database.run(
        `INSERT INTO segments (segment, file, first_seq, last_seq, sha256, line)
         VALUES (CAST($1 AS BIGINT), $2, CAST($3 AS BIGINT), CAST($4 AS BIGINT), $5, $6)`,
        [segment, file, firstSeq, lastSeq, hash, line],
      ),
    );
  }

  async end(): Promise<void> {
    await this.database.end();
  }
}
