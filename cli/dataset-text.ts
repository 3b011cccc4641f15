import { compareKeys, grouped, sortedEntries } from '../base/text';
import type { Built } from '../validation/dataset/build';
import { REWRITES, type Rewrite } from '../validation/dataset/rewrites';
import type { DataSetSummary } from '../validation/dataset/summary';
import type { Corrupt } from '../validation/dataset/survey';

/** What `dataset check` found. */
export interface Checked {
  readonly dataSets: readonly DataSetSummary[];
  readonly traces: readonly { readonly path: string; readonly name: string }[];
  readonly unknown: readonly { readonly path: string; readonly why: string }[];
  /** Files that are neither JSON, JSON lines, Parquet nor CSV. */
  readonly ignored: number;
}

/** Broken records and unknown files of a kind that are listed; the others are counted. */
const MOST = 10;

/** `1,234 B`, `56.7 MB`: decimal, as vendors of data write it. */
export function bytesText(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  const power = bytes < 1000 ? 0 : Math.min(units.length - 1, Math.floor(Math.log10(bytes) / 3));
  return `${power === 0 ? Math.round(bytes) : (bytes / 1000 ** power).toFixed(1)} ${units[power]}`;
}

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;

const counted = (count: number, noun: string): string => `${grouped(count)} ${noun}${count === 1 ? '' : 's'}`;

export function checkedText({ dataSets, traces, unknown, ignored }: Checked): string {
  const blocks = dataSets.map(dataSetText);
  if (traces.length > 0) {
    blocks.push(
      traces
        .map(({ path, name }) => `${path}: ${name}, arrival trace: see vcf-ai arrivals describe`)
        .join('\n'),
    );
  }
  if (unknown.length > 0) {
    const lines = unknown.slice(0, MOST).map(({ path, why }) => `? ${path}: ${why}`);
    blocks.push([...lines, ...more(unknown.length)].join('\n'));
  }
  if (dataSets.length === 0) blocks.push(NOTHING);
  if (ignored > 0)
    blocks.push(`${counted(ignored, 'other file')}, neither JSON, JSON lines, Parquet nor CSV`);
  return blocks.join('\n\n');
}

const NOTHING =
  'No conversations are here. What can be read: ToolBench, ATIF and Terminal-Bench, OmniACT, SWE-rebench, SWE-agent\n' +
  'and CoderForge, as JSON, JSON lines or Parquet (docs/datasets.md says where they are and which files to take).';

const more = (count: number): readonly string[] =>
  count > MOST ? [`  and ${grouped(count - MOST)} more`] : [];

function dataSetText(set: DataSetSummary): string {
  const files = set.files === 1 ? '' : `${grouped(set.files)} files, `;
  const profile = set.profile === '' ? '' : `, profile ${set.profile}`;
  return [
    `${set.place}: ${set.title} (${set.containers.join(', ')}; ${files}${bytesText(set.size)})${profile}`,
    `  ${counted(set.sessions, 'session')} of ${counted(set.tasks, 'task')}, ${counted(set.turns, 'turn')}, ${bytesText(set.bytes)} of requests; the longest prompt has ${bytesText(set.longest)}`,
    ...pausesLine(set),
    ...clusteringLines(set),
    ...sortedEntries(set.dropped).map(([reason, count]) => `  dropped ${grouped(count)} × ${reason}`),
    ...corruptLines(set.corrupt),
    ...rewriteLines(set),
    ...set.attributions.map((attribution) => `  licence: ${attribution}`),
  ].join('\n');
}

function pausesLine({ pauses, turns }: DataSetSummary): readonly string[] {
  if (turns === 0) return [];
  const { recorded = 0, upperBound = 0, modelled = 0 } = pauses;
  return [
    `  pauses before turns: ${grouped(recorded)} recorded, ${grouped(upperBound)} upper bounds (they hold the model's own time), ${grouped(modelled)} for a law to model`,
  ];
}

function clusteringLines({ sessions, clustering }: DataSetSummary): readonly string[] {
  if (sessions === 0) return [];
  const { mostSessionsOfTask, first, shared, hits } = clustering;
  const few =
    first.tasks < first.sessions
      ? [
          `  the first ${grouped(first.sessions)} sessions are runs of ${counted(first.tasks, 'task')}, at most ${grouped(mostSessionsOfTask)} of one: build samples over tasks`,
        ]
      : [];
  return [
    ...few,
    `  prompts in common: ${percent(shared.ownTurns)} with earlier turns of the session, ${percent(shared.otherSessions)} with other sessions; a prefix cache that never forgets hits ${percent(hits)}`,
  ];
}

function corruptLines(corrupt: readonly Corrupt[]): readonly string[] {
  const lines = corrupt.slice(0, MOST).map(({ path, where, why }) => `  broken: ${path}, ${where}: ${why}`);
  return [...lines, ...more(corrupt.length)];
}

function rewriteLines({ rewrites }: DataSetSummary): readonly string[] {
  return (Object.entries(rewrites) as [Rewrite, number][])
    .sort(([a], [b]) => compareKeys(a, b))
    .map(([rewrite, count]) => {
      const { what, became, refusedBy } = REWRITES[rewrite];
      return `  rewritten ${grouped(count)} × ${what} → ${became}; refused by ${refusedBy}`;
    });
}

export function builtText(out: string, { manifest, wishes, dropped, broken }: Built): string {
  const short = wishes.filter(({ asked, chosen }) => chosen < asked);
  return [
    `${out}: ${counted(manifest.sessions, 'session')} of ${counted(manifest.tasks, 'task')}, ${counted(manifest.turns, 'turn')}, ${bytesText(manifest.bytes)}`,
    ...manifest.profiles.map(
      ({ profile, app, sessions, turns, tasks, bytes, shared }) =>
        `  ${profile} ${app}: ${counted(sessions, 'session')} of ${counted(tasks, 'task')}, ${counted(turns, 'turn')}, ${bytesText(bytes)}; a prefix cache that never forgets hits ${percent(shared.ownTurns + shared.otherSessions)}, ${percent(shared.otherSessions)} across sessions`,
    ),
    ...short.map(
      ({ profile, asked, available }) =>
        `! profile ${profile}: ${grouped(asked)} sessions were asked for, and there are ${grouped(available)}`,
    ),
    ...(dropped + broken > 0
      ? [`  ${grouped(dropped)} dropped, ${grouped(broken)} broken: vcf-ai dataset check says which and why`]
      : []),
  ].join('\n');
}
