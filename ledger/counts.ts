import type { Database, Row } from './database';
import type { Status } from './store';

const tally = (rows: readonly Row[]): Record<string, number> =>
  Object.fromEntries(rows.map(({ name, n }) => [`${name}`, Number(n)]));

/** What the ledger holds, and what it was given and does not hold. */
export async function countsOf(
  database: Database,
): Promise<Pick<Status, 'records' | 'corrections' | 'first' | 'last' | 'endings' | 'skipped'>> {
  const [all] = await database.rows(
    `SELECT CAST(sum(CASE WHEN reason = '' THEN 1 ELSE 0 END) AS BIGINT) AS records, count(*) AS n,
       min(started_at) AS first, max(started_at) AS last FROM entries`,
  );
  const endings = await database.rows(
    "SELECT ending AS name, count(*) AS n FROM entries WHERE reason IN ('', 'late') GROUP BY ending ORDER BY ending",
  );
  const skipped = await database.rows('SELECT reason AS name, lines AS n FROM skipped ORDER BY reason');
  const records = Number(all?.records ?? 0);
  return {
    records,
    corrections: Number(all?.n ?? 0) - records,
    ...(typeof all?.first === 'number' && { first: all.first }),
    ...(typeof all?.last === 'number' && { last: all.last }),
    endings: tally(endings),
    skipped: tally(skipped),
  };
}
