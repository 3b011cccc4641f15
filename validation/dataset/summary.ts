import { basename } from 'node:path';
import { sum } from '../../base/sample';
import type { SharedBytes } from '../corpus/sharing';
import type { CorpusProfile, PauseSource } from '../corpus/turn';
import { addAll, addTo, type Rewrites } from './rewrites';
import type { Format } from './session';
import type { Candidate, DataSet } from './survey';
import type { Source } from './walk';

/** What `dataset check` says of one data set. */
export interface DataSetSummary {
  readonly title: string;
  readonly profile: string;
  readonly containers: readonly string[];
  /** The file, or the folder with the number of files. */
  readonly place: string;
  readonly files: number;
  /** Of its files, in bytes. */
  readonly size: number;
  readonly sessions: number;
  readonly turns: number;
  readonly tasks: number;
  /** Of all bodies that `build` would write, in bytes, but for the digits of `max_tokens`. */
  readonly bytes: number;
  /** Bytes of the longest prompt. */
  readonly longest: number;
  readonly dropped: Readonly<Record<string, number>>;
  readonly corrupt: DataSet['corrupt'];
  readonly rewrites: Rewrites;
  readonly pauses: Readonly<Partial<Record<PauseSource, number>>>;
  readonly attributions: readonly string[];
  readonly clustering: Clustering;
}

/** How far sessions are alike, and what follows for a cache. */
export interface Clustering {
  /** Of one task at most. */
  readonly mostSessionsOfTask: number;
  /** The first so many sessions in published order are of so many tasks. */
  readonly first: { readonly sessions: number; readonly tasks: number };
  /** Shares of the bytes of all prompts. */
  readonly shared: CorpusProfile['shared'];
  /** The share that a prefix cache which never forgets would hit: the sum of the two. */
  readonly hits: number;
}

/** Rows that somebody would take who takes the first ones: the number of sessions of a profile in the white paper. */
const FIRST = 5000;

export function summaryOf(
  { format, sources, dropped, corrupt, candidates }: DataSet & { readonly candidates: readonly Candidate[] },
  all: readonly Source[],
): DataSetSummary {
  const files = sources.flatMap((index) => all[index] ?? []);
  const rewrites: Rewrites = {};
  const pauses: Partial<Record<PauseSource, number>> = {};
  for (const each of candidates) {
    addAll(rewrites, each.rewrites);
    addAll(pauses, each.pauses);
  }
  return {
    title: format?.title ?? 'records of no known format',
    profile: format?.profile ?? '',
    containers: [
      ...new Set(files.flatMap(({ opened }) => (opened.kind === 'records' ? [opened.container] : []))),
    ],
    place: placeOf(files),
    files: files.length,
    size: sum(files.map(({ size }) => size)),
    sessions: candidates.length,
    turns: sum(candidates.map(({ turns }) => turns)),
    tasks: new Set(candidates.map(({ task }) => task)).size,
    bytes: sum(candidates.map(({ bytes }) => bytes)),
    longest: candidates.reduce((most, each) => Math.max(most, each.longest), 0),
    dropped,
    corrupt,
    rewrites,
    pauses,
    attributions: format ? attributionsOf(format, candidates) : [],
    clustering: clusteringOf(candidates),
  };
}

function placeOf(files: readonly Source[]): string {
  const [first, ...more] = files;
  if (first === undefined) return '';
  const folders = [...first.origin.folders].reverse();
  return [...folders, ...(more.length === 0 ? [basename(first.path)] : [''])].join('/');
}

/** With the licences of the rows, where each row has its own. */
export function attributionsOf(
  { attribution }: Format,
  candidates: readonly Pick<Candidate, 'licence'>[],
): readonly string[] {
  const licences: Record<string, number> = {};
  for (const { licence } of candidates) if (licence !== undefined) addTo(licences, licence);
  const rows = Object.entries(licences).map(([licence, count]) => `${count} × ${licence}`);
  return [rows.length === 0 ? attribution : `${attribution}: ${rows.sort().join(', ')}`];
}

function clusteringOf(candidates: readonly Candidate[]): Clustering {
  const byTask: Record<string, number> = {};
  for (const { task } of candidates) addTo(byTask, task);
  const first = candidates.slice(0, FIRST);
  const shared = sharesOf(candidates.map((each) => each.shared));
  return {
    mostSessionsOfTask: Object.values(byTask).reduce((most, count) => Math.max(most, count), 0),
    first: { sessions: first.length, tasks: new Set(first.map(({ task }) => task)).size },
    shared,
    hits: shared.ownTurns + shared.otherSessions,
  };
}

export function sharesOf(bytes: readonly SharedBytes[]): CorpusProfile['shared'] {
  const total = sum(bytes.map((each) => each.total)) || 1;
  return {
    ownTurns: sum(bytes.map(({ ownTurns }) => ownTurns)) / total,
    otherSessions: sum(bytes.map(({ otherSessions }) => otherSessions)) / total,
  };
}
