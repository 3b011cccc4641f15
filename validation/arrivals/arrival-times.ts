import type { GammaLaw, Law, MmppLaw } from './law';
import { PhasePath } from './phases';
import type { Random } from './random';

/** Times in seconds from 0, not decreasing, without an end. */
export type Times = Generator<number, never, undefined>;

/**
 * The arrivals of a law, as if it had been running for ever when time begins: the expected number in the first second is
 * the same as in any other. The gap before the first arrival is therefore the rest of a gap, not a whole one.
 */
export function arrivalTimes(law: Law, random: Random): Times {
  switch (law.kind) {
    case 'exponential':
      return gammaTimes({ ...law, kind: 'gamma', cv: 1 }, random);
    case 'gamma':
      return gammaTimes(law, random);
    case 'mmpp':
      return mmppTimes(pathOf(law, random), random);
  }
}

/** The arrivals of one user of an MMPP whose phases may be shared: each user has a stream of its own. */
export function* mmppTimes(path: PhasePath, random: Random): Times {
  for (let now = 0; ; ) {
    now += path.pauseOf(now, random.exponential());
    yield now;
  }
}

function* gammaTimes({ rate, cv }: GammaLaw, random: Random): Times {
  const shape = 1 / (cv * cv);
  const scale = (cv * cv) / rate;
  const gap = cv === 1 ? () => random.exponential() : () => random.gamma(shape);
  // Time begins in a gap with a probability in proportion to its length, which makes it a Gamma with one more shape.
  for (let now = random.uniform() * random.gamma(shape + 1) * scale; ; now += gap() * scale) yield now;
}

/** A law with so many times its rate, and the same phases: what as many users are who share them. */
export function sped(law: Law, times: number): Law {
  if (law.kind !== 'mmpp') return { ...law, rate: law.rate * times };
  const { on, off } = law;
  return { ...law, on: { ...on, rate: on.rate * times }, off: { ...off, rate: off.rate * times } };
}

/** All arrivals before a time. */
export function timesBefore(times: Iterable<number>, seconds: number): number[] {
  const all: number[] = [];
  for (const time of times) {
    if (time >= seconds) return all;
    all.push(time);
  }
  return all;
}

/** The phases of a law's own path, as `arrivalTimes` draws it from the same stream. */
export const pathOf = (law: MmppLaw, random: Random): PhasePath =>
  PhasePath.draw(law, random.stream('phases'));
