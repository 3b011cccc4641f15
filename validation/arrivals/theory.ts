import type { GammaLaw, Law, MmppLaw } from './law';
import { shareOn } from './phases';
import { gammaCdf } from './special';

/*
 * Renewal processes: D. R. Cox, "Renewal Theory" (1962), chapter 4. The two-state MMPP: Heffes and Lucantoni, "A Markov
 * modulated characterization of packetized voice and data traffic" (IEEE JSAC 4, 1986).
 */

/** Arrivals per second. */
export function meanRate(law: Law): number {
  if (law.kind !== 'mmpp') return law.rate;
  const on = shareOn(law);
  return on * law.on.rate + (1 - on) * law.off.rate;
}

/** Variance of the rate of an MMPP over time, per second squared. */
function rateVariance(law: MmppLaw): number {
  const on = shareOn(law);
  return on * (1 - on) * (law.on.rate - law.off.rate) ** 2;
}

/** How fast an MMPP forgets its state, per second: the sum of the rates of leaving both. */
export const relaxation = ({ on, off }: MmppLaw): number => 1 / on.seconds + 1 / off.seconds;

/** Squared coefficient of variation of the gaps between arrivals: variance by squared mean. */
export function squaredCv(law: Law): number {
  switch (law.kind) {
    case 'exponential':
      return 1;
    case 'gamma':
      return law.cv * law.cv;
    case 'mmpp':
      return 1 + (2 * rateVariance(law)) / (law.on.rate * law.off.rate + relaxation(law) * meanRate(law));
  }
}

/**
 * Index of dispersion: the variance of the number of arrivals in a window, by its mean; 1 for a Poisson process.
 *
 * @param seconds Length of the window; Infinity: the limit for long ones.
 */
export function dispersion(law: Law, seconds: number): number {
  switch (law.kind) {
    case 'exponential':
      return 1;
    case 'gamma':
      return gammaDispersion(law, seconds);
    case 'mmpp': {
      const R = relaxation(law);
      const limit = (2 * rateVariance(law)) / (R * meanRate(law));
      return 1 + limit * approach(R * seconds);
    }
  }
}

/** The share of its limit that the dispersion of a process has reached that forgets exponentially; 0 at 0, 1 at the end. */
export function approach(x: number): number {
  if (x === Number.POSITIVE_INFINITY) return 1;
  // The difference loses its digits near 0.
  return x < 1e-4 ? x / 2 - (x * x) / 6 : 1 + Math.expm1(-x) / x;
}

/** Windows with more arrivals than that have the dispersion of the limit, within a thousandth where the CV is below 10. */
const LIMIT_ARRIVALS = 50_000;

/**
 * Of a stationary renewal process: E[N(N - 1)] is twice the rate times the integral of the renewal function, which is the
 * sum over n of the distribution functions of n gaps; those of Gamma gaps are Gamma again, and so is their integral.
 */
function gammaDispersion({ rate, cv }: GammaLaw, seconds: number): number {
  const square = cv * cv;
  const mean = rate * seconds;
  if (mean > LIMIT_ARRIVALS) return square;
  const x = mean / square;
  let sum = 0;
  for (let n = 1; ; n += 1) {
    const shape = n / square;
    const within = gammaCdf(shape, x);
    const term = x * within - shape * gammaCdf(shape + 1, x);
    sum += term;
    if (n > mean && term <= sum * 1e-12) break;
  }
  return 1 + (2 * sum) / x - mean;
}

/** A mixture of two exponentials: the gaps of an MMPP. */
interface Mixture {
  /** Of the first. */
  readonly share: number;
  /** Per second. */
  readonly rates: readonly [number, number];
}

/**
 * The gap from one arrival to the next: the rates are the eigenvalues of what an MMPP does while nothing arrives, and the
 * share follows from the density at 0.
 */
function mixtureOf(law: MmppLaw): Mixture {
  const [a, b] = [law.on.rate + 1 / law.on.seconds, law.off.rate + 1 / law.off.seconds];
  const crossing = 1 / (law.on.seconds * law.off.seconds);
  const root = Math.sqrt((a - b) ** 2 + 4 * crossing);
  const large = (a + b + root) / 2;
  // By the product of both: the difference loses its digits where one is small.
  const small = (a * b - crossing) / large;
  const mean = meanRate(law);
  const densityAt0 = (rateVariance(law) + mean * mean) / mean;
  return { share: (densityAt0 - small) / (large - small), rates: [large, small] };
}

/** The probability that the gap from one arrival to the next is at most so long. */
export function gapCdf(law: Law): (seconds: number) => number {
  switch (law.kind) {
    case 'exponential':
      return (seconds) => -Math.expm1(-law.rate * seconds);
    case 'gamma':
      return (seconds) => gammaCdf(1 / law.cv ** 2, (seconds * law.rate) / law.cv ** 2);
    case 'mmpp': {
      const { share, rates } = mixtureOf(law);
      return (seconds) =>
        -share * Math.expm1(-rates[0] * seconds) - (1 - share) * Math.expm1(-rates[1] * seconds);
    }
  }
}

/** Whether the gaps of a law are independent of each other; so are those of an MMPP that is silent when it is off. */
export const isRenewal = (law: Law): boolean => law.kind !== 'mmpp' || law.off.rate === 0;
