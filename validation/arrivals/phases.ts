import type { MmppLaw } from './law';
import type { Random } from './random';

export type PhaseName = 'on' | 'off';

/** A time during which an MMPP is in one of its states; in seconds. */
export interface Phase {
  readonly name: PhaseName;
  readonly from: number;
  readonly to: number;
}

/** The share of time that an MMPP is on. */
export const shareOn = ({ on, off }: MmppLaw): number => on.seconds / (on.seconds + off.seconds);

/**
 * The phases of an MMPP from 0, without an end, each beginning where the one before ends. The first is drawn from the
 * stationary state: one that always began on, or off, would be off its rate for as long as it takes to forget.
 */
export function* drawPhases(law: MmppLaw, random: Random): Generator<Phase, never, undefined> {
  let name: PhaseName = random.uniform() < shareOn(law) ? 'on' : 'off';
  for (let from = 0; ; ) {
    const to = from + random.exponential() * law[name].seconds;
    yield { name, from, to };
    from = to;
    name = name === 'on' ? 'off' : 'on';
  }
}

/** The phases that several users of one MMPP have in common, with its rate over time. */
export class PhasePath {
  private readonly known: Phase[] = [];
  private readonly source: Iterator<Phase, unknown, undefined>;

  /**
   * @param law What the phases are of: its rates are those of one user.
   * @param phases From 0, without gaps; may have no end, as `drawPhases` has none.
   */
  constructor(
    readonly law: MmppLaw,
    phases: Iterable<Phase>,
  ) {
    this.source = phases[Symbol.iterator]();
  }

  /** The path of a law and a stream, of which nothing else is drawn. */
  static draw(law: MmppLaw, random: Random): PhasePath {
    return new PhasePath(law, drawPhases(law, random));
  }

  /** All phases that begin before a time. */
  until(seconds: number): readonly Phase[] {
    const last = this.indexAt(Math.max(0, seconds));
    const all = this.known.slice(0, last + 1);
    return (all.at(-1)?.from ?? 0) < seconds ? all : all.slice(0, -1);
  }

  /** The phase of a time. */
  at(seconds: number): Phase {
    return this.phase(this.indexAt(seconds));
  }

  /** How many arrivals are expected between two times: the rate, integrated. */
  expected(from: number, to: number): number {
    let sum = 0;
    for (let index = this.indexAt(from); ; index += 1) {
      const phase = this.phase(index);
      sum += this.law[phase.name].rate * (Math.min(to, phase.to) - Math.max(from, phase.from));
      if (phase.to >= to) return sum;
    }
  }

  /**
   * How long a user that is free at `now` waits until the next request, in seconds: until the rate, integrated from
   * `now` on, has reached `unit`. With units that are exponential with mean 1 the requests of a user who never has to
   * wait for an answer are the MMPP itself, and all users of the path are busy and dormant together.
   *
   * The units can be drawn when a plan is made, so that nothing is drawn while it runs.
   */
  pauseOf(now: number, unit: number): number {
    let rest = unit;
    for (let index = this.indexAt(now); ; index += 1) {
      const { name, from, to } = this.phase(index);
      const begin = Math.max(from, now);
      const { rate } = this.law[name];
      if (rest <= rate * (to - begin) && rate > 0) return begin + rest / rate - now;
      rest -= rate * (to - begin);
    }
  }

  private phase(index: number): Phase {
    while (this.known.length <= index) {
      const { value, done } = this.source.next();
      if (done) throw new RangeError(`the phases end at ${this.known.at(-1)?.to ?? 0} s`);
      this.known.push(value);
    }
    return this.known[index] as Phase;
  }

  private indexAt(seconds: number): number {
    while ((this.known.at(-1)?.to ?? 0) <= seconds) this.phase(this.known.length);
    let [low, high] = [0, this.known.length - 1];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.known[middle] as Phase).to > seconds) high = middle;
      else low = middle + 1;
    }
    return low;
  }
}

/**
 * Gaps between arrivals, each in the number of arrivals that were expected in it: exponential with mean 1 and independent of
 * each other, if the arrivals are those of the path, whatever it looks like (time rescaling).
 */
export function rescaledGaps(times: ArrayLike<number>, path: PhasePath): Float64Array {
  return Float64Array.from({ length: Math.max(0, times.length - 1) }, (_, index) =>
    path.expected(times[index] as number, times[index + 1] as number),
  );
}
