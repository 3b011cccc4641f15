import { type Sampling, sample } from '../corpus/sample';
import { PROFILES, type Profile } from './session';
import type { Candidate, SurveyedSet } from './survey';

/** A session that will be in the corpus: its name, and where it is found. */
export interface Chosen {
  readonly session: string;
  readonly source: number;
  readonly ordinal: number;
  readonly part: number;
}

/** How many sessions of a profile were asked for, and how many there were. */
export interface Wish {
  readonly profile: Profile;
  readonly asked: number;
  readonly available: number;
  readonly chosen: number;
}

export interface Selection {
  /** In the order of the files. */
  readonly chosen: readonly Chosen[];
  readonly wishes: readonly Wish[];
  /** Sessions and records that could not be chosen, for a reason that `dataset check` tells. */
  readonly dropped: number;
  /** Broken records. */
  readonly broken: number;
}

export interface SelectionOptions {
  readonly sessions: Readonly<Partial<Record<Profile, number>>>;
  readonly scale: number;
  readonly seed: number;
  readonly sampling: Sampling;
}

/** Chooses of each profile as many sessions as were asked for; of one that nothing was said of, all. */
export function chosenFrom(
  sets: readonly SurveyedSet[],
  { sessions, scale, seed, sampling }: SelectionOptions,
): Selection {
  const all = sets.flatMap(({ candidates }) => candidates);
  const chosen = new Set<Candidate>();
  const wishes = PROFILES.flatMap((profile) => {
    const candidates = all.filter((one) => one.profile === profile);
    const wanted = sessions[profile] ?? candidates.length;
    if (wanted === 0 || (candidates.length === 0 && sessions[profile] === undefined)) return [];
    // A scaled profile keeps one session at least: without it the mix would be another one.
    const asked = Math.max(1, Math.round(wanted * scale));
    const taken = sample(candidates, asked, seed, sampling);
    for (const one of taken) chosen.add(one);
    return [{ profile, asked, available: candidates.length, chosen: taken.size }];
  });
  const ordered = [...chosen].sort((a, b) => a.source - b.source || a.ordinal - b.ordinal || a.part - b.part);
  return {
    chosen: ordered.map(({ session, source, ordinal, part }) => ({ session, source, ordinal, part })),
    wishes,
    dropped: sets.flatMap((set) => Object.values(set.dropped)).reduce((sum, count) => sum + count, 0),
    broken: sets.reduce((sum, { corrupt }) => sum + corrupt.length, 0),
  };
}
