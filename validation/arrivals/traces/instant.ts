/** A point in time, exact to a nanosecond; a number of seconds since 1970 has no room for the digits of 100 ns. */
export interface Instant {
  /** Whole seconds, since 1970 or since whenever the trace counts from. */
  readonly seconds: number;
  /** 0 to 999,999,999. */
  readonly nanos: number;
}

/** Units in which traces count time, by how many of them a second has. */
export const TIME_UNITS = { s: 0, ms: 3, us: 6, ns: 9 } as const;

export type TimeUnit = keyof typeof TIME_UNITS;

/** Seconds from one instant to another. */
export const between = (from: Instant, to: Instant): number =>
  to.seconds - from.seconds + (to.nanos - from.nanos) / 1e9;

const NUMBER = /^(\d+)(?:\.(\d*))?$/;
const FLOAT = /^\d+(?:\.\d*)?[eE][+-]?\d+$/;
const ISO =
  /^(\d{4})-(\d\d)-(\d\d)[T ](\d\d):(\d\d):(\d\d)(?:[.,](\d+))?\s*(Z|UTC|GMT|[+-]\d\d:?\d\d|[+-]\d\d)?$/i;
/** Of Apache's common log format. */
const COMMON = /^\[?(\d\d)\/([A-Z][a-z]{2})\/(\d{4}):(\d\d):(\d\d):(\d\d) ([+-]\d{4})\]?$/;
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/**
 * Reads a time as it is written in a trace: a number, ISO 8601 or its dialects (a space for the T, any number of digits
 * of a second; UTC where there is no zone), or that of the common log format. undefined for anything else.
 *
 * @param unit Of numbers.
 */
export function instantOf(value: unknown, unit: TimeUnit): Instant | undefined {
  if (typeof value !== 'string' && typeof value !== 'number') return undefined;
  const text = String(value).trim();
  const [, whole, fraction = ''] = NUMBER.exec(text) ?? [];
  if (whole !== undefined) return counted(whole, fraction, TIME_UNITS[unit]);
  if (FLOAT.test(text)) {
    const [plain = '', rest = ''] = Number(text).toFixed(9).split('.');
    return counted(plain, rest, TIME_UNITS[unit]);
  }
  return isoInstant(text) ?? commonInstant(text);
}

/** @param digits How many digits of the whole number are below a second. */
function counted(whole: string, fraction: string, digits: number): Instant | undefined {
  const padded = whole.padStart(digits + 1, '0');
  const split = padded.length - digits;
  const seconds = Number(padded.slice(0, split));
  const below = `${padded.slice(split)}${fraction}`.slice(0, 9).padEnd(9, '0');
  return Number.isSafeInteger(seconds) ? { seconds, nanos: Number(below) } : undefined;
}

function isoInstant(text: string): Instant | undefined {
  const [, year, month, day, hour, minute, second, fraction = '', zone = 'Z'] = ISO.exec(text) ?? [];
  if (year === undefined) return undefined;
  const date = [Number(year), Number(month) - 1, Number(day)] as const;
  return dated(date, [Number(hour), Number(minute), Number(second)], fraction, zone);
}

function commonInstant(text: string): Instant | undefined {
  const [, day, month = '', year, hour, minute, second, zone = ''] = COMMON.exec(text) ?? [];
  if (day === undefined || !MONTHS.includes(month)) return undefined;
  const date = [Number(year), MONTHS.indexOf(month), Number(day)] as const;
  return dated(date, [Number(hour), Number(minute), Number(second)], '', zone);
}

type Triple = readonly [number, number, number];

/** undefined for 30 February and 25 o'clock; a leap second is the second after it. */
function dated(date: Triple, time: Triple, fraction: string, zone: string): Instant | undefined {
  const midnight = Date.UTC(...date);
  const isDay = new Date(midnight).getUTCDate() === date[2] && date[1] < 12;
  const [hour, minute, second] = time;
  if (!isDay || hour > 23 || minute > 59 || second > 60) return undefined;
  const [, sign, hours = '0', minutes = '0'] = /^([+-])(\d\d):?(\d\d)?$/.exec(zone) ?? [];
  const east = (sign === '-' ? -1 : 1) * (Number(hours) * 3600 + Number(minutes) * 60);
  return {
    seconds: midnight / 1000 + hour * 3600 + minute * 60 + second - east,
    nanos: Number(fraction.slice(0, 9).padEnd(9, '0')),
  };
}

/** The unit that a number since 1970 must be in, by its size; seconds for smaller ones, which count from somewhere else. */
export function unitOf(value: unknown): TimeUnit {
  const number = Number(value);
  if (!(number >= 1e11)) return 's';
  return number < 1e14 ? 'ms' : number < 1e17 ? 'us' : 'ns';
}
