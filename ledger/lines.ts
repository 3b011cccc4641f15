import { readLine, type SkipReason } from './access-log';
import type { UsageRecord } from './record';

/** What a piece of a log file holds, as far as its lines are whole. */
export interface Piece {
  /** Bytes up to the end of the last whole line. */
  readonly bytes: number;
  readonly lines: number;
  readonly records: readonly UsageRecord[];
  readonly skipped: Readonly<Partial<Record<SkipReason, number>>>;
}

const NEWLINE = 0x0a;

/**
 * Reads the whole lines of a piece; the beginning of a line at its end is left for the next one.
 *
 * @param isFull Whether the piece is as long as a piece can be: a line that fills all of it is no record.
 */
export function readPiece(piece: Buffer, isFull: boolean): Piece {
  const end = piece.lastIndexOf(NEWLINE) + 1;
  if (end === 0 && isFull) {
    return { bytes: piece.length, lines: 0, records: [], skipped: { 'too-long': 1 } };
  }
  const lines = end === 0 ? [] : piece.toString('utf8', 0, end - 1).split('\n');
  const records: UsageRecord[] = [];
  const skipped: Partial<Record<SkipReason, number>> = {};
  for (const line of lines) {
    const { record, skipped: reason } = readLine(line);
    if (record !== undefined) records.push(record);
    if (reason !== undefined) skipped[reason] = (skipped[reason] ?? 0) + 1;
  }
  return { bytes: end, lines: lines.length, records, skipped };
}
