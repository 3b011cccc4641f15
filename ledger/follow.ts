import { access } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { UserError } from '../base/user-error';
import { readLine } from './access-log';
import {
  type Ingested,
  type IngestOptions,
  NOTHING,
  type Reading,
  readToEnd,
  resume,
  sumIngested,
} from './ingest';
import { LogFile, unfinished } from './log-file';
import { type Rotation, Rotator } from './rotate';
import { stage } from './staging';
import type { LedgerStore } from './store';

/** How often a followed file is looked at; Envoy flushes its access log every 100 ms when told to. */
const POLL_MS = 250;

/** How long the last look may take: what was written before the end is read, a backlog of hours is not. */
const LAST_LOOK_MS = 5000;

export interface FollowOptions extends IngestOptions {
  /** Told what an operator has to know. */
  readonly warn?: (message: string) => void;
  /** For tests; default 250. */
  readonly pollMs?: number;
}

export interface FollowingOptions extends FollowOptions {
  /** Who keeps the file small. Default: its writer, or logrotate. */
  readonly rotation?: Rotation;
}

/**
 * Reads what is new in a log file, and what was left in files that it was before its rotation.
 *
 * @throws UserError when there is no such file, or when it is compressed
 */
export async function ingestFile(
  store: LedgerStore,
  path: string,
  options: FollowOptions = {},
): Promise<Ingested> {
  const file = await LogFile.open(path);
  if (file === undefined) throw new UserError(`${path}: there is no such file`);
  try {
    const before = await finishRotated(store, path, file, options);
    const { ingested } = await readToEnd(store, await resume(store, file), options);
    return sumIngested(before, ingested);
  } finally {
    await file.close();
  }
}

/** Reads what was left in files that had this name. Once a new file has something in it, the old ones get no more. */
async function finishRotated(
  store: LedgerStore,
  path: string,
  named: LogFile,
  options: FollowOptions,
): Promise<Ingested> {
  let ingested = NOTHING;
  for (const file of await unfinished(path, await store.positionsLike(path))) {
    try {
      const { reading, ingested: read } = await readToEnd(store, await resume(store, file), options);
      ingested = sumIngested(ingested, read);
      if ((await named.size()) > 0) ingested = sumIngested(ingested, await finish(store, reading));
    } finally {
      await file.close();
    }
  }
  return ingested;
}

/** What is behind the last whole line of a file that gets no more: mostly nothing, or a record cut by a crash. */
async function finish(store: LedgerStore, { file, source, offset }: Reading): Promise<Ingested> {
  const size = await file.size();
  if (size <= offset) return NOTHING;
  const rest = await file.read(offset, size - offset);
  const { record, skipped } = readLine(rest.toString('utf8'));
  const counted = skipped === undefined ? {} : { [skipped]: 1 };
  const staged = stage(record === undefined ? [] : [record]);
  const identity = await file.identity();
  const batch = { path: file.path, identity, source, from: offset, to: size, staged, skipped: counted };
  return { bytes: rest.length, lines: 1, ...(await store.commit(batch)), skipped: counted };
}

/**
 * Reads a log file as it grows, across rotations, until the signal. A rotation renames the file and makes a new one: the
 * old one is read to its end once something is in the new one. A file that is emptied in its place (`copytruncate`)
 * loses lines that nobody can count: that is told, and counted as `truncated`.
 *
 * @param signal Ends it, after a last look at what was written until then.
 */
