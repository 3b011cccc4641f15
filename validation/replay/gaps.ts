import { build, type Histogram } from 'hdr-histogram-js';

/** An hour in microseconds; a longer gap counts as one. */
export const LONGEST_GAP = 3.6e9;

/**
 * A histogram of gaps between chunks of tokens, in microseconds, to three digits. Histograms of several workers, or of
 * several machines, add up to the one that a single worker would have: nothing is lost as with means of percentiles.
 */
export function gapHistogram(): Histogram {
  return build({
    ...{ bitBucketSize: 32, numberOfSignificantValueDigits: 3, useWebAssembly: false },
    ...{ lowestDiscernibleValue: 1, highestTrackableValue: LONGEST_GAP, autoResize: false },
  });
}
