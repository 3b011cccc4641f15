import { createHash } from 'node:crypto';
import { compareKeys } from '../../base/text';

/** What is known of a session before it is chosen. */
export interface Choosable {
  readonly session: string;
  readonly task: string;
}

/** Over what a sample is drawn: tasks first, then sessions of a task; or over sessions, whatever their task. */
export const SAMPLINGS = ['task', 'row'] as const;
export type Sampling = (typeof SAMPLINGS)[number];

/** A place in a random order that depends on seed and name alone: what else there is moves nobody. */
const rank = (seed: number, name: string): string =>
  createHash('sha256').update(`${seed}\n${name}`).digest('hex').slice(0, 24);

/**
 * Chooses sessions. By task, every task gives one session before any gives a second one: the published order is sorted
 * by task, so its first rows are many runs of few tasks, which begin alike.
 *
 * @param most How many; more than there are gives all.
 */
export function sample<T extends Choosable>(
  sessions: readonly T[],
  most: number,
  seed: number,
  by: Sampling,
): ReadonlySet<T> {
  const ranked = sessions
    .map((session) => ({ session, rank: rank(seed, session.session) }))
    .sort((a, b) => compareKeys(a.rank, b.rank));
  if (by === 'row') return new Set(ranked.slice(0, most).map(({ session }) => session));
  const taken = new Map<string, number>();
  const rounds = ranked.map(({ session }) => {
    const round = taken.get(session.task) ?? 0;
    taken.set(session.task, round + 1);
    return { session, round };
  });
  const taskRanks = new Map([...taken.keys()].map((task) => [task, rank(seed, task)]));
  const rankOf = ({ task }: T) => taskRanks.get(task) ?? '';
  rounds.sort((a, b) => a.round - b.round || compareKeys(rankOf(a.session), rankOf(b.session)));
  return new Set(rounds.slice(0, most).map(({ session }) => session));
}
