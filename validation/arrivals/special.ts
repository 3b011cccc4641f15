/**
 * Lanczos' approximation with g = 7 and nine coefficients, as P. Godfrey computed them; relative error below 1e-14 for
 * x > 0.
 *
 * Own lines, because the libraries that have these two functions are 200 packages (@stdlib) or have no types (jstat).
 */
const LANCZOS = [
  0.999_999_999_999_809_93, 676.520_368_121_885_1, -1259.139_216_722_402_8, 771.323_428_777_653_13,
  -176.615_029_162_140_59, 12.507_343_278_686_905, -0.138_571_095_265_720_12, 9.984_369_578_019_571_6e-6,
  1.505_632_735_149_311_6e-7,
];

/** Natural logarithm of the gamma function, for x > 0. */
export function logGamma(x: number): number {
  if (x < 0.5) return Math.log(Math.PI / Math.sin(Math.PI * x)) - logGamma(1 - x);
  const [first = 1, ...rest] = LANCZOS;
  const sum = rest.reduce((so, coefficient, index) => so + coefficient / (x + index), first);
  const t = x + 6.5;
  return 0.5 * Math.log(2 * Math.PI) + (x - 0.5) * Math.log(t) - t + Math.log(sum);
}

/** Terms are added until they are below this share of the sum. */
const EPSILON = 1e-15;

/** The regularised lower incomplete gamma function P(shape, x): the distribution function of Gamma with scale 1. */
export function gammaCdf(shape: number, x: number): number {
  if (x <= 0) return 0;
  if (x === Number.POSITIVE_INFINITY) return 1;
  const factor = Math.exp(shape * Math.log(x) - x - logGamma(shape));
  return x < shape + 1 ? factor * lowerSeries(shape, x) : 1 - factor * upperFraction(shape, x);
}

/** The power series converges quickly below the mean (DLMF 8.7.1). */
function lowerSeries(shape: number, x: number): number {
  let term = 1 / shape;
  let sum = term;
  for (let n = 1; term > sum * EPSILON; n += 1) {
    term *= x / (shape + n);
    sum += term;
  }
  return sum;
}

/** The continued fraction converges quickly above it (DLMF 8.9.2), by Lentz's method. */
function upperFraction(shape: number, x: number): number {
  const tiny = 1e-300;
  let b = x + 1 - shape;
  let c = 1 / tiny;
  let d = 1 / b;
  let value = d;
  for (let n = 1; ; n += 1) {
    const a = -n * (n - shape);
    b += 2;
    d = a * d + b;
    d = 1 / (Math.abs(d) < tiny ? tiny : d);
    c = b + a / c;
    if (Math.abs(c) < tiny) c = tiny;
    value *= d * c;
    if (Math.abs(d * c - 1) < EPSILON) return value;
  }
}

/** The probability that chi-square with so many degrees of freedom is at most x. */
export const chiSquareCdf = (degrees: number, x: number): number => gammaCdf(degrees / 2, x / 2);

/**
 * The probability that Kolmogorov's statistic is above a distance, for a sample of n and a distribution without fitted
 * parameters: the limit with Stephens' correction for small n ("EDF statistics for goodness of fit", JASA 69, 1974).
 */
export function kolmogorovTail(distance: number, n: number): number {
  const root = Math.sqrt(n);
  const x = (root + 0.12 + 0.11 / root) * distance;
  // The series does not converge there, and the probability is 1 to fifteen digits.
  if (x < 0.2) return 1;
  let sum = 0;
  for (let j = 1; j <= 100; j += 1) {
    const term = Math.exp(-2 * j * j * x * x);
    sum += j % 2 === 1 ? term : -term;
    if (term < EPSILON) break;
  }
  return Math.min(1, Math.max(0, 2 * sum));
}
