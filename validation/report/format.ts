import { grouped } from '../../base/text';

/** What stands for a number that is not known. */
export const NONE = '–';

const known = (value: number | null | undefined): value is number =>
  typeof value === 'number' && Number.isFinite(value);

/** `0.103 s`, `60 s`; below a tenth of a millisecond it says so. */
export function seconds(value: number | null | undefined): string {
  if (!known(value)) return NONE;
  const size = Math.abs(value);
  if (Number.isInteger(value)) return `${value < 0 ? '−' : ''}${size} s`;
  if (size < 0.0001) return `${value < 0 ? '> −' : '< '}0.0001 s`;
  if (size < 0.01) return `${`${Number(value.toPrecision(2))}`.replace('-', '−')} s`;
  return `${signed(value, size >= 100 ? 1 : 3)} s`;
}

/** A minus sign as people write it. */
const signed = (value: number, digits: number) => value.toFixed(digits).replace('-', '−');

/** Of a share: `12.5 %`. */
export function percent(share: number | null | undefined, digits = 1): string {
  return known(share) ? `${signed(share * 100, digits)} %` : NONE;
}

/** A relative difference with its sign: `+2.4 %`. */
export function difference(share: number | null | undefined): string {
  return known(share) ? `${share >= 0 ? '+' : ''}${percent(share)}` : NONE;
}

/** `8.70`. */
export function decimal(value: number | null | undefined, digits = 2): string {
  return known(value) ? signed(value, digits) : NONE;
}

/** `12,345`. */
export function count(value: number | null | undefined): string {
  return known(value) ? grouped(Math.round(value)) : NONE;
}

/** `3:05` or `1:02:03`. */
export function time(value: number): string {
  const whole = Math.max(0, Math.round(value));
  const two = (part: number) => `${part}`.padStart(2, '0');
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor((whole % 3600) / 60), whole % 60];
  return hours > 0 ? `${hours}:${two(minutes)}:${two(rest)}` : `${minutes}:${two(rest)}`;
}
