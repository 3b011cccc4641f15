import { UserError } from '../base/user-error';
import { type LineReader, ReaderThread, readerHere } from './line-reader';
import { type Lines, readLines, wholeLines } from './lines';
import { knownPosition, type LogFile } from './log-file';
import type { Committed, FileIdentity, LedgerStore } from './store';

/** Bytes that are read and committed at once: some 20,000 records, and few enough to lie in memory a few times. */
const PIECE_BYTES = 16 * 1024 * 1024;

/** Pieces that are read ahead: one is waited for, one is read, and one is there when that is done. */
const PIECES_AHEAD = 3;

/** With less to read, a thread is of little use: there are too few pieces to be read while another is committed. */
const THREAD_BYTES = 3 * PIECE_BYTES;

/** What became of lines. */
export interface Ingested {
  readonly bytes: number;
  readonly lines: number;
  readonly added: number;
  readonly duplicate: number;
  readonly late: number;
  /** Lines that are no record, by reason. */
  readonly skipped: Readonly<Record<string, number>>;
}

export const NOTHING: Ingested = { bytes: 0, lines: 0, added: 0, duplicate: 0, late: 0, skipped: {} };

/** Both together. */
export function sumIngested(a: Ingested, b: Ingested): Ingested {
  const skipped: Record<string, number> = { ...a.skipped };
  for (const [reason, lines] of Object.entries(b.skipped)) skipped[reason] = (skipped[reason] ?? 0) + lines;
  return {
    bytes: a.bytes + b.bytes,
    lines: a.lines + b.lines,
    added: a.added + b.added,
    duplicate: a.duplicate + b.duplicate,
    late: a.late + b.late,
    skipped,
  };
}

export interface IngestOptions {
  /** Told after each commit, with all that was ingested so far. */
  readonly progress?: (ingested: Ingested) => void;
  /** Ends the work between two commits. */
  readonly signal?: AbortSignal;
  /** For tests; default 16 MiB. */
  readonly pieceBytes?: number;
  /** From how many bytes on a thread of its own reads them. For tests; default 48 MiB. */
  readonly threadBytes?: number;
}

/** A log file between two commits: what is in the ledger of it. */
export interface Reading {
  readonly file: LogFile;
  /** Undefined until something of it is in the ledger. */
  readonly source: number | undefined;
  readonly offset: number;
  /** What the file was known by when the offset was committed. */
  readonly identity?: FileIdentity;
}

/** What gzip begins with (RFC 1952). */
const GZIP = Buffer.from([0x1f, 0x8b]);

/**
 * Where to go on in a file: behind what the ledger has of it.
 *
 * @throws UserError for a compressed file
 */
export async function resume(store: LedgerStore, file: LogFile): Promise<Reading> {
  if ((await file.read(0, GZIP.length)).equals(GZIP)) {
    throw new UserError(`${file.path} is compressed: unpack it (what was read before is not read twice)`);
  }
  const position = await knownPosition(file, await store.positions(await file.identity()));
  return {
    file,
    source: position?.source,
    offset: position?.offset ?? 0,
    ...(position && { identity: position }),
  };
}

/** Whole lines of a log file: how many bytes they are, and what they hold. */
interface Piece extends Lines {
  readonly bytes: number;
}

/**
 * Reads a file from where the ledger is to its last whole line. While one piece is committed, the next ones are read.
 *
 * @returns where the file is then, and what was ingested
 */
export async function readToEnd(
  store: LedgerStore,
  from: Reading,
  options: IngestOptions = {},
): Promise<{ reading: Reading; ingested: Ingested }> {
  const { pieceBytes = PIECE_BYTES, threadBytes = THREAD_BYTES } = options;
  const isLong = (await from.file.size()) - from.offset >= threadBytes;
  const reader = isLong ? new ReaderThread() : readerHere;
  try {
    return await commitAll(store, from, piecesFrom(from, pieceBytes, reader), options);
  } finally {
    await reader.end();
  }
}

async function commitAll(
  store: LedgerStore,
  from: Reading,
  pieces: AsyncIterable<Piece>,
  { progress, signal }: IngestOptions,
): Promise<{ reading: Reading; ingested: Ingested }> {
  const { file } = from;
  let reading = from;
  let ingested = NOTHING;
  for await (const piece of pieces) {
    if (signal?.aborted) break;
    const { offset, source } = reading;
    const { staged, skipped } = piece;
    const to = offset + piece.bytes;
    const identity = await file.identity();
    const batch = { path: file.path, identity, source, from: offset, to, staged, skipped };
    const committed = await store.commit(batch);
    reading = { file, source: committed.source, offset: to, identity };
    ingested = sumIngested(ingested, asIngested(piece, committed));
    progress?.(ingested);
  }
  return { reading, ingested };
}

/**
 * The pieces behind an offset, up to what is the end when it is first reached; some are read before they are asked for.
 * What is added after that waits: until somebody has looked whether it is the same file, it may be the middle of another.
 */
async function* piecesFrom(
  { file, offset }: Reading,
  pieceBytes: number,
  reader: LineReader,
): AsyncIterable<Piece> {
  const ahead: (readonly [bytes: number, lines: Promise<Lines>])[] = [];
  let at = offset;
  let isAtEnd = false;
  for (;;) {
    while (ahead.length < PIECES_AHEAD && !isAtEnd) {
      const piece = await file.read(at, pieceBytes);
      const whole = wholeLines(piece);
      // A line that fills all of a piece is no record.
      const isTooLong = whole === 0 && piece.length === pieceBytes;
      const bytes = isTooLong ? piece.length : whole;
      isAtEnd = bytes === 0;
      if (isAtEnd) break;
      const lines = isTooLong ? Promise.resolve(TOO_LONG) : reader.read(piece.subarray(0, whole));
      // Told where it is waited for, if it is: another error may come before.
      lines.catch(() => {});
      ahead.push([bytes, lines]);
      at += bytes;
    }
    const next = ahead.shift();
    if (next === undefined) return;
    const [bytes, lines] = next;
    yield { bytes, ...(await lines) };
  }
}

/** What is said of a line that is longer than a record can be; its end is the beginning of the next piece. */
const TOO_LONG: Lines = { ...readLines(Buffer.alloc(0)), skipped: { 'too-long': 1 } };

function asIngested({ bytes, lines, skipped }: Piece, { added, duplicate, late }: Committed): Ingested {
  return { bytes, lines, added, duplicate, late, skipped };
}
