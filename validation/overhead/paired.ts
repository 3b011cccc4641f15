import { meanOf } from '../../base/sample';
import { OUTCOMES, type RequestRow } from '../replay/request-rows';
import { studentQuantile } from './student';

/** A mean and where it is with a confidence of 95 %. */
export interface Interval {
  readonly mean: number;
  readonly low: number;
  readonly high: number;
}

/**
 * Student's interval of a mean; its ends are NaN for fewer than two values, of which nothing can be said.
 *
 * @param values Independent of each other.
 */
export function intervalOf(values: readonly number[]): Interval {
  const { mean, standardError, count } = meanOf(values);
  const reach = count < 2 ? Number.NaN : studentQuantile(0.975, count - 1) * standardError;
  return { mean, low: mean - reach, high: mean + reach };
}

/** What one way to the model took more than another, in seconds. */
export interface Difference {
  readonly firstToken: number;
  readonly total: number;
  /** Requests that were answered whole on both ways. */
  readonly pairs: number;
}

const keyOf = ({ actor, step }: RequestRow) => `${actor}:${step}`;

/**
 * Compares requests of the same step of a plan, each from its send on the clock of the generator, and tells the mean
 * difference; requests that one of both ways did not answer whole are left out.
 */
export function pairedDifference(rows: Iterable<RequestRow>, base: Iterable<RequestRow>): Difference {
  const before = new Map<string, RequestRow>();
  for (const row of base) if (row.outcome === OUTCOMES.ok) before.set(keyOf(row), row);
  const differences: { firstToken: number; total: number }[] = [];
  for (const row of rows) {
    const other = before.get(keyOf(row));
    if (row.outcome !== OUTCOMES.ok || other === undefined) continue;
    differences.push({
      firstToken: row.firstToken - row.sent - (other.firstToken - other.sent),
      total: row.end - row.sent - (other.end - other.sent),
    });
  }
  return {
    // An answer may have no token.
    firstToken: meanOf(differences.map(({ firstToken }) => firstToken).filter(Number.isFinite)).mean,
    total: meanOf(differences.map(({ total }) => total)).mean,
    pairs: differences.length,
  };
}
