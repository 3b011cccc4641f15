import { meanOf, quantile } from '../../base/sample';
import type { Moments } from '../replay/moments';
import { isFailed, OUTCOMES, type RequestRow } from '../replay/request-rows';
import type { RunData } from '../replay/run-data';
import type { ClientWindow } from './window';

/** What the clients of a replay saw within a time. */
export interface ClientSource {
  readonly data: RunData;
  readonly sends: Moments;
  readonly firsts: Moments;
  /** Users who are to ask, and have nothing left to ask. */
  readonly left: number;
}

/**
 * First tokens count when they come, and requests when they end.
 *
 * @param from Real seconds since the run began.
 * @param timeScale Of the run: waits come out in seconds of the plan's clock, lag stays in real ones.
 */
export function clientWindow(
  { data, sends, firsts, left }: ClientSource,
  from: number,
  to: number,
  timeScale: number,
): ClientWindow {
  const waits = firsts.waits(from, to).map((wait) => wait * timeScale);
  const lags = sends.waits(from, to);
  const ended = [...endedWithin(data, from, to)];
  return {
    requests: ended.length,
    failed: ended.filter(isFailed).length,
    left,
    firstToken: meanOf(waits),
    firstTokenP99: quantile(waits, 0.99),
    lagP99: lags.length === 0 ? 0 : quantile(lags, 0.99),
  };
}

/** Rows are in the order in which workers told of them, some tenths of a second apart. */
const LATE = 5;

function* endedWithin(data: RunData, from: number, to: number): Generator<RequestRow> {
  for (let index = data.count - 1; index >= 0; index -= 1) {
    const row = data.row(index);
    if (row.end <= from - LATE) return;
    if (row.end > from && row.end <= to && row.outcome !== OUTCOMES.cut) yield row;
  }
}
