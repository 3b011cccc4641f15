import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { type Checkpoint, textOrNone, writeAtomically } from '../corpus/writer';
import type { Selection } from './selection';
import { jsonText, parsed } from './values';

/** All that the bytes of a corpus depend on. */
export interface Settings {
  readonly options: Readonly<Record<string, unknown>>;
  /** Name, size in bytes and time of change of each file. */
  readonly sources: readonly (readonly [name: string, size: number, modified: number])[];
}

/** The work of a build that was interrupted, where it serves this one. */
export interface Unfinished {
  readonly selection: Selection;
  /** Undefined where it was interrupted before the first checkpoint. */
  readonly reached: Checkpoint | undefined;
}

/** What was chosen is written once, how far the build is many times. */
const SELECTION = 'unfinished-selection.json';
const UNFINISHED = 'unfinished.json';

/** What an interrupted build of the same sources with the same options left; `note` is told why it cannot serve. */
export async function resumed(
  folder: string,
  settings: Settings,
  note: (text: string) => void,
): Promise<Unfinished | undefined> {
  const text = await textOrNone(join(folder, SELECTION));
  if (text === undefined) return undefined;
  const kept = parsed(text) as { settings: Settings; selection: Selection } | undefined;
  const difference = kept ? differenceOf(kept.settings, plain(settings)) : 'its notes are broken';
  if (kept === undefined || difference !== undefined) {
    note(`${folder}: the interrupted build is begun anew: ${difference}`);
    return undefined;
  }
  const reached = parsed((await textOrNone(join(folder, UNFINISHED))) ?? '') as Checkpoint | undefined;
  const { length } = kept.selection.chosen;
  note(`${folder}: goes on after ${reached?.sessions ?? 0} of ${length} sessions`);
  return { selection: kept.selection, reached };
}

/** As it comes back from JSON: what is undefined is not there. */
const plain = (settings: Settings): Settings => JSON.parse(jsonText(settings)) as Settings;

function differenceOf(before: Settings, now: Settings): string | undefined {
  const names = [...new Set([...Object.keys(before.options), ...Object.keys(now.options)])];
  const option = names.find((name) => !isDeepStrictEqual(before.options[name], now.options[name]));
  if (option !== undefined) {
    const [was, is] = [before, now].map(({ options }) => jsonText(options[option] ?? null));
    return `--${option} was ${was} and is ${is}`;
  }
  if (isDeepStrictEqual(before.sources, now.sources)) return undefined;
  const known = new Map(before.sources.map((source) => [source[0], source]));
  const changed = now.sources.find((source) => !isDeepStrictEqual(known.get(source[0]), source));
  return changed ? `${changed[0]} has changed` : 'a source is no longer there';
}

/** Notes what a new build will do; what an older one noted is gone. */
export async function newUnfinished(folder: string, settings: Settings, selection: Selection): Promise<void> {
  await rm(join(folder, UNFINISHED), { force: true });
  await writeAtomically(join(folder, SELECTION), jsonText({ settings, selection }));
}

export const saveCheckpoint = (folder: string, reached: Checkpoint): Promise<void> =>
  writeAtomically(join(folder, UNFINISHED), jsonText(reached));

/** Removes the notes of a build that is finished. */
export async function forget(folder: string): Promise<void> {
  for (const name of [SELECTION, UNFINISHED]) await rm(join(folder, name), { force: true });
}
