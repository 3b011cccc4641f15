import { join } from 'node:path';
import { after } from 'node:test';
import type { Entry, LedgerStore } from '../../ledger/store';
import { newFolder } from '../local/scratch';
import { type PostgresServer, startPostgres, withoutPostgres } from './postgres-server';

let server: Promise<PostgresServer> | undefined;
after(async () => (await server)?.stop());

/** The stores that the same tests run over; the server of PostgreSQL is started when it is first needed. */
export const STORES: readonly {
  readonly name: string;
  /** Why it cannot be tested here. */
  readonly skip: string | false;
  /** The place of a new, empty ledger. */
  readonly newPlace: () => Promise<string>;
}[] = [
  { name: 'in DuckDB', skip: false, newPlace: async () => join(newFolder(), 'ledger.duckdb') },
  {
    name: 'in PostgreSQL',
    skip: withoutPostgres,
    newPlace: async () => {
      server ??= startPostgres();
      return (await server).database();
    },
  },
];

/** Every row of a month. */
export async function entriesOf(store: LedgerStore, period: string): Promise<Entry[]> {
  const all: Entry[] = [];
  for await (const some of store.entries({ period })) all.push(...some);
  return all;
}
