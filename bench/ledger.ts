import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createWriteStream, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import execa from 'execa';
import { openLedger } from '../ledger/open';
import { exportSegments } from '../ledger/segments';
import { packageRoot } from '../local/paths';
import { normal, seeded } from '../tests/billing/seeded';
import { startPostgres, withoutPostgres } from '../tests/ledger/postgres-server';

/** A day of calls. */
const DAY_MS = 86_400_000;
const FIRST = Date.UTC(2026, 10, 29);

const WORKLOADS = 40;
const MODELS = ['gpt-oss-120b', 'gemini-2.5-flash', 'claude-sonnet-4-5', 'bge-large-en'];

/** Lines of an access log in the order in which calls end; few names, many lengths, as real calls have them. */
function* lines(records: number, traced: boolean): Iterable<string> {
  const random = seeded(17);
  /** Log-normal around a middle: most are short, some are very long. */
  const long = (middle: number) => Math.max(1, Math.round(middle * Math.exp(normal(random))));
  for (let index = 0; index < records; index += 1) {
    const workload = Math.floor(WORKLOADS * random() ** 2);
    const model = MODELS[workload % MODELS.length] ?? '';
    const [input, output] = [long(1200), long(220)];
    const duration = 80 + 9 * output + Math.floor(200 * random());
    const ended = FIRST + ((index + random()) * DAY_MS) / records;
    const isLeft = random() < 0.02;
    const isRefused = !isLeft && random() < 0.02;
    const told = isLeft || isRefused ? 'null' : undefined;
    yield `{"attempted_backend":${isRefused ? 'null' : `"ai/${model}/route/r${workload}/rule/0/ref/0"`},"attempts":${isRefused ? 0 : 1},"backend":${told ?? `"ai/${model}"`},"bytes_received":${input * 5},"bytes_sent":${output * 180},"cache_write_input_tokens":${told ?? 0},"cached_input_tokens":${told ?? Math.floor((input * random()) / 16) * 16},"duration_ms":${duration},"input_tokens":${told ?? input},"method":"POST","output_tokens":${told ?? output},"path":"/v1/chat/completions","reasoning_tokens":${told ?? Math.floor(output * random())},"request_id":"${randomUUID()}","requested_model":"${model}","response_code_details":"${isRefused ? 'request_rate_limited' : isLeft ? 'downstream_remote_disconnect' : 'via_upstream'}","response_flags":"${isRefused ? 'RL' : isLeft ? 'DC' : '-'}","response_model":${told ?? `"${model}"`},"route":"httproute/ai/r${workload}/rule/0/match/0/*","start_time":"${new Date(ended - duration).toISOString()}","status":${isRefused ? 429 : 200},"tenant":"tenant-${workload % 7}","total_tokens":${told ?? input + output},"trace_id":${traced ? `"${randomUUID().replaceAll('-', '')}"` : 'null'},"unique_id":"${randomUUID()}","upstream_cluster":"httproute/ai/r${workload}/rule/0","upstream_ms":${duration - 20},"upstream_path":"/v1/chat/completions","workload":"workload-${workload}"}\n`;
  }
}

async function writeLog(path: string, records: number, traced: boolean): Promise<void> {
  const file = createWriteStream(path);
  let some: string[] = [];
  for (const line of lines(records, traced)) {
    some.push(line);
    if (some.length < 5000) continue;
    if (!file.write(some.join(''))) await once(file, 'drain');
    some = [];
  }
  file.end(some.join(''));
  await once(file, 'close');
}

interface Measured {
  readonly seconds: number;
  readonly bytes: number;
}

/**
 * Reads a log into a new ledger by the command, its start included, and exports it as one segment. In a process of its own:
 * one that wrote the log before has a heap that costs the reading time.
 */
async function measure(place: string, log: string, records: number, folder: string): Promise<Measured> {
  const began = performance.now();
  const command = [join(packageRoot, 'bin/vcf-ai.mjs'), 'ledger', 'ingest', log, '--json'];
  // Not as an argument: the place of PostgreSQL has a password.
  const { stdout } = await execa(process.execPath, command, { env: { VCF_AI_LEDGER: place } });
  const seconds = (performance.now() - began) / 1000;
  const { added } = JSON.parse(stdout);
  if (added !== records) throw new Error(`${added} of ${records} records were added`);
  const store = await openLedger(place);
  try {
    const [segment] = await exportSegments(store, folder, { now: new Date(), records, all: true });
    const { size } = statSync(join(folder, segment?.file ?? ''));
    return { seconds, bytes: size / records };
  } finally {
    await store.end();
  }
}

/**
 * How long a log takes into a ledger in either store, and how many bytes a record has in Parquet.
 *
 * @param records How many; a million by default, of a day.
 */
export async function benchLedger(records = 1_000_000): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'vcf-ai-bench-ledger-'));
  const tell = (store: string, { seconds, bytes }: Measured) =>
    console.log(
      `${store}: ${records} records in ${seconds.toFixed(1)} s, ${bytes.toFixed(1)} bytes a record in Parquet`,
    );
  try {
    const log = join(folder, 'access.log');
    await writeLog(log, records, false);
    console.log(`an access log of ${records} calls, ${(statSync(log).size / 1e6).toFixed(0)} MB`);
    tell('DuckDB', await measure(join(folder, 'untraced.duckdb'), log, records, join(folder, 'duckdb')));
    if (withoutPostgres !== false) console.log(`PostgreSQL: ${withoutPostgres}`);
    else {
      const server = await startPostgres();
      const measured = await measure(await server.database(), log, records, join(folder, 'postgres')).finally(
        server.stop,
      );
      tell('PostgreSQL, fsync off', measured);
    }
    await writeLog(log, records, true);
    const place = join(folder, 'traced.duckdb');
    tell('DuckDB, each call traced', await measure(place, log, records, join(folder, 'traced')));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
