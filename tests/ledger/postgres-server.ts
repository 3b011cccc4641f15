import assert from 'node:assert/strict';
import { chownSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import execa from 'execa';
import getPort from 'get-port';

/** Where Debian and Ubuntu put the programs of a server, which are not on PATH: one folder for each major version. */
const DEBIAN = '/usr/lib/postgresql';

/** Nobody, as Linux numbers it: the server refuses to run as root. */
const NOBODY = 65534;

const NEEDED = ['initdb', 'postgres'];

/** The folder with the programs of a server: on PATH, or the newest of Debian's. */
export function postgresPrograms(): string | undefined {
  const versions = existsSync(DEBIAN) ? readdirSync(DEBIAN).sort((a, b) => Number(b) - Number(a)) : [];
  const folders = [
    ...(process.env.PATH ?? '').split(delimiter),
    ...versions.map((version) => join(DEBIAN, version, 'bin')),
  ];
  return folders.find((folder) => NEEDED.every((program) => existsSync(join(folder, program))));
}

/** Why a test with PostgreSQL cannot run here; false where it can. */
export const withoutPostgres: string | false =
  postgresPrograms() === undefined &&
  `no PostgreSQL server: ${NEEDED.join(' and ')} are neither on PATH nor below ${DEBIAN} (Debian: apt-get install postgresql)`;

export interface PostgresServer {
  readonly port: number;
  /** URL of a new, empty database. */
  readonly database: () => Promise<string>;
  readonly stop: () => Promise<void>;
}

/**
 * A server of its own: a new cluster in a temporary folder, on a free port of the loopback. Root starts it as nobody;
 * the kernel ends it with this process, however that ends.
 */
export async function startPostgres(): Promise<PostgresServer> {
  const programs = postgresPrograms();
  assert.ok(programs !== undefined, `${withoutPostgres}`);
  // Not below the folder of the other tests: nobody may not enter that.
  const folder = mkdtempSync(join(tmpdir(), 'vcf-ai-postgres-'));
  const data = join(folder, 'data');
  mkdirSync(data, { mode: 0o700 });
  const isRoot = process.getuid?.() === 0;
  if (isRoot) for (const path of [folder, data]) chownSync(path, NOBODY, NOBODY);
  const as = isRoot ? ['--reuid', `${NOBODY}`, '--regid', `${NOBODY}`, '--clear-groups'] : [];
  const run = (program: string, ...args: string[]) =>
    execa('setpriv', [...as, '--pdeathsig', 'SIGKILL', '--', join(programs, program), ...args], {
      cwd: folder,
      all: true,
      env: { LC_ALL: 'C' },
    });
  await run('initdb', '--auth=trust', '--username=ledger', '--encoding=UTF8', '--no-sync', '--pgdata', data);
  const port = await getPort({ host: '127.0.0.1' });
  const settings = { listen_addresses: '127.0.0.1', port, unix_socket_directories: '', fsync: 'off' };
  const server = run(
    'postgres',
    ...['-D', data, ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])],
  );
  const ended = server.catch((error: unknown) => error);
  const { default: pg } = await import('pg');
  const ask = async (sql: string) => {
    const client = new pg.Client({ host: '127.0.0.1', port, user: 'ledger', database: 'postgres' });
    await client.connect();
    await client.query(sql).finally(() => client.end());
  };
  await untilItServes(() => ask('SELECT 1'), server);
  let databases = 0;
  return {
    port,
    database: async () => {
      databases += 1;
      await ask(`CREATE DATABASE ledger_${databases}`);
      return `postgres://ledger:se%2Fcret@127.0.0.1:${port}/ledger_${databases}`;
    },
    stop: async () => {
      // A fast shutdown (its manual, 19.5): connections that are open do not keep it.
      server.kill('SIGINT');
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function untilItServes(ask: () => Promise<void>, server: execa.ExecaChildProcess): Promise<void> {
  const until = Date.now() + 60_000;
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      if (server.exitCode !== null)
        throw new Error(`the server ended: ${(await server.catch((e) => e)).all}`);
      if (Date.now() > until) throw error;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}
