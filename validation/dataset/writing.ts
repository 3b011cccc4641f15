import { UserError } from '../../base/user-error';
import type { CorpusSession } from '../corpus/session';
import { Sharing } from '../corpus/sharing';
import type { CorpusProfile } from '../corpus/turn';
import type { Checkpoint, CorpusWriter } from '../corpus/writer';
import type { BuildOptions } from './build-options';
import { type Found, isReadable, readSource } from './read';
import type { Chosen } from './selection';
import { type Format, PROFILES, type Profile } from './session';
import { attributionsOf } from './summary';
import { tokenCounter } from './tokens';
import { unroll } from './unroll';
import type { Source } from './walk';

/** What is counted of a profile while it is written. */
interface Counting {
  readonly formats: Map<Format, { licence: string | undefined }[]>;
  readonly tasks: Set<string>;
  readonly sharing: Sharing;
  sessions: number;
  turns: number;
}

type FoundSession = Extract<Found, { kind: 'session' }>;

/**
 * Reads what was chosen once more, in its order, and writes it.
 *
 * @param from What an interrupted build had written: counted, and not written again.
 * @throws UserError where a chosen session is no longer there, or the build was interrupted.
 */
export async function writeChosen(
  writer: CorpusWriter,
  sources: readonly Source[],
  chosen: readonly Chosen[],
  from: Checkpoint | undefined,
  { apps, roleFunction, maxTokens, screenTasks, progress, signal }: BuildOptions,
): Promise<readonly CorpusProfile[]> {
  const count = await tokenCounter();
  const countings = new Map<Profile, Counting>();
  let done = 0;
  for await (const [one, found] of again(sources, chosen, screenTasks)) {
    const isWritten = done < (from?.sessions ?? 0);
    const made = unroll(found.session, found.format, {
      app: apps[found.format.profile],
      roleFunction,
      ...(!isWritten && { count }),
      ...(maxTokens !== undefined && { maxTokens }),
    });
    if ('dropped' in made) throw changed(one.session);
    const session = { ...made.unrolled, session: one.session };
    if (!isWritten) await writer.add(session);
    done += 1;
    counted(countings, found, session);
    progress?.({ step: 'write', bytes: writer.bytes, share: done / chosen.length, sessions: done });
    if (signal?.aborted && done < chosen.length) {
      await writer.abandon();
      throw new UserError(`interrupted after ${done} sessions (the same command goes on there)`);
    }
  }
  if (done < chosen.length) throw changed(chosen[done]?.session ?? '');
  return PROFILES.flatMap((profile) => {
    const counting = countings.get(profile);
    return counting ? [profileOf(profile, apps[profile], counting, writer.bytesOf(profile))] : [];
  });
}

const changed = (session: string) =>
  new UserError(`${session} is no longer in the sources: they were changed while they were read`);

/** The chosen sessions, out of the files again. */
async function* again(
  sources: readonly Source[],
  chosen: readonly Chosen[],
  screenTasks: number | undefined,
): AsyncGenerator<readonly [Chosen, FoundSession]> {
  const bySource = new Map<number, Map<string, Chosen>>();
  for (const one of chosen) {
    const here = bySource.get(one.source) ?? new Map<string, Chosen>();
    bySource.set(one.source, here.set(`${one.ordinal}/${one.part}`, one));
  }
  for (const [index, here] of bySource) {
    const source = sources[index];
    if (source === undefined || !isReadable(source)) continue;
    const ordinals = new Set([...here.values()].map(({ ordinal }) => ordinal));
    const options = {
      wanted: (ordinal: number) => ordinals.has(ordinal),
      ...(screenTasks !== undefined && { screenTasks }),
    };
    for await (const found of readSource(source, options)) {
      const one = found.kind === 'session' ? here.get(`${found.ordinal}/${found.part}`) : undefined;
      if (one && found.kind === 'session') yield [one, found];
    }
  }
}

function counted(countings: Map<Profile, Counting>, found: FoundSession, session: CorpusSession): void {
  const { profile } = found.format;
  const counting = countings.get(profile) ?? {
    ...{ formats: new Map<Format, { licence: string | undefined }[]>(), tasks: new Set<string>() },
    ...{ sharing: new Sharing(), sessions: 0, turns: 0 },
  };
  countings.set(profile, counting);
  counting.sessions += 1;
  counting.turns += session.turns.length;
  counting.tasks.add(session.task);
  counting.sharing.add(session);
  const rows = counting.formats.get(found.format) ?? [];
  counting.formats.set(found.format, rows);
  rows.push({ licence: found.session.licence });
}

function profileOf(profile: Profile, app: string, counting: Counting, bytes: number): CorpusProfile {
  const { total, ownTurns, otherSessions } = counting.sharing.bytes;
  const attributions = [...counting.formats].flatMap(([format, rows]) => attributionsOf(format, rows));
  return {
    profile,
    app,
    sessions: counting.sessions,
    turns: counting.turns,
    tasks: counting.tasks.size,
    bytes,
    attributions: [...new Set(attributions)],
    shared: { ownTurns: ownTurns / total, otherSessions: otherSessions / total },
  };
}
