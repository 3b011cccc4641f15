import { mkdir, open, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { UserError } from '../base/user-error';
import { appendLine, chainAfter, type ManifestLine, manifestLines, sha256OfFile } from './manifest';
import type { LedgerStore, Segment } from './store';

/** When a run of rows is a segment: what comes first. */
export interface SegmentLimits {
  readonly records: number;
  /** Milliseconds since the start of its first call. */
  readonly age: number;
}

export const SEGMENT_LIMITS: SegmentLimits = { records: 1_000_000, age: 24 * 60 * 60 * 1000 };

export interface ExportOptions extends Partial<SegmentLimits> {
  readonly now: Date;
  /** Closes the last segment too, however short it is. */
  readonly all?: boolean;
  /** Told before a segment is written. */
  readonly progress?: (segment: number, records: number) => void;
}

const nameOf = (segment: number) => `segment-${`${segment}`.padStart(6, '0')}.parquet`;

/**
 * Writes the segments that are due to Parquet files, and a line for each to the manifest of the folder, which has the
 * hash of the file and that of the line before. A file is on the disk before its line, a line before the ledger knows
 * it: what is interrupted is done again.
 *
 * @returns the new segments
 * @throws UserError when the manifest is not what the ledger wrote
 */
export async function exportSegments(
  store: LedgerStore,
  folder: string,
  { now, all = false, progress, records = SEGMENT_LIMITS.records, age = SEGMENT_LIMITS.age }: ExportOptions,
): Promise<readonly Segment[]> {
  await mkdir(folder, { recursive: true });
  const known = [...(await store.segments()), ...(await adopt(store, folder))];
  const last = await store.lastSeq();
  const fresh: Segment[] = [];
  for (;;) {
    const firstSeq = ([...known, ...fresh].at(-1)?.lastSeq ?? 0) + 1;
    const left = last - firstSeq + 1;
    if (left <= 0) return fresh;
    if (left < records && !all && !(await isOld(store, firstSeq, now, age))) return fresh;
    const lastSeq = Math.min(last, firstSeq + records - 1);
    const segment = known.length + fresh.length + 1;
    progress?.(segment, lastSeq - firstSeq + 1);
    fresh.push(await write(store, folder, { segment, file: nameOf(segment), firstSeq, lastSeq }));
  }
}

async function isOld(store: LedgerStore, firstSeq: number, now: Date, age: number): Promise<boolean> {
  const began = await store.earliestFrom(firstSeq);
  return began !== undefined && now.getTime() - began >= age;
}

async function write(
  store: LedgerStore,
  folder: string,
  run: Pick<Segment, 'segment' | 'file' | 'firstSeq' | 'lastSeq'>,
): Promise<Segment> {
  const path = join(folder, run.file);
  const part = `${path}.part`;
  await store.writeParquet(run.firstSeq, run.lastSeq, part);
  await sync(part);
  const sha256 = await sha256OfFile(part);
  await rename(part, path);
  const records = run.lastSeq - run.firstSeq + 1;
  const before = chainAfter(await manifestLines(folder));
  const line = await appendLine(folder, { ...run, records, sha256, before });
  const segment = { ...run, sha256, line };
  await store.addSegment(segment);
  return segment;
}

async function sync(path: string): Promise<void> {
  const file = await open(path, 'r+');
  await file.sync().finally(() => file.close());
}

/** A segment that an interrupted export listed and the ledger does not know yet. */
async function adopt(store: LedgerStore, folder: string): Promise<readonly Segment[]> {
  const known = await store.segments();
  const lines = await manifestLines(folder);
  const differs = known.findIndex(({ line }, index) => lines[index]?.sha256 !== line);
  if (differs >= 0 || lines.length > known.length + 1) {
    const which = differs >= 0 ? (known[differs]?.segment ?? 0) : known.length + 2;
    throw new UserError(
      `${folder} does not hold the segments of this ledger: line ${which} of its manifest is another ` +
        '(`vcf-ai ledger verify` lists what differs; export to the folder that was used before, or to an empty one of a new ledger)',
    );
  }
  const extra = lines[known.length];
  if (extra === undefined) return [];
  const segment = segmentOf(extra);
  await store.addSegment(segment);
  return [segment];
}

function segmentOf({ listed, sha256: line, text }: ManifestLine): Segment {
  if (listed === undefined) throw new UserError(`the last line of the manifest is not whole: ${text}`);
  const { segment, file, firstSeq, lastSeq, sha256 } = listed;
  return { segment, file, firstSeq, lastSeq, sha256, line };
}
