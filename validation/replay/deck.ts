import type { Turn } from '../corpus/turn';

/** Turns of one session: the numbers of the first, and of the one after the last, in the corpus. */
export interface SessionTurns {
  readonly begin: number;
  readonly end: number;
}

/** The sessions of each profile, in the order of the corpus. */
export function sessionsByProfile(turns: readonly Turn[]): Map<string, SessionTurns[]> {
  const found = new Map<string, SessionTurns[]>();
  for (let begin = 0, end = 0; begin < turns.length; begin = end) {
    const { session, profile } = turns[begin] as Turn;
    while (turns[end]?.session === session) end += 1;
    const sessions = found.get(profile);
    if (sessions) sessions.push({ begin, end });
    else found.set(profile, [{ begin, end }]);
  }
  return found;
}

/** Deals sessions: each once, in an order by chance, then all of them again. */
export class SessionDeck {
  dealt = 0;
  private readonly order: readonly SessionTurns[];

  /** @param uniform A number from 0 to below 1, by chance. */
  constructor(sessions: readonly SessionTurns[], uniform: () => number) {
    const order = [...sessions];
    for (let last = order.length - 1; last > 0; last -= 1) {
      const other = Math.floor(uniform() * (last + 1));
      [order[last], order[other]] = [order[other] as SessionTurns, order[last] as SessionTurns];
    }
    this.order = order;
  }

  next(): SessionTurns {
    const session = this.order[this.dealt % this.order.length];
    if (session === undefined) throw new RangeError('there are no sessions to deal');
    this.dealt += 1;
    return session;
  }

  /** Sessions that were dealt more than once, each time beyond its first. */
  get reused(): number {
    return Math.max(0, this.dealt - this.order.length);
  }
}
