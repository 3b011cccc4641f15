import { Refusal } from './refusal';

/** A calendar month in UTC, for which usage is billed as a whole; written as `2026-11`. */
export interface Period {
  readonly name: string;
  /** Its first millisecond since 1970. */
  readonly start: number;
  /** The first millisecond after it. */
  readonly end: number;
}

export const HOUR_MS = 3_600_000;

const pad = (number: number, digits: number) => `${number}`.padStart(digits, '0');

function month(year: number, index: number): Period {
  const start = Date.UTC(year, index);
  const begin = new Date(start);
  return {
    name: `${pad(begin.getUTCFullYear(), 4)}-${pad(begin.getUTCMonth() + 1, 2)}`,
    start,
    end: Date.UTC(year, index + 1),
  };
}

/** The month that a moment is in. */
export function periodAt(milliseconds: number): Period {
  const date = new Date(milliseconds);
  return month(date.getUTCFullYear(), date.getUTCMonth());
}

/** The month that a text such as `2026-11` names; undefined for anything else. */
export function periodNamed(name: string): Period | undefined {
  const [, year, number] = /^(\d{4})-(0[1-9]|1[0-2])$/.exec(name) ?? [];
  return year === undefined ? undefined : month(Number(year), Number(number) - 1);
}

/**
 * Parses `2026-11`.
 *
 * @throws Refusal when the text is no month
 */
export function parsePeriod(name: string): Period {
  const period = periodNamed(name);
  if (period === undefined) throw new Refusal(`${JSON.stringify(name)} is no month: write it as 2026-11`);
  return period;
}
