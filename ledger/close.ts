import { createHash } from 'node:crypto';
import type { Database } from './database';
import { entryLine } from './entry';
import { type Period, parsePeriod } from './period';
import { Refusal } from './refusal';
import type { ClosedPeriod, Entry } from './store';

/** What a period holds, in numbers and as a hash of its rows. */
export type Sealed = Pick<ClosedPeriod, 'records' | 'corrections' | 'sha256'>;

/** Counts and hashes the rows of a period, which come in its order. */
export async function seal(entries: AsyncIterable<readonly Entry[]>): Promise<Sealed> {
  const hash = createHash('sha256');
  let records = 0;
  let corrections = 0;
  for await (const some of entries) {
    const usual = some.filter(({ reason }) => reason === '').length;
    records += usual;
    corrections += some.length - usual;
    hash.update(some.map(entryLine).join(''));
  }
  return { records, corrections, sha256: hash.digest('hex') };
}

/** The link of a closed period to the one before. */
export function chainOf(
  { period, closedAt, records, corrections, sha256 }: Omit<ClosedPeriod, 'chain'>,
  before: string,
): string {
  const line = JSON.stringify({ period, closedAt, records, corrections, sha256, before });
  return createHash('sha256').update(line).digest('hex');
}

export async function closedPeriods(database: Database): Promise<readonly ClosedPeriod[]> {
  const rows = await database.rows('SELECT * FROM periods ORDER BY period');
  return rows.map((row) => ({
    period: `${row.period}`,
    closedAt: `${row.closed_at}`,
    records: Number(row.records),
    corrections: Number(row.corrections),
    sha256: `${row.sha256}`,
    chain: `${row.chain}`,
  }));
}

/**
 * Closes a month, within a transaction. Months are closed in their order, so that one moment divides what is closed from
 * what is open.
 *
 * @param entries The rows that are billed in it.
 * @throws Refusal when it is not over, when it is closed, or when an earlier one with records is open
 */
export async function closePeriod(
  database: Database,
  name: string,
  now: Date,
  entries: AsyncIterable<readonly Entry[]>,
): Promise<ClosedPeriod> {
  const period = parsePeriod(name);
  if (period.end > now.getTime()) {
    throw new Refusal(`${name} is not over: it ends at ${new Date(period.end).toISOString()}`);
  }
  const last = (await closedPeriods(database)).at(-1);
  await refuseOutOfOrder(database, period, last);
  const line = { period: name, closedAt: now.toISOString(), ...(await seal(entries)) };
  const closed = { ...line, chain: chainOf(line, last?.chain ?? '') };
  await database.run(
    `INSERT INTO periods (period, closed_at, records, corrections, sha256, chain)
     VALUES ($1, $2, CAST($3 AS BIGINT), CAST($4 AS BIGINT), $5, $6)`,
    [closed.period, closed.closedAt, closed.records, closed.corrections, closed.sha256, closed.chain],
  );
  return closed;
}

async function refuseOutOfOrder(
  database: Database,
  { name }: Period,
  last: ClosedPeriod | undefined,
): Promise<void> {
  if (last !== undefined && name <= last.period) {
    throw new Refusal(
      `${name} is closed and does not change any more (the last closed month is ${last.period})`,
    );
  }
  const [row] = await database.rows(
    'SELECT min(period) AS first FROM entries WHERE period < $1 AND period > $2',
    [name, last?.period ?? ''],
  );
  if (typeof row?.first !== 'string') return;
  throw new Refusal(`${row.first} has records and is open: close it before ${name}`);
}
