import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { UserError } from '../../base/user-error';
import { CORPUS_FILES, type CorpusManifest, type CorpusProfile } from '../corpus/turn';
import { CorpusWriter, textOrNone } from '../corpus/writer';
import { attributionText } from './attribution';
import type { BuildOptions } from './build-options';
import { chosenFrom, type Selection, type Wish } from './selection';
import { survey } from './survey';
import { forget, newUnfinished, resumed, type Settings, saveCheckpoint } from './unfinished';
import { type Source, walk } from './walk';
import { writeChosen } from './writing';

export interface Built {
  readonly manifest: CorpusManifest;
  /** What was asked for, and what there was. */
  readonly wishes: readonly Wish[];
  /** Sessions and records that were dropped, and broken records: `dataset check` says which. */
  readonly dropped: number;
  readonly broken: number;
  /** Sessions that an interrupted build had written. */
  readonly resumedAt: number;
}

/**
 * Makes a corpus of data sets: reads all once to choose, and once more to write what was chosen, in the order of the
 * files. The same sources and options give the same bytes, also after an interruption.
 *
 * @throws UserError where the folder holds a corpus already, or there is nothing to build from.
 */
export async function build(paths: readonly string[], options: BuildOptions): Promise<Built> {
  if ((await textOrNone(join(options.out, CORPUS_FILES.manifest))) !== undefined) {
    throw new UserError(
      `${options.out}: there is a corpus already (name another folder, or delete this one)`,
    );
  }
  await mkdir(options.out, { recursive: true });
  const { sources } = await walk(paths, options.progress);
  const settings = settingsOf(options, sources);
  const found = await resumed(options.out, settings, options.note ?? (() => {}));
  const selection = found?.selection ?? (await select(paths, sources, options));
  if (!found) await newUnfinished(options.out, settings, selection);
  const writer = await CorpusWriter.open(
    options.out,
    options.model,
    (reached) => saveCheckpoint(options.out, reached),
    found?.reached,
  );
  const profiles = await writeChosen(writer, sources, selection.chosen, found?.reached, options);
  const manifest = await writer.finish(
    {
      seed: options.seed,
      model: options.model,
      sessions: total(profiles, 'sessions'),
      turns: total(profiles, 'turns'),
      tasks: total(profiles, 'tasks'),
      profiles,
    },
    attributionText(profiles),
  );
  await forget(options.out);
  const { wishes, dropped, broken } = selection;
  return { manifest, wishes, dropped, broken, resumedAt: found?.reached?.sessions ?? 0 };
}

function total(profiles: readonly CorpusProfile[], of: 'sessions' | 'turns' | 'tasks'): number {
  return profiles.reduce((sum, profile) => sum + profile[of], 0);
}

/** All that the bytes of a corpus depend on. */
function settingsOf(
  { sessions, scale, seed, sampling, model, apps, roleFunction, maxTokens, screenTasks }: BuildOptions,
  sources: readonly Source[],
): Settings {
  return {
    options: {
      sessions,
      scale,
      seed,
      sample: sampling,
      model,
      apps,
      'role-function': roleFunction,
      'max-tokens': maxTokens,
      'screen-tasks': screenTasks,
    },
    sources: sources.map(({ origin, size, modified }) => [
      [...origin.folders].reverse().concat(origin.name).join('/'),
      size,
      modified,
    ]),
  };
}

async function select(
  paths: readonly string[],
  sources: readonly Source[],
  options: BuildOptions,
): Promise<Selection> {
  const { model, roleFunction, screenTasks, progress, signal } = options;
  const sets = await survey(sources, {
    model,
    roleFunction,
    ...(screenTasks !== undefined && { screenTasks }),
    ...(progress && { progress }),
    ...(signal && { signal }),
  });
  const selection = chosenFrom(sets, options);
  if (selection.chosen.length > 0) return selection;
  const candidates = sets.reduce((sum, set) => sum + set.candidates.length, 0);
  throw new UserError(
    candidates === 0
      ? `${paths.join(', ')}: no session can be read (vcf-ai dataset check says why)`
      : `${paths.join(', ')}: of ${candidates} sessions none is left by --sessions and --scale`,
  );
}
