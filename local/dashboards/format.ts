import type { PanelUnit } from '../../base/board';

/** How values are written: `1.43k tok/s` is 1430 in the unit `tok/s` with the prefix `k`. */
export interface Scale {
  readonly prefix: string;
  readonly unit: string;
  readonly divisor: number;
}

const units = (...steps: readonly (readonly [unit: string, divisor: number])[]): readonly Scale[] =>
  steps.map(([unit, divisor]) => ({ prefix: '', unit, divisor }));

const thousands = (unit: string): readonly Scale[] =>
  ['', 'k', 'M', 'G'].map((prefix, index) => ({ prefix, unit, divisor: 1000 ** index }));

/** The smallest first. */
const SCALES: Readonly<Record<PanelUnit, readonly Scale[]>> = {
  seconds: units(['µs', 1e-6], ['ms', 1e-3], ['s', 1], ['min', 60]),
  money: thousands(''),
  ratio: units(['%', 0.01]),
  times: units(['×', 1]),
  tokens: thousands(''),
  'tokens per second': thousands('tok/s'),
  requests: thousands(''),
  'requests per second': thousands('/s'),
  'gigabytes per second': units(['MB/s', 1e-3], ['GB/s', 1], ['TB/s', 1e3]),
};

/** Where values of nothing at all begin: 0 s is not 0 µs. */
const AT_REST: Readonly<Partial<Record<PanelUnit, string>>> = {
  seconds: 'ms',
  'gigabytes per second': 'GB/s',
};

/** A scale in which a value has a digit before the point; for a whole axis take its largest value. */
export function scaleOf(unit: PanelUnit, largest: number): Scale {
  const [smallest, ...larger] = SCALES[unit];
  if (smallest === undefined) throw new Error(`${unit} has no scale`);
  const size = Math.abs(largest);
  if (size === 0) return SCALES[unit].find((scale) => scale.unit === AT_REST[unit]) ?? smallest;
  return larger.reduce((scale, next) => (size >= next.divisor ? next : scale), smallest);
}

/** Three digits that count, as people read a gauge; whole numbers stay whole. */
export function digits(value: number): string {
  if (value === 0) return '0';
  const size = Math.abs(value);
  const decimals = size >= 100 || Number.isInteger(value) ? 0 : size >= 10 ? 1 : 2;
  const text = value.toFixed(decimals);
  return Number(text) === 0 ? '0' : text;
}

const written = (text: string, { prefix, unit }: Scale) => `${text}${prefix} ${unit}`.trim();

/** `103 ms`, `10.5 %`, `1.43k tok/s`. */
export function formatValue(value: number, unit: PanelUnit): string {
  // What is counted is whole; an estimate between two scrapes is not.
  const counted = unit === 'tokens' || unit === 'requests';
  const exact = counted && Math.abs(value) < 1000 ? Math.round(value) : value;
  const scale = scaleOf(unit, exact);
  return written(digits(exact / scale.divisor), scale);
}

/** The labels of an axis: one scale, and as many decimals as tell them apart. */
export function formatAxis(values: readonly number[], unit: PanelUnit, largest: number): string[] {
  const scale = scaleOf(unit, largest);
  const step = ((values[1] ?? 0) - (values[0] ?? 0)) / scale.divisor;
  const decimals =
    [0, 1, 2, 3].find((count) => Math.abs(step * 10 ** count - Math.round(step * 10 ** count)) < 1e-6) ?? 3;
  return values.map((value) =>
    value === 0 ? '0' : written((value / scale.divisor).toFixed(decimals), scale),
  );
}

/** What a line is called: `{{label}}` becomes the label’s value, and what is left of spaces goes. */
export function legendOf(template: string, labels: Readonly<Record<string, string>>): string {
  return template
    .replaceAll(/\{\{(\w+)\}\}/g, (_, label: string) => labels[label] ?? '')
    .replaceAll(/\s+/g, ' ')
    .trim();
}

/** `40 s`, `3 min`, `2 h`. */
export function formatAge(seconds: number): string {
  if (seconds < 90) return `${Math.round(seconds)} s`;
  return seconds < 5400 ? `${Math.round(seconds / 60)} min` : `${Math.round(seconds / 3600)} h`;
}
