import type { ExponentialLaw, GammaLaw, MmppLaw } from './law';
import { dispersionIn } from './statistics';
import { approach } from './theory';

/** What laws are fitted to. */
export interface Sample {
  /** In seconds, not decreasing. */
  readonly times: ArrayLike<number>;
  /** Arrivals per second. */
  readonly rate: number;
  /** Coefficient of variation of the gaps; undefined where the clock is too coarse for it. */
  readonly cv: number | undefined;
  /** Of the clock, in seconds; 0: finer than matters. */
  readonly tick: number;
}

export const fitExponential = ({ rate }: Sample): ExponentialLaw => ({
  kind: 'exponential',
  rate: rounded(rate),
});

/** By moments: the rate and the coefficient of variation are the sample's; undefined without one. */
export function fitGamma({ rate, cv }: Sample): GammaLaw | undefined {
  return cv === undefined || !(cv > 0) ? undefined : { kind: 'gamma', rate: rounded(rate), cv: rounded(cv) };
}

/** Windows from short to long, whose dispersion shows how long an MMPP stays in a state. */
const WINDOWS = 16;

/** The longest window is so often in the sample: fewer would be noise. */
const FEWEST = 30;

/** A limit of the dispersion less than that above 1 is no modulation. */
const LEAST = 0.05;

/**
 * A two-state MMPP by moments: its rate, the dispersion of counts over the length of the window (its limit, and how fast
 * it is reached), and the squared coefficient of variation of gaps, which together are its four parameters:
 *
 * With R the sum of the rates of leaving, V the variance of the rate, G the product of both rates, and m the mean rate,
 * the limit of the dispersion is 1 + 2V / (Rm), and the squared coefficient is 1 + 2V / (G + Rm). From V, G and m follow
 * the rates, as the roots of a square.
 *
 * Without the coefficient, and where the sample says that G is below 0, it is taken to be silent when it is off.
 *
 * @returns undefined where the counts are not more dispersed than those of a Poisson process
 */
export function fitMmpp(sample: Sample): MmppLaw | undefined {
  const { rate: m, cv } = sample;
  const curve = curveOf(sample);
  if (curve === undefined || curve.limit < LEAST) return undefined;
  const { limit, relaxation: R } = curve;
  const V = (limit * R * m) / 2;
  const beyond = cv === undefined ? Number.POSITIVE_INFINITY : cv * cv - 1;
  if (beyond <= 0) return undefined;
  const G = cv === undefined ? 0 : Math.max(0, R * m * (limit / beyond - 1));
  const sum = (V + G) / m + m;
  const high = (sum + Math.sqrt(sum * sum - 4 * G)) / 2;
  // A rate that is a thousandth of the mean is noise of the moments.
  const low = G / high < m / 1000 ? 0 : G / high;
  const on = (m - low) / (high - low);
  // Phases that are hardly ever seen to end are no modulation, but a change.
  if (1 / (R * Math.min(on, 1 - on)) > spanOf(sample) / 2) return undefined;
  return {
    kind: 'mmpp',
    on: { rate: rounded(high), seconds: rounded(1 / ((1 - on) * R)) },
    off: { rate: rounded(low), seconds: rounded(1 / (on * R)) },
  };
}

const spanOf = ({ times }: Sample): number => (times[times.length - 1] ?? 0) - (times[0] ?? 0);

interface Curve {
  /** Of the dispersion, less 1. */
  readonly limit: number;
  /** How fast it is approached, per second. */
  readonly relaxation: number;
}

/** The curve of an MMPP's dispersion through that of the sample, by least squares; the limit follows from the relaxation. */
function curveOf(sample: Sample): Curve | undefined {
  const { times, rate, tick } = sample;
  const span = spanOf(sample);
  const [shortest, longest] = [Math.max(tick, 1 / rate), span / FEWEST];
  if (!(longest > 2 * shortest)) return undefined;
  const points = Array.from({ length: WINDOWS }, (_, index) => {
    const wanted = shortest * (longest / shortest) ** (index / (WINDOWS - 1));
    const seconds = tick > wanted / 100 ? Math.max(1, Math.round(wanted / tick)) * tick : wanted;
    const beyond = dispersionIn(times, seconds, tick).index - 1;
    // The relative error of a dispersion is that of a variance: it falls with the number of windows.
    return { seconds, beyond, weight: span / seconds / (1 + Math.max(0, beyond)) ** 2 };
  });
  const at = (logR: number): Curve & { readonly error: number } => {
    const relaxation = Math.exp(logR);
    const shape = points.map(({ seconds }) => approach(relaxation * seconds));
    const dot = (of: (index: number) => number) =>
      points.reduce((total, { weight }, index) => total + weight * of(index), 0);
    const limit = dot((i) => at0(shape, i) * at1(points, i)) / dot((i) => at0(shape, i) ** 2);
    return { limit, relaxation, error: dot((i) => (limit * at0(shape, i) - at1(points, i)) ** 2) };
  };
  const [from, to] = [Math.log(0.1 / longest), Math.log(10 / shortest)];
  const steps = Array.from({ length: 400 }, (_, index) => at(from + ((to - from) * index) / 399));
  return steps.reduce((best, one) => (one.error < best.error ? one : best));
}

const at0 = (values: readonly number[], index: number) => values[index] as number;
const at1 = (points: readonly { readonly beyond: number }[], index: number) =>
  points[index]?.beyond as number;

/** Four digits: a fit knows no more. */
const rounded = (value: number): number => Number(value.toPrecision(4));
