import type { Ingested } from '../ledger/ingest';
import type { Status } from '../ledger/store';
import type { Verdict } from '../ledger/verify';

/** `2 envoy, 1 cut`. */
const tally = (counts: Readonly<Record<string, number>>): string =>
  Object.entries(counts)
    .map(([name, count]) => `${count} ${name}`)
    .join(', ') || 'none';

const moment = (milliseconds: number | undefined): string =>
  milliseconds === undefined ? '' : new Date(milliseconds).toISOString();

export function ingestedText({ lines, added, duplicate, late, skipped }: Ingested): string {
  return [
    `${lines} lines: ${added} records added, ${duplicate} there before`,
    ...(late > 0
      ? [`${late} of them began in a closed month: they are corrections in the month that is open`]
      : []),
    ...(Object.keys(skipped).length > 0 ? [`not records: ${tally(skipped)}`] : []),
  ].join('\n');
}

export function statusText(name: string, status: Status): string {
  const { records, corrections, first, last, endings, skipped, files, closed, segments } = status;
  const span = first === undefined ? '' : `, from ${moment(first)} to ${moment(last)}`;
  const final = closed.at(-1);
  const exported = segments.at(-1);
  return [
    `${name}: ${records} records${span}; ${corrections} corrections`,
    `endings: ${tally(endings)}`,
    `not added: ${tally(skipped)}`,
    ...files.map(({ path, offset }) => `${path}: read to byte ${offset}`),
    final === undefined ? 'no month is closed' : `closed to ${final.period}, ${closed.length} in all`,
    exported === undefined
      ? 'no segment is exported'
      : `${segments.length} segments are exported, to row ${exported.lastSeq}`,
  ].join('\n');
}

export function verdictText({ periods, segments, rows, faults }: Verdict): string {
  const files = segments === undefined ? 'no segments (--segments DIR)' : `${segments} segments`;
  const looked = `${rows} rows, ${periods} closed months, ${files}`;
  if (faults.length === 0) return `✓ ${looked}: nothing was changed`;
  return [
    ...faults.map(({ what, problem }) => `✗ ${what}: ${problem}`),
    `${looked}: ${faults.length} faults`,
  ].join('\n');
}
