import { UserError } from '../base/user-error';
import { type Piece, readPiece } from './lines';
import { knownPosition, type LogFile } from './log-file';
import type { Committed, FileIdentity, LedgerStore } from './store';

/** Bytes that are read and committed at once: some 20,000 records, and few enough to lie in memory twice. */
const PIECE_BYTES = 16 * 1024 * 1024;

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

/**
 * Reads a file from where the ledger is to its last whole line. While one piece is committed, the next one is read.
 *
 * @returns where the file is then, and what was ingested
 */
export async function readToEnd(
  store: LedgerStore,
  from: Reading,
  { progress, signal, pieceBytes = PIECE_BYTES }: IngestOptions = {},
): Promise<{ reading: Reading; ingested: Ingested }> {
  const { file } = from;
  let reading = from;
  let ingested = NOTHING;
  let next = await pieceAt(file, reading.offset, pieceBytes);
  while (next.bytes > 0 && signal?.aborted !== true) {
    const piece = next;
    const { offset, source } = reading;
    const to = offset + piece.bytes;
    const { records, skipped } = piece;
    const identity = await file.identity();
    const committing = store.commit({
      path: file.path,
      identity,
      source,
      from: offset,
      to,
      records,
      skipped,
    });
    const [committed, following] = await Promise.all([committing, pieceAt(file, to, pieceBytes)]);
    reading = { file, source: committed.source, offset: to, identity };
    ingested = sumIngested(ingested, asIngested(piece, committed));
    next = following;
    progress?.(ingested);
  }
  return { reading, ingested };
}

async function pieceAt(file: LogFile, offset: number, bytes: number): Promise<Piece> {
  const piece = await file.read(offset, bytes);
  return readPiece(piece, piece.length === bytes);
}

function asIngested({ bytes, lines, skipped }: Piece, { added, duplicate, late }: Committed): Ingested {
  return { bytes, lines, added, duplicate, late, skipped };
}
