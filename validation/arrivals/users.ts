import { arrivalTimes, sped } from './arrival-times';
import type { Law, Scope } from './law';
import type { Random } from './random';
import { meanRate } from './theory';

/** An arrival of one of several users. */
export interface UserArrival {
  /** In seconds from 0. */
  readonly time: number;
  /** From 0; null where the law drives all users together and none of them in particular. */
  readonly user: number | null;
}

/** Who follows a law, and for how long. */
export interface Users {
  readonly users: number;
  readonly seconds: number;
  /**
   * `user`: each follows the law on its own, and the sum of many is close to Poisson whatever the law. Otherwise one process with
   * `users` times the rate of the law is drawn: bursts stay, because all users have them at once.
   */
  readonly scope: Scope;
}

/** Arrivals that are put in order at once. */
const AT_ONCE = 20_000;

/**
 * Arrivals of users, in order, some at a time.
 *
 * @param law Its rate is that of one user.
 */
export function* userArrivals(
  law: Law,
  { users, seconds, scope }: Users,
  random: Random,
): Generator<readonly UserArrival[]> {
  const sources =
    scope === 'user'
      ? Array.from({ length: users }, (_, user) => ({ user, times: arrivalTimes(law, random.stream(user)) }))
      : [{ user: users === 1 ? 0 : null, times: arrivalTimes(sped(law, users), random.stream(scope)) }];
  const streams = sources.map((source) => ({ ...source, next: source.times.next().value }));
  const slice = AT_ONCE / (meanRate(law) * users);
  for (let from = 0; from < seconds; from += slice) {
    const to = Math.min(from + slice, seconds);
    const some: UserArrival[] = [];
    for (const stream of streams) {
      for (; stream.next < to; stream.next = stream.times.next().value) {
        some.push({ time: stream.next, user: stream.user });
      }
    }
    yield some.sort((a, b) => a.time - b.time);
  }
}
