import { lengthText, tickOf, whyNoCv, whyNoWindow } from './clock';
import { fitExponential, fitGamma, fitMmpp, type Sample } from './fit';
import { type Test, testsOf } from './goodness';
import type { Law } from './law';
import { autocorrelation, cvOf, dispersionIn, gapsOf, quantile } from './statistics';
import { dispersion, squaredCv } from './theory';
import type { Requests, Sessions } from './traces/collector';

/** Windows whose dispersion is told, in seconds. */
export const WINDOWS: readonly number[] = [1, 10, 60];

/** Lags whose correlation is told. */
const LAGS = 10;

/** A number, or why there is none. */
export type Measured = { readonly value: number } | { readonly value: null; readonly why: string };

/** The variance of the counts in windows of a length, by their mean. */
export type WindowDispersion = Measured & {
  /** Length of a window. */
  readonly seconds: number;
  /** How many whole ones there are. */
  readonly windows: number;
};

/** Pauses between the turns of sessions, in seconds. */
export interface Pauses {
  readonly sessions: number;
  readonly turns: number;
  readonly pauses: number;
  readonly overlapping: number;
  readonly mean?: number;
  readonly cv?: number;
  readonly median?: number;
  readonly p90?: number;
  readonly longest?: number;
}

/** A law that was fitted, and how its theory compares with what was measured. */
export interface Fit {
  readonly law: Law;
  readonly cv: number;
  /** By window, as `dispersion` of the description. */
  readonly dispersion: readonly number[];
  /** The largest ratio of theory and sample, of the CV and of all dispersions. */
  readonly offBy: number;
  /** Whether every ratio is what a sample of this size may have by chance, or below 1.3. */
  readonly isAlike: boolean;
}

/** What is known of the requests of a trace. */
export interface Description {
  readonly requests: number;
  /** From the first to the last request, in seconds. */
  readonly seconds: number;
  /** Requests by seconds; NaN where they all have one time. */
  readonly rate: number;
  /** Of the clock, in seconds; null where it is finer than 100 ns. */
  readonly tick: number | null;
  readonly cv: Measured;
  /** In seconds; most of the span where a time is wrong, or two traces are in one file. */
  readonly longestGap: number;
  readonly dispersion: readonly WindowDispersion[];
  /** Of gaps, for lags from 1; beyond the band they are not independent, at 1 %. */
  readonly autocorrelation: { readonly values: readonly number[]; readonly band: number } | null;
  readonly tests: readonly Test[];
  readonly fits: readonly Fit[];
  /** The simplest law that has the sample's CV and dispersions; null for none. */
  readonly resembles: Law | null;
  readonly pauses?: Pauses;
}

/**
 * Describes the requests of a trace.
 *
 * @param against A law to test them against.
 */
export function describe({ times, sessions }: Requests, against?: Law): Description {
  const gaps = gapsOf(times);
  const seconds = (times.at(-1) ?? 0) - (times[0] ?? 0);
  const rate = seconds > 0 ? times.length / seconds : Number.NaN;
  const tick = tickOf(gaps);
  const cv = cvMeasured(gaps, tick);
  const sample: Sample = { times, rate, cv: cv.value ?? undefined, tick: tick ?? 0 };
  const dispersions = windowsFor(tick).map((window) => measuredIn(times, window, tick));
  const fits = times.length >= FEWEST_FITTED && !isRegular(gaps) ? fitsOf(sample, dispersions) : [];
  return {
    ...{ requests: times.length, seconds, rate, tick: tick ?? null, cv, dispersion: dispersions },
    longestGap: gaps.reduce((longest, gap) => Math.max(longest, gap), 0),
    autocorrelation: cv.value === null ? null : correlations(gaps),
    tests: isRegular(gaps) ? [] : testsOf({ times, gaps, rate, tick: sample.tick }, against),
    fits,
    resembles: fits.find(({ isAlike }) => isAlike)?.law ?? null,
    ...(sessions && { pauses: pausesOf(sessions) }),
  };
}

