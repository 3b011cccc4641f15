import { grouped } from '../base/text';
import { textTable } from '../base/text-table';
import { lengthText } from '../validation/arrivals/clock';
import type { Description, Measured, Pauses } from '../validation/arrivals/describe';
import type { Test } from '../validation/arrivals/goodness';
import { lawText } from '../validation/arrivals/law-text';
import type { Blocks } from '../validation/arrivals/traces/collector';
import type { Dropped } from '../validation/arrivals/traces/read';
import type { WindowsDescription } from '../validation/arrivals/windows';

/** What `vcf-ai arrivals describe` tells of one file. */
export type Described = {
  readonly file: string;
  readonly format: string;
  readonly lines: number;
  readonly dropped: readonly Dropped[];
} & (
  | { readonly laws: WindowsDescription }
  | (Description & {
      /** Of the first request, ISO 8601; null for a trace that counts from a beginning of its own. */
      readonly begin: string | null;
      readonly outOfOrder: number;
      readonly failed: number;
      readonly blocks?: Blocks;
    })
);

/** A gap that is most of the span is nothing odd between so few requests. */
const FEW = 10;

type Row = readonly [string, string];

/** A table of what was measured, and below it what needs more words. */
export function describedText(described: Described, fit: boolean): string {
  const { file, format, lines, dropped } = described;
  const head = `${file}: ${format}`;
  const left = dropped.map(
    ({ why, lines: count, first }) =>
      `! ${grouped(count)} of ${grouped(lines)} lines left out: ${why} (line ${first.join(', ')}${count > first.length ? ', …' : ''})`,
  );
  if (!('laws' in described) && described.requests > FEW && described.longestGap > described.seconds / 2) {
    left.push(
      `! one gap is ${((100 * described.longestGap) / described.seconds).toFixed(0)} % of the span: a wrong time, or two traces in one file`,
    );
  }
  const body =
    'laws' in described
      ? [aligned(lawRows(described.laws))]
      : [
          aligned(rowsOf(described)),
          ...(described.tests.length > 0 ? [described.tests.map(testText).join('\n')] : []),
          resemblance(described),
          ...(fit ? [fitTable(described)] : []),
        ];
  return [head, ...left, ...body].join('\n');
}

/** Names and values, the values below each other. */
function aligned(rows: readonly Row[]): string {
  const width = Math.max(...rows.map(([name]) => name.length));
  return rows.map(([name, value]) => `  ${name.padEnd(width)}  ${value}`).join('\n');
}

const number = (value: number) => `${Number(value.toPrecision(4))}`;

const measured = (of: Measured) => (of.value === null ? '–' : number(of.value));

function rowsOf(of: Exclude<Described, { laws: unknown }>): Row[] {
  const rows: Row[] = [
    ['requests', grouped(of.requests)],
    ['span', `${number(of.seconds)} s${of.begin === null ? '' : `, from ${of.begin}`}`],
    ['rate', Number.isNaN(of.rate) ? '–' : `${number(of.rate)} per second`],
    ['clock', of.tick === null ? 'finer than 100 ns, or too few gaps' : `ticks of ${lengthText(of.tick)}`],
    ['longest gap', lengthText(of.longestGap)],
    ['CV of gaps', withReason(of.cv)],
    ...of.dispersion.map((one): Row => [`index of dispersion, ${lengthText(one.seconds)}`, withReason(one)]),
  ];
  if (of.autocorrelation !== null && of.autocorrelation.values.length > 0) {
    const { values, band } = of.autocorrelation;
    const outside = values.filter((value) => Math.abs(value) > band).length;
    rows.push([
      'autocorrelation of gaps',
      `lag 1: ${number(values[0] as number)}; ${outside} of ${values.length} lags beyond ±${band.toPrecision(2)}`,
    ]);
  }
  if (of.outOfOrder > 0) rows.push(['out of order', `${grouped(of.outOfOrder)}; sorted`]);
  if (of.failed > 0) rows.push(['recorded as failed', grouped(of.failed)]);
  if (of.blocks) {
    const share = ((100 * of.blocks.seen) / of.blocks.blocks).toFixed(1);
    rows.push(['blocks of prompts', `${grouped(of.blocks.blocks)}; ${share} % began a prompt before`]);
  }
  return of.pauses === undefined ? rows : [...rows, ...pauseRows(of.pauses)];
}

const withReason = (of: Measured) => (of.value === null ? `–  (${of.why})` : measured(of));

function pauseRows(of: Pauses): Row[] {
  const rows: Row[] = [['sessions', `${grouped(of.sessions)}, with ${grouped(of.turns)} turns`]];
  if (of.mean === undefined) return rows;
  const { mean, median = 0, p90 = 0, longest = 0, cv = 0 } = of;
  const times = [mean, median, p90, longest].map(lengthText);
  rows.push([
    'pauses between turns',
    `${grouped(of.pauses)}: mean ${times[0]}, median ${times[1]}, p90 ${times[2]}, longest ${times[3]}; CV ${number(cv)}`,
  ]);
  if (of.overlapping > 0) rows.push(['turns before their answer', grouped(of.overlapping)]);
  return rows;
}

function testText({ claim, method, result, why }: Test): string {
  if (result === undefined) return `– ${claim}: not tested by ${method}: ${why}`;
  const figures = Object.entries(result).flatMap(([name, value]) =>
    typeof value === 'number'
      ? [name === 'p' ? probability(value) : `${name === 'distance' ? 'D' : name} ${number(value)}`]
      : [],
  );
  return `${result.fits ? '✓' : '✗'} ${claim}: ${result.fits ? 'not refused' : 'refused'} at 1 % (${method}; ${figures.join(', ')})`;
}

const probability = (p: number) => (p < 0.001 ? 'p < 0.001' : `p ${p.toPrecision(2)}`);

function resemblance({ resembles, fits }: Description): string {
  if (resembles !== null) return `resembles ${lawText(resembles)}`;
  const nearest = [...fits].sort((a, b) => a.offBy - b.offBy)[0];
  if (nearest === undefined) return 'resembles no law: there is nothing to go by';
  return `resembles no law: the nearest, ${lawText(nearest.law)}, is off by a factor of ${number(nearest.offBy)}`;
}

function fitTable({ fits, cv, dispersion }: Description): string {
  return textTable(
    ['law', 'CV', ...dispersion.map(({ seconds }) => `IDC ${lengthText(seconds)}`), 'off by'],
    [
      ['the trace', measured(cv), ...dispersion.map(measured), ''],
      ...fits.map((fit) => [
        lawText(fit.law),
        number(fit.cv),
        ...fit.dispersion.map(number),
        number(fit.offBy),
      ]),
    ],
    1,
  );
}

function lawRows(of: WindowsDescription): Row[] {
  const families = Object.entries(of.families).map(([family, count]) => `${family} ${grouped(count)}`);
  return [
    ['windows', `${grouped(of.windows)}, ${grouped(of.silent)} of them without requests`],
    ['span', `${number(of.seconds)} s`],
    ['rate', `${number(of.rate)} per second; CV of the rates of windows ${number(of.rateCv)}`],
    [
      'CV of gaps',
      of.cv === null
        ? '–'
        : `median ${number(of.cv.median)}, p75 ${number(of.cv.p75)}; above 1 in ${(of.cv.above1 * 100).toFixed(0)} % of windows`,
    ],
    ['laws', families.join(', ') || 'none'],
  ];
}
