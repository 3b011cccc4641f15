import { readLine, type SkipReason } from './access-log';
import { type Staged, Staging } from './staging';

/** What lines of a log file hold. */
export interface Lines {
  readonly lines: number;
  readonly staged: Staged;
  readonly skipped: Readonly<Partial<Record<SkipReason, number>>>;
}

const NEWLINE = 0x0a;

/** Bytes up to the end of the last whole line; the beginning of a line behind it is left for the next piece. */
export const wholeLines = (piece: Buffer): number => piece.lastIndexOf(NEWLINE) + 1;

/** @param whole Lines, each with its end. */
export function readLines(whole: Buffer): Lines {
  const lines = whole.length === 0 ? [] : whole.toString('utf8', 0, whole.length - 1).split('\n');
  const staging = new Staging(lines.length);
  const skipped: Partial<Record<SkipReason, number>> = {};
  for (const line of lines) {
    const { record, skipped: reason } = readLine(line);
    if (record !== undefined) staging.add(record);
    if (reason !== undefined) skipped[reason] = (skipped[reason] ?? 0) + 1;
  }
  return { lines: lines.length, staged: staging.done(), skipped };
}
