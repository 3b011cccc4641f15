import type { Histogram } from 'hdr-histogram-js';
import type { Mistake } from '../../base/mistake';
import { PlatformError } from '../../base/mistake';
import { listed } from '../../base/text';
import { gapHistogram } from '../replay/gaps';
import { type Part, partText, WHOLE } from '../replay/part';
import type { Plan } from '../replay/plan';
import { ROW_FIELDS, ROW_SIZE } from '../replay/request-rows';
import { RunData } from '../replay/run-data';
import type { LoadEnd, LoadEvent } from './load-run';
import { type RunManifest, type RunOutcome, type RunRecords, readRun } from './run-folder';

/** A run of a part, on disk. */
export interface PartRun extends RunRecords {
  readonly path: string;
}

/** Several runs as if they had been one. */
export interface MergedRun {
  readonly manifest: RunOutcome;
  readonly plan: Plan;
  readonly data: RunData;
  readonly gaps: Histogram;
  readonly events: readonly LoadEvent[];
  /** Seconds between the beginning of the first part and that of the last, by the clocks of their machines. */
  readonly spread: number;
}

export const readPart = (path: string): PartRun => ({ path, ...readRun(path) });

/**
 * Adds parts of a plan up: every row is kept, and histograms of gaps have the same buckets, so that percentiles are
 * those of one generator that had sent everything. Times of rows count from the beginning of the first part.
 *
 * @throws PlatformError where parts are of different plans or speeds, are there twice, or are missing.
 */
export function mergeRuns(runs: readonly PartRun[]): MergedRun {
  const mistakes = whatIsWrong(runs);
  if (mistakes.length > 0) throw new PlatformError(mistakes, 'these runs do not add up to one');
  const [first] = runs as readonly [PartRun, ...PartRun[]];
  const manifests = runs.map(({ manifest }) => manifest);
  const begins = manifests.map(({ began }) => Date.parse(began) / 1000);
  const [begin, last] = [Math.min(...begins), Math.max(...begins)];
  const ends = manifests.map(({ ended }) => ended).sort();
  const gaps = gapHistogram();
  for (const run of runs) gaps.add(run.gaps);
  const unique = (of: (manifest: RunManifest) => readonly string[]) => [...new Set(manifests.flatMap(of))];
  const { format, fields, sha256, plan, planHash, part, ...facts } = first.manifest;
  return {
    manifest: {
      ...facts,
      began: new Date(begin * 1000).toISOString(),
      ended: ends.at(-1) ?? facts.ended,
      seconds: Math.max(...manifests.map(({ seconds }, index) => seconds + (begins[index] ?? 0) - begin)),
      engines: unique(({ engines }) => engines),
      standIns: unique(({ standIns }) => standIns),
      workers: manifests.reduce((sum, { workers }) => sum + workers, 0),
      functional: manifests.every(({ functional }) => functional) ? true : null,
      synthetic: manifests.some(({ synthetic }) => synthetic),
      end: endOf(manifests.map(({ end }) => end)),
    },
    plan: first.plan,
    data: rowsOf(runs, (index) => (begins[index] ?? 0) - begin),
    gaps,
    events: runs.flatMap(({ events }) => events.filter(({ kind }) => kind === 'said')),
    spread: last - begin,
  };
}

/** One part that was stopped leaves a run that was not what was planned. */
const endOf = (ends: readonly LoadEnd[]): LoadEnd => ends.find((end) => end !== 'completed') ?? 'completed';

const TIMES = (['due', 'ready', 'sent', 'answered', 'firstToken', 'lastToken', 'end'] as const).map((name) =>
  ROW_FIELDS.indexOf(name),
);
const END = ROW_FIELDS.indexOf('end');

/** All rows on one clock, in the order of their ends. */
function rowsOf(runs: readonly PartRun[], lateness: (run: number) => number): RunData {
  const rows = runs.flatMap(({ data }, run) =>
    Array.from({ length: data.count }, (_, index) => {
      const row = Float64Array.from({ length: ROW_SIZE }, (_, field) => data.value(index, field));
      for (const field of TIMES) row[field] = (row[field] ?? Number.NaN) + lateness(run);
      return row;
    }),
  );
  rows.sort((a, b) => (a[END] ?? 0) - (b[END] ?? 0));
  const data = new RunData();
  for (const row of rows) data.add(row);
  return data;
}

function whatIsWrong(runs: readonly PartRun[]): Mistake[] {
  const [first] = runs;
  if (first === undefined) return [{ path: 'runs', problem: 'there is none' }];
  const mistakes: Mistake[] = [];
  const { planHash, timeScale } = first.manifest;
  const partOf = ({ manifest }: PartRun): Part => manifest.part ?? WHOLE;
  const { of } = partOf(first);
  const seen = new Map<number, string>();
  for (const run of runs) {
    const { path, manifest } = run;
    const part = partOf(run);
    const twice = seen.get(part.index);
    if (manifest.planHash !== planHash) {
      mistakes.push({
        path,
        problem: `is a run of plan ${manifest.planHash.slice(0, 16)}, and ${first.path} of ${planHash.slice(0, 16)}`,
      });
    } else if (manifest.timeScale !== timeScale) {
      mistakes.push({
        path,
        problem: `ran ${manifest.timeScale} times as fast as planned, and ${first.path} ${timeScale} times`,
      });
    } else if (part.of !== of) {
      mistakes.push({
        path,
        problem: `is part ${partText(part)}, and ${first.path} is part ${partText(partOf(first))}`,
      });
    } else if (twice !== undefined) {
      mistakes.push({ path, problem: `is part ${partText(part)}, as ${twice} is` });
    }
    seen.set(part.index, path);
  }
  const missing = Array.from({ length: of }, (_, index) => index).filter((index) => !seen.has(index));
  if (mistakes.length === 0 && missing.length > 0) {
    const names = missing.map((index) => partText({ index, of }));
    mistakes.push({
      path: 'parts',
      problem: `${listed(names, 'and')} of the plan did not run, or are not here`,
    });
  }
  return mistakes;
}
