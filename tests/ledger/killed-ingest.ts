import { DuckDb } from '../../ledger/duckdb';
import { ingestFile } from '../../ledger/follow';
import { isPostgres } from '../../ledger/place';
import { Postgres } from '../../ledger/postgres';
import { SqlStore } from '../../ledger/sql-store';

/**
 * A process that reads a log into a ledger, and hangs in one of its commits: the records are written, the position is
 * not. It says so on standard output, a line for each commit and `between` where it hangs.
 *
 *     killed-ingest.ts PLACE FILE PIECE_BYTES HANG_IN_COMMIT
 */
async function main(): Promise<void> {
  const [place = '', file = '', pieceBytes, hangIn] = process.argv.slice(2);
  const database = isPostgres(place) ? await Postgres.open(place) : await DuckDb.open(place);
  const run = database.run.bind(database);
  let commits = 0;
  database.run = async (sql, values) => {
    if (/^\s*(INSERT INTO|UPDATE) sources/.test(sql)) {
      commits += 1;
      if (commits === Number(hangIn)) {
        process.stdout.write('between\n');
        await new Promise((resolve) => setTimeout(resolve, 600_000));
      }
    }
    await run(sql, values);
  };
  const store = await SqlStore.open(database);
  await ingestFile(store, file, {
    pieceBytes: Number(pieceBytes),
    progress: ({ added }) => process.stdout.write(`${added}\n`),
  });
  await store.end();
}

void main();
