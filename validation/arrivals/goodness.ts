import { lengthText } from './clock';
import { BOOTSTRAPPED, type Goodness, LEVEL, testExponential, testFixed, testGamma } from './kolmogorov';
import type { Law } from './law';
import { lawText } from './law-text';
import { Random } from './random';
import { chiSquareCdf } from './special';
import { autocorrelation, dispersionIn, ranksOf } from './statistics';
import { gapCdf, isRenewal } from './theory';

/** A test of whether a trace follows a law. */
export interface Test {
  /** What is claimed of the trace. */
  readonly claim: string;
  readonly method: string;
  /** What was found; absent where the test is not lawful. */
  readonly result?: Goodness | { readonly statistic: number; readonly p: number; readonly fits: boolean };
  /** Why the test is not lawful. */
  readonly why?: string;
}

/** What is tested. */
export interface Tested {
  readonly times: Float64Array;
  readonly gaps: Float64Array;
  readonly rate: number;
  /** Of the clock, in seconds; 0: finer than matters. */
  readonly tick: number;
}

/**
 * Tests a trace for the laws of arrivals, at 1 %.
 *
 * @param against A law with parameters that are not from the trace: they need another test than fitted ones.
 */
export function testsOf(tested: Tested, against?: Law): readonly Test[] {
  const why = whyNoGaps(tested);
  const gapTest = (claim: string, method: string, run: () => Goodness): Test =>
    why === undefined ? { claim, method, result: run() } : { claim, method, why };
  const random = Random.of(1, 'bootstrap');
  return [
    ...poissonCounts(tested),
    gapTest('gaps are exponential, with the mean of the sample', 'Lilliefors', () =>
      testExponential(tested.gaps),
    ),
    gapTest(
      'gaps are Gamma, with mean and CV of the sample',
      `Kolmogorov-Smirnov, parametric bootstrap of ${Math.min(BOOTSTRAPPED, tested.gaps.length)} gaps`,
      () => testGamma(tested.gaps, random),
    ),
    ...(against === undefined ? [] : [fixedTest(tested, against, why)]),
  ];
}

function fixedTest({ gaps }: Tested, law: Law, why: string | undefined): Test {
  const test = { claim: `gaps are those of ${lawText(law)}`, method: 'Kolmogorov-Smirnov' };
  // The gaps of such a law depend on each other, so those of the trace may.
  if (!isRenewal(law))
    return { ...test, why: 'gaps of an MMPP that is not silent when it is off depend on each other' };
  return why === undefined ? { ...test, result: testFixed(gaps, gapCdf(law)) } : { ...test, why };
}

/** Distances of fewer gaps are noise. */
const FEWEST_GAPS = 20;

/** The part of a test's critical distance that the clock may take up. */
const CLOCK_SHARE = 1 / 3;

/** Why no test of the distribution of gaps is lawful; undefined where one is. */
function whyNoGaps({ gaps, tick }: Tested): string | undefined {
  if (gaps.length < FEWEST_GAPS) return `there are fewer than ${FEWEST_GAPS} gaps`;
  const below = gaps.reduce((sum, gap) => sum + Number(gap < tick * 0.999), 0) / gaps.length;
  if (below > (CLOCK_SHARE * 1.628) / Math.sqrt(gaps.length)) {
    return `the clock is quantised: ${(below * 100).toPrecision(2)} % of gaps are 0, in ticks of ${lengthText(tick)}`;
  }
  const p = independence(gaps);
  return p >= 0.001 ? undefined : 'gaps depend on those before them, and the test is for independent ones';
}

/** Gaps that are enough to see a dependence. */
const MOST_GAPS = 50_000;

const LAGS = 10;

/**
 * Ljung and Box's test of the first ten lags ("On a measure of lack of fit in time series models", Biometrika 65, 1978), of
 * ranks: a few gaps that are a hundred times the mean would hide everything else.
 */
function independence(gaps: Float64Array): number {
  const ranks = ranksOf(gaps.subarray(0, MOST_GAPS));
  const n = ranks.length;
  let sum = 0;
  for (let lag = 1; lag <= LAGS; lag += 1) sum += autocorrelation(ranks, lag) ** 2 / (n - lag);
  return 1 - chiSquareCdf(LAGS, n * (n + 2) * sum);
}

/** Counts below that are too far from normal for chi-square. */
const LEAST_MEAN = 5;

/** Fewer have hardly a variance. */
const FEWEST_WINDOWS = 20;

/** Short windows show bursts, and long ones that the rate changes: as short and as long as the test can be made with. */
function poissonCounts(tested: Tested): readonly Test[] {
  const { times, rate, tick } = tested;
  const span = (times.at(-1) ?? 0) - (times[0] ?? 0);
  const whole = (seconds: number) =>
    tick > seconds / 100 ? Math.ceil(seconds / tick) * tick : Number(seconds.toPrecision(2));
  const [short, long] = [whole(LEAST_MEAN / rate), whole(span / FEWEST_WINDOWS / 2)];
  return (long > 2 * short ? [short, long] : [short]).map((seconds) => countsTest(tested, seconds));
}

/** The dispersion of counts in windows, as chi-square: of a Poisson process, windows less 1 degrees of freedom. */
function countsTest({ times, tick }: Tested, seconds: number): Test {
  const { windows, index } = dispersionIn(times, seconds, tick > seconds / 100 ? tick : 0);
  const claim = 'arrivals are Poisson';
  const method = `chi-square of counts in windows of ${lengthText(seconds)}`;
  if (windows < FEWEST_WINDOWS) {
    return { claim, method, why: `there are fewer than ${FEWEST_WINDOWS} windows` };
  }
  const statistic = index * windows;
  const below = chiSquareCdf(windows - 1, statistic);
  const p = 2 * Math.min(below, 1 - below);
  return { claim, method, result: { statistic, p, fits: p >= LEVEL } };
}
