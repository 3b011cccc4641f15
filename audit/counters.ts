import type { Span } from './clock';

export type Labels = Readonly<Record<string, string>>;

export interface Sample {
  /** In milliseconds since 1970. */
  readonly at: number;
  readonly value: number;
}

/** One counter of one process, as a Prometheus has it around a period. */
export interface CounterSeries {
  readonly labels: Labels;
  /** The last sample before the period; absent where the counter is younger. */
  readonly first?: Sample;
  /** The last sample of the period; absent where the counter ended before. */
  readonly last?: Sample;
  /** Every sample from `first` on, where the counter was reset or ended within the period. */
  readonly samples?: readonly Sample[];
  /** The last scrape of its target before the period and in it: 1 where it succeeded; absent without such a target. */
  readonly upBefore?: Sample;
  readonly upAfter?: Sample;
}

/** By how much a counter grew, or why nobody can say. */
export type Growth =
  | { readonly tokens: number; readonly blind: readonly Span[] }
  | { readonly doubt: string };

/** How long a process may have counted after its last scrape, where nothing tells the interval of its scrapes. */
const ONE_INTERVAL_MS = 60_000;

/** A scrape may be missed, and the next one finds no process. */
const MISSED_SCRAPES = 2;

/**
 * The exact growth of a counter: the difference of two samples, and not `increase()`, which extrapolates to the edges of its
 * range and never sees the value with which a series begins. Where the counter was reset, the differences between
 * resets are added up, and what was counted between the last sample before a reset and the reset is in no sample.
 */
export function growthOf(series: CounterSeries): Growth {
  const { first, last, samples, upBefore, upAfter } = series;
  if (first === undefined && upBefore?.value === 0) {
    return { doubt: 'it could not be scraped when the period began' };
  }
  if (upAfter?.value === 0) return { doubt: 'it could not be scraped when the period ended' };
  if (samples !== undefined && samples.length > 0) return growthOfSamples(samples, series);
  if (last === undefined) return { doubt: 'its samples are gone' };
  return { tokens: last.value - (first?.value ?? 0), blind: [] };
}

function growthOfSamples(samples: readonly Sample[], { first, last }: CounterSeries): Growth {
  const blind: Span[] = [];
  let tokens = 0;
  let before = first;
  let interval = ONE_INTERVAL_MS;
  for (const sample of samples.filter(({ at }) => first === undefined || at > first.at)) {
    const since = before?.value ?? 0;
    tokens += sample.value >= since ? sample.value - since : sample.value;
    if (before !== undefined) {
      interval = Math.min(interval, sample.at - before.at);
      if (sample.value < since) blind.push({ least: before.at, most: sample.at });
    }
    before = sample;
  }
  if (last === undefined && before !== undefined) {
    blind.push({ least: before.at, most: before.at + MISSED_SCRAPES * interval });
  }
  return { tokens, blind };
}
