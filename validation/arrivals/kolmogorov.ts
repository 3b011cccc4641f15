import type { Random } from './random';
import { gammaCdf, kolmogorovTail } from './special';
import { momentsOf } from './statistics';

/** Every test here is made at 1 %: of a hundred samples that do follow the law one is refused. */
export const LEVEL = 0.01;

/** The largest distance between the distribution of a sample, in increasing order, and a distribution function. */
export function distance(sorted: ArrayLike<number>, cdf: (value: number) => number): number {
  const n = sorted.length;
  let largest = 0;
  for (let index = 0; index < n; index += 1) {
    const expected = cdf(sorted[index] as number);
    largest = Math.max(largest, (index + 1) / n - expected, expected - index / n);
  }
  return largest;
}

/** How well a sample fits, and whether it is refused at `LEVEL`. */
export interface Goodness {
  readonly distance: number;
  /** The distance above which it is refused, or the probability below which it is. */
  readonly critical?: number;
  readonly p?: number;
  readonly fits: boolean;
}

/** Kolmogorov and Smirnov's test; only for a law whose parameters were not taken from the sample. */
export function testFixed(values: ArrayLike<number>, cdf: (value: number) => number): Goodness {
  const found = distance(Float64Array.from(values).sort(), cdf);
  const p = kolmogorovTail(found, values.length);
  return { distance: found, p, fits: p >= LEVEL };
}

/** Of Lilliefors' statistic for the exponential law with a fitted mean, after the correction below, at 1 %. */
const LILLIEFORS = 1.308;

/**
 * Lilliefors' test for an exponential law whose mean is that of the sample ("On the Kolmogorov-Smirnov test for the
 * exponential distribution with mean unknown", JASA 64, 1969), with the critical value and the correction for the size of the
 * sample of Stephens (JASA 69, 1974, table 1.3).
 */
export function testExponential(values: ArrayLike<number>): Goodness {
  const n = values.length;
  const { mean } = momentsOf(values);
  const found = distance(Float64Array.from(values).sort(), (value) => -Math.expm1(-value / mean));
  const root = Math.sqrt(n);
  const critical = LILLIEFORS / (root + 0.26 + 0.5 / root) + 0.2 / n;
  return { distance: found, critical, fits: found <= critical };
}

/** A bootstrap of so many gaps takes a fraction of a second; more of them are drawn from. */
export const BOOTSTRAPPED = 1000;

const REPLICATES = 199;

/** So many replicates that are as far away as the sample end a bootstrap: it is not refused then. */
const ENOUGH = 10;

/**
 * A parametric bootstrap for a Gamma law with the mean and the coefficient of variation of the sample: samples of the fitted
 * law are fitted in the same way, and the sample is refused when hardly one of them is as far from its own fit. It ends as
 * soon as ten are (Besag and Clifford, "Sequential Monte Carlo p-values", Biometrika 78, 1991).
 */
export function testGamma(values: ArrayLike<number>, random: Random): Goodness {
  const sample = drawn(values, random);
  const { mean, variance } = momentsOf(sample);
  const shape = (mean * mean) / variance;
  const found = distanceToFit(sample);
  let asFar = 0;
  for (let replicate = 1; replicate <= REPLICATES; replicate += 1) {
    const other = Float64Array.from({ length: sample.length }, () => random.gamma(shape));
    if (distanceToFit(other) >= found) asFar += 1;
    if (asFar === ENOUGH) return { distance: found, p: ENOUGH / replicate, fits: true };
  }
  const p = (asFar + 1) / (REPLICATES + 1);
  return { distance: found, p, fits: p >= LEVEL };
}

function distanceToFit(values: Float64Array): number {
  const { mean, variance } = momentsOf(values);
  const [shape, scale] = [(mean * mean) / variance, variance / mean];
  return distance(values.sort(), (value) => gammaCdf(shape, value / scale));
}

/** At most `BOOTSTRAPPED` of the values, each as likely as any other. */
function drawn(values: ArrayLike<number>, random: Random): Float64Array {
  const all = Float64Array.from(values);
  if (all.length <= BOOTSTRAPPED) return all;
  for (let index = 0; index < BOOTSTRAPPED; index += 1) {
    const other = index + Math.floor(random.uniform() * (all.length - index));
    [all[index], all[other]] = [all[other] as number, all[index] as number];
  }
  return all.slice(0, BOOTSTRAPPED);
}
