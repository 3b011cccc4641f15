import { requireCount } from './quantity';

/** Units of a duration in milliseconds, the largest first. */
export type DurationUnits = readonly (readonly [unit: string, milliseconds: number])[];

const GO_UNITS: DurationUnits = [
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1000],
  ['ms', 1],
];

/** Units of a range in PromQL. */
export const PROMQL_UNITS: DurationUnits = [
  ['y', 365 * 86_400_000],
  ['w', 7 * 86_400_000],
  ['d', 86_400_000],
  ...GO_UNITS,
];

/**
 * Seconds of a duration as the Gateway API and Go write it: `90s`, `1.5h`, `1h30m`, `500ms`; NaN for anything else.
 *
 * @param units Default: h, m, s and ms.
 */
export function seconds(duration: string | undefined, units: DurationUnits = GO_UNITS): number {
  const parts = [...(duration ?? '').matchAll(/(\d+(?:\.\d+)?)([a-z]+)/g)];
  if (parts.length === 0 || parts.map(([part]) => part).join('') !== duration) return Number.NaN;
  const size = new Map(units);
  return parts.reduce(
    (sum, [, digits, unit = '']) => sum + Number(digits) * ((size.get(unit) ?? Number.NaN) / 1000),
    0,
  );
}

/** Gateway API durations take at most five digits per unit (GEP-2257). */
const LONGEST_COUNT = 99_999;

/** A length of time, exact to a millisecond, at most 99,999 hours: what a Gateway API duration can say. */
export class Duration {
  private constructor(readonly milliseconds: number) {
    requireCount(milliseconds, 'milliseconds');
    if (milliseconds > LONGEST_COUNT * 3_600_000) throw new RangeError('a duration ends at 99999h');
    Object.freeze(this);
  }

  /**
   * @param text One to four counts with a unit of h, m, s or ms: `10m`, `1h30m`, `500ms`.
   * @throws RangeError for anything else.
   */
  static parse(text: string): Duration {
    if (!/^([0-9]{1,5}(h|m|s|ms)){1,4}$/.test(text)) {
      throw new RangeError(`${JSON.stringify(text)} is not a duration such as 10m or 1h30m`);
    }
    return new Duration(Math.round(seconds(text) * 1000));
  }

  /** @throws RangeError when `n` is negative or not whole. */
  static milliseconds(n: number): Duration {
    return new Duration(n);
  }

  /** @throws RangeError when `n` is negative or finer than a millisecond. */
  static seconds(n: number): Duration {
    return new Duration(n * 1000);
  }

  static minutes(n: number): Duration {
    return new Duration(n * 60_000);
  }

  get seconds(): number {
    return this.milliseconds / 1000;
  }

  plus(other: Duration): Duration {
    return new Duration(this.milliseconds + other.milliseconds);
  }

  /** The Gateway API form, in seconds where they fit into five digits: `600s`, `1500ms`, `27h46m40s`. */
  toString(): string {
    for (const [unit, milliseconds] of GO_UNITS.slice(2)) {
      const count = this.milliseconds / milliseconds;
      if (Number.isInteger(count) && count <= LONGEST_COUNT) return `${count}${unit}`;
    }
    let rest = this.milliseconds;
    return GO_UNITS.map(([unit, milliseconds]) => {
      const count = Math.floor(rest / milliseconds);
      rest %= milliseconds;
      return count === 0 ? '' : `${count}${unit}`;
    }).join('');
  }
}
