import type { Random } from './random';
import { logGamma } from './special';
import { cvOf, quantile } from './statistics';
import type { GapFamily, LawWindow } from './traces/law-window';

/** What the windows of a client have in common. */
export interface WindowsDescription {
  readonly windows: number;
  /** Windows without requests. */
  readonly silent: number;
  /** From the begin of the first to the end of the last, in seconds. */
  readonly seconds: number;
  /** Requests per second over all windows. */
  readonly rate: number;
  /** CV of the rates of windows: how much the client's load changes. */
  readonly rateCv: number;
  /** Of the CV of gaps, of windows with requests. */
  readonly cv: { readonly median: number; readonly p75: number; readonly above1: number } | null;
  readonly families: Readonly<Partial<Record<GapFamily, number>>>;
}

/** The length of the last window: the one of most. */
function lengthsOf(windows: readonly LawWindow[]): readonly number[] {
  const lengths = windows.slice(1).map(({ from }, index) => from - (windows[index] as LawWindow).from);
  return [...lengths, lengths.length === 0 ? 600 : quantile(Float64Array.from(lengths).sort(), 0.5)];
}

/** @param windows In order. */
export function describeWindows(windows: readonly LawWindow[]): WindowsDescription {
  const lengths = lengthsOf(windows);
  const seconds = lengths.reduce((sum, length) => sum + length, 0);
  const busy = windows.flatMap(({ law, cv }) => (law === null ? [] : [{ family: law.family, cv }]));
  const cvs = Float64Array.from(busy.map(({ cv }) => cv)).sort();
  const families: Partial<Record<GapFamily, number>> = {};
  for (const { family } of busy) families[family] = (families[family] ?? 0) + 1;
  return {
    ...{ windows: windows.length, silent: windows.length - busy.length, seconds },
    rate: windows.reduce((sum, { rate }, index) => sum + (rate * (lengths[index] as number)) / seconds, 0),
    rateCv: cvOf(windows.map(({ rate }) => rate)),
    cv:
      busy.length === 0
        ? null
        : {
            ...{ median: quantile(cvs, 0.5), p75: quantile(cvs, 0.75) },
            above1: cvs.filter((cv) => cv > 1).length / cvs.length,
          },
    families,
  };
}

/**
 * Arrivals of a client, in seconds from the begin of its first window to the end of its last. A gap is drawn with the shape
 * of the window in which it begins and a mean of 1, and passes at the rate of the windows that it lies in: rates are those of
 * the windows, and a gap that is longer than one goes on in the next.
 */
export function* windowTimes(
  windows: readonly LawWindow[],
  random: Random,
): Generator<number, void, undefined> {
  const lengths = lengthsOf(windows);
  const begin = windows[0]?.from ?? 0;
  let [index, into] = [0, 0];
  for (;;) {
    while (windows[index]?.law === null) [index, into] = [index + 1, 0];
    const drawing = windows[index];
    if (drawing === undefined) return;
    let rest = unitGap(drawing.law as NonNullable<LawWindow['law']>, random);
    for (; ; [index, into] = [index + 1, 0]) {
      const window = windows[index];
      if (window === undefined) return;
      const left = window.rate * ((lengths[index] as number) - into);
      if (rest < left) {
        into += rest / window.rate;
        break;
      }
      rest -= left;
    }
    yield (windows[index] as LawWindow).from + into - begin;
  }
}

function unitGap({ family, shape }: NonNullable<LawWindow['law']>, random: Random): number {
  switch (family) {
    case 'exponential':
      return random.exponential();
    case 'gamma':
      return random.gamma(shape) / shape;
    case 'weibull':
      return random.weibull(shape) / Math.exp(logGamma(1 + 1 / shape));
  }
}
