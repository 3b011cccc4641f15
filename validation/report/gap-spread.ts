import type { RunFacts } from './facts';

/** Gaps between chunks of tokens as the clients saw them, of the whole run, in seconds of the plan's clock. */
export interface GapSpread {
  readonly count: number;
  readonly mean: number;
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
}

const MICROSECONDS = 1e6;

export function gapSpread({ gaps, manifest: { timeScale } }: RunFacts): GapSpread {
  const count = gaps.totalCount;
  const seconds = (microseconds: number) =>
    count === 0 ? Number.NaN : (microseconds * timeScale) / MICROSECONDS;
  return {
    count,
    mean: seconds(gaps.mean),
    p50: seconds(gaps.getValueAtPercentile(50)),
    p99: seconds(gaps.getValueAtPercentile(99)),
    max: seconds(gaps.maxValue),
  };
}