export async function followFile(
  store: LedgerStore,
  path: string,
  signal: AbortSignal,
  options: FollowingOptions = {},
): Promise<Ingested> {
  const { rotation, warn, pollMs = POLL_MS } = options;
  const rotator = rotation && new Rotator(path, rotation, warn);
  const at: Followed = { reading: undefined, total: NOTHING };
  let isMissing = false;
  try {
    while (!signal.aborted) {
      await look(store, path, at, { ...options, signal }, rotator);
      if (at.reading !== undefined) await rotator?.rotate(at.reading.file, at.reading.offset);
      else if (!(await isThere(path))) {
        if (!isMissing) warn?.(`${path} is not there yet: waiting for it`);
        isMissing = true;
        await rotator?.reopen();
      }
      await sleep(pollMs, undefined, { signal }).catch(() => {});
    }
    const last = { ...options, signal: AbortSignal.timeout(LAST_LOOK_MS) };
    await look(store, path, at, last, rotator);
    // It was renamed, and there is a new one by then.
    if (at.reading === undefined) await look(store, path, at, last, rotator);
    return at.total;
  } finally {
    await at.reading?.file.close();
  }
}

/** Where a follower is. */
interface Followed {
  reading: Reading | undefined;
  total: Ingested;
}

/** Reads what is new, after the file is opened where none is. */
async function look(
  store: LedgerStore,
  path: string,
  at: Followed,
  options: FollowOptions,
  rotator: Rotator | undefined,
): Promise<void> {
  const told: FollowOptions = {
    ...options,
    progress: (ingested) => options.progress?.(sumIngested(at.total, ingested)),
  };
  if (at.reading === undefined) {
    const begun = await begin(store, path, told, rotator);
    if (begun === undefined) return;
    at.reading = begun.reading;
    at.total = sumIngested(at.total, begun.ingested);
  }
  const next = await step(store, path, at.reading, told);
  at.reading = next.reading;
  at.total = sumIngested(at.total, next.ingested);
}

const isThere = (path: string) =>
  access(path).then(
    () => true,
    () => false,
  );

/** Opens the file of that name, once it is read what was left in files that had it before; undefined without one. */
async function begin(
  store: LedgerStore,
  path: string,
  options: FollowOptions,
  rotator: Rotator | undefined,
): Promise<{ reading: Reading; ingested: Ingested } | undefined> {
  const file = await LogFile.open(path);
  if (file === undefined) return undefined;
  try {
    const ingested = await finishRotated(store, path, file, options);
    if ((await file.size()) > 0) await rotator?.clear(store);
    return { reading: await resume(store, file), ingested };
  } catch (error) {
    await file.close();
    throw error;
  }
}

/** One look at the file: what is new, and whether its name belongs to another by now. */
async function step(
  store: LedgerStore,
  path: string,
  reading: Reading,
  options: FollowOptions,
): Promise<{ reading: Reading | undefined; ingested: Ingested }> {
  const begun = (await isEmptied(reading)) ? await startOver(store, reading, options) : reading;
  const read = await readToEnd(store, begun, options);
  const named = await LogFile.open(path);
  const isOther = named !== undefined && !named.isAt(await reading.file.identity());
  const isMoved = isOther && (await named.size()) > 0;
  await named?.close();
  if (!isMoved || options.signal?.aborted === true) return read;
  // Between the last look and now the writer may have added to the old file; from now on it does not.
  const end = await readToEnd(store, read.reading, options);
  const rest = await finish(store, end.reading);
  await reading.file.close();
  return { reading: undefined, ingested: sumIngested(sumIngested(read.ingested, end.ingested), rest) };
}

async function isEmptied({ file, offset, identity }: Reading): Promise<boolean> {
  if ((await file.size()) < offset) return true;
  return identity !== undefined && !(await file.beginsAs(identity));
}

async function startOver(
  store: LedgerStore,
  { file, offset }: Reading,
  { warn }: FollowOptions,
): Promise<Reading> {
  warn?.(
    `${file.path} was emptied in its place, at byte ${offset} or later: lines that were written in between are lost ` +
      '(rotate it by renaming: `create` instead of `copytruncate` in logrotate, then make Envoy open it again)',
  );
  const identity = await file.identity();
  const batch = {
    path: file.path,
    identity,
    source: undefined,
    from: 0,
    to: 0,
    staged: stage([]),
    skipped: { truncated: 1 },
  };
  const { source } = await store.commit(batch);
  return { file, source, offset: 0, identity };
}
