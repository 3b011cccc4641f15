import { isPostgres, refuseOtherUrls } from './place';
import { SqlStore } from './sql-store';
import type { LedgerStore } from './store';

/**
 * Opens the ledger at a place, and makes an empty one when there is none.
 *
 * @param place A file, for DuckDB, or `postgres://user:password@host:port/database`.
 * @throws UserError when it cannot be opened
 */
export async function openLedger(place: string): Promise<LedgerStore> {
  refuseOtherUrls(place);
  if (!isPostgres(place)) {
    const { DuckDb } = await import('./duckdb.js');
    return SqlStore.open(await DuckDb.open(place));
  }
  const { Postgres } = await import('./postgres.js');
  const database = await Postgres.open(place);
  const store = await SqlStore.open(database);
  await database.prepare();
  return store;
}
