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

/** The dispersion in windows of one length, less 1, and how much it counts. */
interface Point {
  readonly seconds: number;
  readonly beyond: number;
  readonly weight: number;
}

/** The curve of an MMPP's dispersion that is nearest to that of the sample. */
function curveOf(sample: Sample): Curve | undefined {
  const [shortest, longest] = [Math.max(sample.tick, 1 / sample.rate), spanOf(sample) / FEWEST];
  if (!(longest > 2 * shortest)) return undefined;
  const points = Array.from({ length: WINDOWS }, (_, index) =>
    pointOf(sample, shortest * (longest / shortest) ** (index / (WINDOWS - 1))),
  );
  const [slowest, fastest] = [0.1 / longest, 10 / shortest];
  return Array.from({ length: RELAXATIONS }, (_, index) =>
    curveThrough(points, slowest * (fastest / slowest) ** (index / (RELAXATIONS - 1))),
  ).reduce((best, curve) => (curve.error < best.error ? curve : best));
}

/** Relaxations that are tried, each a few hundredths faster than the one before. */
const RELAXATIONS = 400;

function pointOf(sample: Sample, wanted: number): Point {
  const { times, tick } = sample;
  const seconds = tick > wanted / 100 ? Math.max(1, Math.round(wanted / tick)) * tick : wanted;
  const beyond = dispersionIn(times, seconds, tick).index - 1;
  // The relative error of a dispersion is that of a variance: it falls with the number of windows.
  const windows = spanOf(sample) / seconds;
  return { seconds, beyond, weight: windows / (1 + Math.max(0, beyond)) ** 2 };
}

/** The limit that brings a curve of this relaxation nearest to the points: least squares, in closed form. */
function curveThrough(points: readonly Point[], relaxation: number): Curve & { readonly error: number } {
  const shaped = points.map((point) => ({ ...point, shape: approach(relaxation * point.seconds) }));
  const dot = shaped.reduce((sum, { weight, shape, beyond }) => sum + weight * shape * beyond, 0);
  const square = shaped.reduce((sum, { weight, shape }) => sum + weight * shape * shape, 0);
  const limit = dot / square;
  const error = shaped.reduce(
    (sum, { weight, shape, beyond }) => sum + weight * (limit * shape - beyond) ** 2,
    0,
  );
  return { limit, relaxation, error };
}

/** Four digits: a fit knows no more. */
const rounded = (value: number): number => Number(value.toPrecision(4));
