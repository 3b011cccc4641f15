import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { chainOf, seal } from './close';
import { chainAfter, type ManifestLine, manifestLines, sha256OfFile } from './manifest';
import type { ClosedPeriod, LedgerStore, Segment } from './store';

/** Something that is not as it was written. */
export interface Fault {
  /** `segment 3`, `period 2026-11`, `rows`. */
  readonly what: string;
  readonly problem: string;
}

/** What was looked at, and what is wrong with it. */
export interface Verdict {
  readonly periods: number;
  /** Absent when their folder is not at hand. */
  readonly segments?: number;
  readonly rows: number;
  readonly faults: readonly Fault[];
}

/**
 * Looks for rows, closed periods and segments that were changed, are missing or are in another order.
 *
 * @param folder Of the segments; undefined when they are not at hand.
 */
export async function verify(store: LedgerStore, folder: string | undefined): Promise<Verdict> {
  const closed = await store.closedPeriods();
  const segments = await store.segments();
  const rows = await store.size();
  const last = await store.lastSeq();
  return {
    periods: closed.length,
    ...(folder !== undefined && { segments: segments.length }),
    rows,
    faults: [
      ...(rows === last
        ? []
        : [{ what: 'rows', problem: `there are ${rows}, and the last one has number ${last}` }]),
      ...(await periodFaults(store, closed)),
      ...(folder === undefined ? [] : await segmentFaults(folder, segments)),
    ],
  };
}

async function periodFaults(store: LedgerStore, closed: readonly ClosedPeriod[]): Promise<readonly Fault[]> {
  const faults: Fault[] = [];
  let before = '';
  for (const line of closed) {
    const what = `period ${line.period}`;
    if (chainOf(line, before) !== line.chain) {
      faults.push({ what, problem: 'its line, or that of the period before, was changed or is missing' });
    }
    before = line.chain;
    const now = await seal(store.entries({ period: line.period }));
    if (now.sha256 === line.sha256) continue;
    const [had, has] = [line, now].map(
      ({ records, corrections }) => `${records} records and ${corrections} corrections`,
    );
    const change = had === has ? 'its rows were changed' : `it had ${had} when it was closed, and has ${has}`;
    faults.push({ what, problem: change });
  }
  return faults;
}

async function segmentFaults(folder: string, segments: readonly Segment[]): Promise<readonly Fault[]> {
  const lines = await manifestLines(folder);
  const faults: Fault[] = lines.flatMap((line, index) => lineFaults(line, index, lines.slice(0, index)));
  faults.push(...unlisted(lines, segments));
  for (const [index, { listed }] of lines.entries()) {
    if (listed !== undefined) faults.push(...(await fileFaults(folder, index, lines)));
  }
  const names = new Set(lines.map(({ listed }) => listed?.file));
  const files = existsSync(folder) ? await readdir(folder) : [];
  for (const file of files.filter((name) => name.endsWith('.parquet') && !names.has(name)).sort()) {
    faults.push({ what: file, problem: 'it is in the folder, and not in the manifest' });
  }
  return faults;
}

/** What is wrong with a line by itself and in its place. */
function lineFaults(
  { listed }: ManifestLine,
  index: number,
  before: readonly ManifestLine[],
): readonly Fault[] {
  const what = `segment ${index + 1}`;
  if (listed === undefined) return [{ what, problem: `line ${index + 1} of the manifest cannot be read` }];
  if (listed.segment !== index + 1) {
    return [
      { what, problem: `segment ${listed.segment} is in its place in the manifest (reordered or missing)` },
    ];
  }
  if (listed.before !== chainAfter(before)) {
    return [{ what, problem: 'the line before it in the manifest was changed, or its own link was' }];
  }
  const expected = (before.at(-1)?.listed?.lastSeq ?? 0) + 1;
  if (listed.firstSeq === expected) return [];
  return [{ what, problem: `it begins with row ${listed.firstSeq} instead of ${expected}` }];
}

/** Segments that the ledger wrote, and that the manifest lists otherwise or not at all. */
function unlisted(lines: readonly ManifestLine[], segments: readonly Segment[]): readonly Fault[] {
  return segments.flatMap(({ segment, line }) => {
    if (lines.some(({ sha256 }) => sha256 === line)) return [];
    const isThere = lines.some(({ listed }) => listed?.segment === segment);
    const problem = isThere ? 'its line of the manifest was changed' : 'it is missing from the manifest';
    return [{ what: `segment ${segment}`, problem }];
  });
}

/** Whether the file of a line is there, and what it was. */
async function fileFaults(
  folder: string,
  index: number,
  lines: readonly ManifestLine[],
): Promise<readonly Fault[]> {
  const listed = lines[index]?.listed;
  if (listed === undefined) return [];
  const what = `segment ${listed.segment}`;
  const path = join(folder, listed.file);
  if (!existsSync(path)) return [{ what, problem: `${listed.file} is missing` }];
  const sha256 = await sha256OfFile(path);
  if (sha256 === listed.sha256) return [];
  const other = lines.find(({ listed: one }) => one?.sha256 === sha256)?.listed?.segment;
  const problem = other === undefined ? 'was changed' : `holds what segment ${other} should`;
  return [{ what, problem: `${listed.file} ${problem}` }];
}