function cvMeasured(gaps: Float64Array, tick: number | undefined): Measured {
  if (gaps.length < 2) return { value: null, why: 'there are fewer than three requests' };
  const mean = gaps.reduce((sum, gap) => sum + gap / gaps.length, 0);
  if (mean === 0) return { value: null, why: 'all requests have the same time' };
  if (isRegular(gaps)) return { value: null, why: 'all gaps are the same: these are no recorded times' };
  const why = whyNoCv(tick, mean);
  return why === undefined ? { value: cvOf(gaps) } : { value: null, why };
}

/** Whether all gaps are the same: times that a script has counted, and a file without times of its own. */
const isRegular = (gaps: Float64Array) => gaps.every((gap) => Math.abs(gap - (gaps[0] as number)) < 1e-9);

/** The windows that are always told, and for each that a coarse clock forbids the next one of whole ticks. */
function windowsFor(tick: number | undefined): readonly number[] {
  const whole = WINDOWS.filter((window) => whyNoWindow(tick, window) !== undefined).map(
    (window) => Math.ceil(window / (tick as number)) * (tick as number),
  );
  return [...new Set([...WINDOWS, ...whole])].sort((a, b) => a - b);
}

/** Fewer windows have no variance that is worth a figure. */
const FEWEST_WINDOWS = 5;

function measuredIn(times: Float64Array, seconds: number, tick: number | undefined): WindowDispersion {
  const why = whyNoWindow(tick, seconds);
  const isCoarse = tick !== undefined && tick > seconds / 100;
  const { windows, index } = dispersionIn(times, seconds, isCoarse ? tick : 0);
  const of = { seconds, windows };
  if (why !== undefined) return { ...of, value: null, why };
  if (windows < FEWEST_WINDOWS) {
    return {
      ...of,
      value: null,
      why: `the trace has ${windows} whole windows of ${lengthText(seconds)}`,
    };
  }
  return { ...of, value: index };
}

/** The two-sided band of a correlation of independent values, at 1 %. */
const BAND = 2.576;

function correlations(gaps: Float64Array) {
  const lags = Math.min(LAGS, gaps.length - 2);
  const values = Array.from({ length: Math.max(0, lags) }, (_, index) => autocorrelation(gaps, index + 1));
  return { values, band: BAND / Math.sqrt(gaps.length) };
}

/** A law whose theory is within this ratio of what was measured has the sample's shape. */
const ALIKE = 1.3;

/** Three standard errors of the logarithm of a variance of n normal values, which is what a dispersion is, as a ratio. */
const byChance = (n: number) => Math.max(ALIKE, Math.exp(3 * Math.sqrt(2 / n)));

/** Fewer requests resemble anything. */
const FEWEST_FITTED = 20;

/** The simplest first. */
function fitsOf(sample: Sample, dispersions: readonly WindowDispersion[]): readonly Fit[] {
  const laws: readonly (Law | undefined)[] = [fitExponential(sample), fitGamma(sample), fitMmpp(sample)];
  return laws.flatMap((law) => {
    if (law === undefined) return [];
    const cv = Math.sqrt(squaredCv(law));
    const theory = dispersions.map(({ seconds }) => dispersion(law, seconds));
    const ratios = dispersions.flatMap(({ value, windows }, index) =>
      value === null || value === 0 ? [] : [{ ratio: ratio(theory[index], value), most: byChance(windows) }],
    );
    if (sample.cv !== undefined) {
      // The standard error of a CV is half that of a variance.
      ratios.push({ ratio: ratio(cv, sample.cv), most: byChance(4 * sample.times.length) });
    }
    const offBy = Math.max(...ratios.map((one) => one.ratio));
    return [{ law, cv, dispersion: theory, offBy, isAlike: ratios.every((one) => one.ratio <= one.most) }];
  });
}

const ratio = (a = Number.NaN, b: number) => Math.max(a / b, b / a);

function pausesOf({ sessions, turns, pauses, overlapping }: Sessions): Pauses {
  const of = { sessions, turns, pauses: pauses.length, overlapping };
  if (pauses.length === 0) return of;
  return {
    ...of,
    ...{ mean: pauses.reduce((sum, pause) => sum + pause / pauses.length, 0), cv: cvOf(pauses) },
    ...{ median: quantile(pauses, 0.5), p90: quantile(pauses, 0.9), longest: quantile(pauses, 1) },
  };
}
