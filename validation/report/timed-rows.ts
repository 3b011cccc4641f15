import type { RequestRow } from '../replay/request-rows';

/** A moment of a request. */
export type Moment = 'sent' | 'firstToken' | 'end';

/** Requests in the order of one of their moments, so that those of a window are found without a look at all others. */
export class TimedRows {
  private readonly rows: readonly RequestRow[];

  constructor(
    rows: readonly RequestRow[],
    private readonly moment: Moment,
  ) {
    this.rows = rows.filter((row) => Number.isFinite(row[moment])).sort((a, b) => a[moment] - b[moment]);
  }

  /** From one real time, and before another. */
  within(from: number, to: number): readonly RequestRow[] {
    return this.rows.slice(this.before(from), this.before(to));
  }

  /** How many have their moment before a time. */
  private before(time: number): number {
    let [low, high] = [0, this.rows.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.rows[middle]?.[this.moment] ?? Number.POSITIVE_INFINITY) < time) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
