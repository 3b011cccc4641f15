import { existsSync, mkdirSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { compareKeys, listed } from '../base/text';
import { UserError } from '../base/user-error';
import { type FollowOptions, ingestFile } from '../ledger/follow';
import { type Ingested, NOTHING, sumIngested } from '../ledger/ingest';
import { openLedger } from '../ledger/open';
import { isPostgres, withoutCredentials } from '../ledger/place';
import { TOKEN_KINDS, type TokenKind } from '../ledger/record';
import { Refusal } from '../ledger/refusal';
import type { Rotation } from '../ledger/rotate';
import type { LedgerStore } from '../ledger/store';
import { stateDir } from '../local/paths';
import { untilInterrupted } from './interrupted';
import { type FollowedOptions, followAll, rotationOf, untilDone } from './ledger-follow';
import { ingestedText, statusText, verdictText } from './ledger-text';

export interface StoreOptions {
  readonly store?: string;
  readonly json?: true;
}

export interface IngestOptions extends StoreOptions, FollowedOptions {}

export interface VerifyOptions extends StoreOptions {
  readonly segments?: string;
}

export interface ExportOptions extends VerifyOptions {
  readonly all?: true;
  readonly period?: string;
}

export interface CorrectOptions extends StoreOptions {
  readonly tokens: string;
  readonly reason: string;
}

function placeOf({ store }: StoreOptions): string {
  return store ?? process.env.VCF_AI_LEDGER ?? join(stateDir(), 'ledger.duckdb');
}

/** Runs work on the ledger, and ends its connection however the work ends. */
async function withLedger<T>(
  options: StoreOptions,
  work: (store: LedgerStore, place: string) => Promise<T>,
): Promise<T> {
  const place = placeOf(options);
  const store = await openLedger(place);
  try {
    return await work(store, place);
  } finally {
    await store.end();
  }
}

/** As above, for what makes no ledger where there is none. */
async function withExisting<T>(
  options: StoreOptions,
  work: (store: LedgerStore, place: string) => Promise<T>,
): Promise<T> {
  const place = placeOf(options);
  if (!place.includes('://') && !existsSync(place)) {
    throw new UserError(`${place}: there is no ledger (vcf-ai ledger ingest FILE makes one)`);
  }
  return withLedger(options, work);
}

function print({ json }: StoreOptions, value: object, text: string): void {
  console.log(json ? JSON.stringify(value, null, 2) : text);
}

/** A line on a terminal that says how far it is; nothing elsewhere. */
function terminalProgress(): Pick<FollowOptions, 'progress'> & { done: () => void } {
  if (process.stderr.isTTY !== true) return { done: () => {} };
  return {
    progress: ({ added, bytes }) =>
      process.stderr.write(`\r${added} records from ${(bytes / 1e6).toFixed(0)} MB\u001b[K`),
    done: () => void process.stderr.write('\r\u001b[K'),
  };
}

const warn = (message: string) => console.error(`! ${message}`);

export async function ingest(named: readonly string[], options: IngestOptions): Promise<void> {
  const rotation = rotationOf(options);
  const place = placeOf(options);
  // The ledger remembers paths, and may be asked from another folder the next time.
  const files = named.map((file) => resolve(file));
  if (!place.includes('://')) mkdirSync(dirname(resolve(place)), { recursive: true });
  const ingested = options.follow
    ? await followed(files, options, rotation)
    : await withLedger(options, (store) => ingestAll(store, files));
  print(options, ingested, ingestedText(ingested));
}

async function followed(
  files: readonly string[],
  options: IngestOptions,
  rotation: Rotation | undefined,
): Promise<Ingested> {
  const { done, ...progress } = terminalProgress();
  const told = { ...(files.length === 1 && progress), warn, ...(rotation && { rotation }) };
  try {
    return await untilInterrupted(async (signal) => {
      const follow = () => withLedger(options, (store) => followAll(store, files, signal, told));
      if (!options.retry) return follow();
      return (await untilDone(follow, signal, warn)) ?? NOTHING;
    });
  } finally {
    done();
  }
}

async function ingestAll(store: LedgerStore, files: readonly string[]): Promise<Ingested> {
  const { done, ...progress } = terminalProgress();
  let all = NOTHING;
  for (const file of files) all = sumIngested(all, await ingestFile(store, file, { ...progress, warn }));
  done();
  return all;
}

export async function tellStatus(options: StoreOptions): Promise<void> {
  await withExisting(options, async (store, place) => {
    const name = withoutCredentials(place);
    const status = await store.status();
    print(options, { ledger: name, ...status }, statusText(name, status));
  });
}

export async function close(month: string, options: StoreOptions): Promise<void> {
  await withExisting(options, async (store) => {
    const closed = await store.close(month, new Date());
    const { records, corrections, sha256 } = closed;
    print(
      options,
      closed,
      `${month} is closed: ${records} records, ${corrections} corrections, sha256 ${sha256}`,
    );
  });
}

function segmentsFolder(place: string, { segments }: VerifyOptions): string | undefined {
  return segments ?? (isPostgres(place) ? undefined : `${place}.segments`);
}

export async function verify(options: VerifyOptions): Promise<void> {
  const { verify: verifyLedger } = await import('../ledger/verify.js');
  await withExisting(options, async (store, place) => {
    const verdict = await verifyLedger(store, segmentsFolder(place, options));
    print(options, verdict, verdictText(verdict));
    if (verdict.faults.length > 0) process.exitCode = 1;
  });
}

export async function exportLedger(options: ExportOptions): Promise<void> {
  const { period } = options;
  if (period !== undefined) return printPeriod(period, options);
  const { exportSegments } = await import('../ledger/segments.js');
  await withExisting(options, async (store, place) => {
    const folder = segmentsFolder(place, options);
    if (folder === undefined) {
      throw new UserError('a ledger in PostgreSQL has no folder of its own: say where with --segments DIR');
    }
    const written = await exportSegments(store, folder, { now: new Date(), all: options.all === true });
    const text = written.map(
      ({ file, firstSeq, lastSeq }) => `${join(folder, file)}: rows ${firstSeq} to ${lastSeq}`,
    );
    print(
      options,
      { folder, written },
      text.join('\n') || `nothing to export: no segment is full or a day old (--all writes the rest)`,
    );
  });
}

async function printPeriod(month: string, options: ExportOptions): Promise<void> {
  const [{ entryLine }, { parsePeriod }] = [
    await import('../ledger/entry.js'),
    await import('../ledger/period.js'),
  ];
  const { name } = parsePeriod(month);
  await withExisting(options, async (store) => {
    for await (const entries of store.entries({ period: name })) {
      process.stdout.write(entries.map(entryLine).join(''));
    }
  });
}

/** Parses `output=-12,reasoning=-4`. */
function differences(text: string): Partial<Record<TokenKind, number>> {
  return Object.fromEntries(
    text.split(',').map((part) => {
      const [, kind, number] = /^([A-Za-z]+)=(-?\d+)$/.exec(part) ?? [];
      if (!TOKEN_KINDS.some((one) => one === kind) || !Number.isSafeInteger(Number(number))) {
        throw new Refusal(
          `--tokens: ${JSON.stringify(part)} is no difference: write it as output=-12; kinds are ${listed([...TOKEN_KINDS].sort(compareKeys), 'and')}`,
        );
      }
      return [kind, Number(number)];
    }),
  );
}

export async function correct(id: string, options: CorrectOptions): Promise<void> {
  const difference = differences(options.tokens);
  await withExisting(options, async (store) => {
    const row = await store.correct({ id, difference, reason: options.reason });
    print(options, row, `row ${row.seq} corrects ${id} in ${row.period}`);
  });
}
