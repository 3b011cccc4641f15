import type { GapFamily, LawWindow } from './law-window';
import type { TraceReader } from './reader';
import { cellsOf } from './rows';

const FAMILIES: Readonly<Record<string, GapFamily | null>> = {
  '': null,
  gamma: 'gamma',
  weibull: 'weibull',
  exponential: 'exponential',
  expon: 'exponential',
};

/**
 * The fitted laws of alibaba/ServeGen, `chunk-<client>-trace.csv`: no header; begin of the window in s, rate in 1/s, CV,
 * family, shape, scale. A window without requests has no family. The scale is not kept: the fitted law does not always
 * have the window's rate, and ServeGen itself stretches what it draws to that rate.
 */
export function servegenReader(head: readonly string[]): TraceReader | undefined {
  if (!head.some((line) => typeof windowOf(line) === 'object')) return undefined;
  return {
    format: 'ServeGen laws of one client',
    read: (line, sink) => {
      const window = windowOf(line);
      if (typeof window === 'string') sink.drop(window);
      else sink.window(window);
    },
  };
}

/** The window of a line, or why it is none. */
function windowOf(line: string): LawWindow | string {
  const cells = cellsOf(line);
  const [from, rate, cv, name = '', shape] = cells;
  if (cells.length !== 6) return 'not six columns';
  const family = FAMILIES[name.toLowerCase()];
  if (family === undefined) return 'a law that is neither Gamma nor Weibull nor exponential';
  const window = { from: numberOf(from), rate: numberOf(rate), cv: numberOf(cv) };
  if (!Object.values(window).every((value) => value >= 0)) return 'begin, rate or CV is not a number';
  if (family === null || window.rate === 0) {
    return window.rate === 0 ? { ...window, law: null } : 'a rate without a law';
  }
  if (family !== 'exponential' && !(numberOf(shape) > 0)) return 'the shape is not a number above 0';
  return { ...window, law: { family, shape: family === 'exponential' ? 1 : numberOf(shape) } };
}

const numberOf = (cell: string | undefined): number =>
  cell === undefined || cell === '' ? Number.NaN : Number(cell);
