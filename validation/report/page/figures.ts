import { count, decimal, percent, seconds, time } from '../format';
import type { TimedWindow } from '../over-time';
import type { LoadReport } from '../report';
import type { SaturationLevel } from '../saturation';
import { type ChartProps, chart, isDrawable, type Point } from './chart';
import { type Html, html } from './html';
import { table } from './table';
import { captioned } from './tag';

/** Figures 4 to 6 of the white paper, each with its numbers as a table. */
export function figures(report: LoadReport): Html {
  return html`<h2 id="figures">The white paper’s figures, from this run</h2>
${saturationFigure(report)}
${hardwareFigure(report)}
${requestTimeFigure(report)}`;
}

/** A chart with a caption, or a sentence that says why there is none; and its numbers. */
function figure(report: LoadReport, caption: string, props: ChartProps, why: string): Html {
  const drawable = props.series.some(({ points }) => isDrawable(points));
  if (!drawable) return html`<p><strong>${caption}.</strong> ${why}</p>\n`;
  return html`<figure><figcaption>${captioned(report, caption)}</figcaption>
${chart({ ...props, series: props.series.filter(({ points }) => isDrawable(points)) })}</figure>\n`;
}

/** Rows up to which a table of a figure is open. */
const FEW = 12;

const numbersOf = (rows: number, made: Html): Html =>
  html`<details${rows <= FEW ? html` open` : undefined}><summary>The numbers of this figure</summary>${made}</details>\n`;

function saturationFigure(report: LoadReport): Html {
  const { saturation, verdict } = report;
  const pointsOf = (of: (level: SaturationLevel) => number): Point[] =>
    saturation.map((level) => [level.users, of(level)]);
  const { baseline, bracket, firstTokenFactor = Number.NaN } = verdict;
  const limit = (baseline?.client ?? Number.NaN) * firstTokenFactor;
  const drawn = figure(
    report,
    'Figure 4. Users against the time to the first token',
    {
      id: 'figure-4',
      title: 'Users against the time to the first token',
      description: `At ${saturation.length} levels from ${saturation[0]?.users ?? 0} to ${saturation.at(-1)?.users ?? 0} users: p99 and mean at the clients, and the mean at the engines.`,
      x: { label: 'users', format: (value) => `${value}`, least: 0 },
      y: { label: 'seconds to the first token', format: axisSeconds },
      series: [
        { name: 'p99, clients', look: 'first', points: pointsOf(({ p99 }) => p99) },
        { name: 'mean, clients', look: 'second', points: pointsOf(({ mean }) => mean) },
        { name: 'mean, engines', look: 'third', points: pointsOf(({ engineMean }) => engineMean) },
      ],
      ...(Number.isFinite(limit) && {
        rules: [{ y: limit, label: `T2: mean over ${firstTokenFactor} × baseline` }],
      }),
      ...(bracket && { bands: [{ from: bracket.stable, to: bracket.breach, label: 'T2' }] }),
    },
    'This run had fewer than two levels of users, so that there is no curve; a gated run has one.',
  );
  return html`${drawn}
<p class="soft">The gate decides by means, as the paper’s rule says; the paper’s figure and text show the 99th percentile, which rises earlier and more. Cooldowns are left out.</p>
${numbersOf(
  saturation.length,
  table({
    caption: captioned(report, 'Levels', 'First token in seconds.'),
    head: [
      'Users',
      'Windows',
      'First tokens',
      'Mean, clients',
      'p99, clients',
      'Mean, engines',
      'Preemptions',
      'Last judged',
    ],
    rows: saturation.map((level) => [
      ...[`${level.users}`, `${level.windows}`, count(level.firstTokens), seconds(level.mean)],
      ...[seconds(level.p99), seconds(level.engineMean), count(level.preemptions), level.judged ?? '–'],
    ]),
    numbers: [1, 2, 3, 4, 5, 6],
  }),
)}`;
}

const axisSeconds = (value: number) => (value === 0 ? '0' : `${Number(value.toFixed(4))}`);

/** Phases as stretches of time, with the gaps between their windows filled. */
function bandsOf(windows: readonly TimedWindow[]) {
  const bands: { from: number; to: number; label: string }[] = [];
  for (const { from, to, phase } of windows) {
    const last = bands.at(-1);
    if (last?.label === phase) last.to = to;
    else bands.push({ from: last?.to ?? from, to, label: phase });
  }
  return bands;
}

/** The axis of time in the unit that gives whole numbers. */
function timeAxis(windows: readonly TimedWindow[]) {
  const most = windows.at(-1)?.to ?? 1;
  const [unit, length] = most < 600 ? (['seconds', 1] as const) : (['minutes', 60] as const);
  return {
    scale: (value: number) => value / length,
    axis: {
      label: `${unit} since the begin`,
      format: (value: number) => `${value}`,
      least: 0,
      most: most / length,
    },
  };
}

function hardwareFigure(report: LoadReport): Html {
  const { overTime } = report;
  const { scale, axis } = timeAxis(overTime);
  const bands = bandsOf(overTime).map(({ from, to, label }) => ({ from: scale(from), to: scale(to), label }));
  const middle = ({ from, to }: TimedWindow) => scale((from + to) / 2);
  const cache = overTime.map((one): Point => [middle(one), one.cacheUsage * 100]);
  const last = overTime.at(-1);
  const users: readonly Point[] = [
    ...overTime.map((one): Point => [scale(one.from), one.users]),
    ...(last ? [[scale(last.to), last.users] as const] : []),
  ];
  const none = 'The engines told nothing of their KV caches in this run, or only in one window.';
  const drawn = figure(
    report,
    'Figure 5. KV cache in use',
    {
      id: 'figure-5',
      title: 'KV cache in use over time',
      description: `Mean share of the KV cache that running requests hold, in ${overTime.length} windows; the paper has 10.5 %.`,
      x: axis,
      y: { label: '% of the KV cache', format: (value) => `${value}` },
      series: [{ name: 'KV cache, mean of the engines', look: 'first', points: cache }],
      ...{ bands, rules: [{ y: report.paper.cacheUsage * 100, label: 'white paper, soak: 10.5 %' }] },
    },
    none,
  );
  const load = figure(
    report,
    'Users of the same time',
    {
      id: 'figure-5-users',
      title: 'Users over time',
      description: `Users in ${overTime.length} windows, with the phases of the run.`,
      ...{ x: axis, y: { label: 'users', format: (value) => `${value}` }, bands },
      series: [{ name: 'users', look: 'second', points: users, as: 'steps' }],
    },
    'The run had one window.',
  );
  return html`${drawn}${load}
<p class="soft">NVLink: not measured in this run. A run reads the engines’ metrics and not those of the GPUs; the paper has ${decimal(report.paper.nvlink)} GB/s, sent and received by four GPUs. With a DCGM exporter on real GPUs the recorded series <code>gpu:nvlink_gigabytes_per_second:sum</code> has it for the time of the run.</p>
${numbersOf(
  overTime.length,
  table({
    caption: captioned(report, 'Windows', 'Rates per second of the plan’s clock.'),
    head: ['Time', 'Phase', 'Users', 'Requests/s', 'KV cache', 'Prefix hits', 'Preemptions'],
    rows: overTime.map((one) => [
      ...[`${time(one.from)} – ${time(one.to)}`, one.phase, `${one.users}`, decimal(one.requestsPerSecond)],
      ...[percent(one.cacheUsage), percent(one.prefixHits), count(one.preemptions)],
    ]),
    numbers: [2, 3, 4, 5, 6],
  }),
)}`;
}

function requestTimeFigure(report: LoadReport): Html {
  const { overTime } = report;
  const { scale, axis } = timeAxis(overTime);
  const middle = ({ from, to }: TimedWindow) => scale((from + to) / 2);
  const drawn = figure(
    report,
    'Figure 6. Time of whole requests',
    {
      id: 'figure-6',
      title: 'Time of whole requests over time',
      description: `Mean time of requests at the clients and at the engines, in ${overTime.length} windows.`,
      x: axis,
      y: { label: 'seconds', format: axisSeconds },
      series: [
        {
          name: 'downstream, clients',
          look: 'first',
          points: overTime.map((one) => [middle(one), one.clientRequestTime]),
        },
        {
          name: 'upstream, engines',
          look: 'second',
          points: overTime.map((one) => [middle(one), one.engineRequestTime]),
        },
      ],
      bands: bandsOf(overTime).map(({ from, to, label }) => ({ from: scale(from), to: scale(to), label })),
    },
    'Whole requests ended in fewer than two windows, so that there is nothing to draw.',
  );
  return html`${drawn}
<p class="soft">The two lines are means of the requests that ended in each window, by two clocks. Where they lie on each other, what is outside of the engine is small beside the answer; how small in milliseconds they do not show (see Table 3).</p>
${numbersOf(
  overTime.length,
  table({
    caption: captioned(report, 'Mean time of requests', 'In seconds.'),
    head: ['Time', 'Phase', 'Users', 'Clients', 'Engines', 'Between'],
    rows: overTime.map((one) => [
      ...[`${time(one.from)} – ${time(one.to)}`, one.phase, `${one.users}`, seconds(one.clientRequestTime)],
      ...[seconds(one.engineRequestTime), seconds(one.clientRequestTime - one.engineRequestTime)],
    ]),
    numbers: [2, 3, 4, 5],
  }),
)}`;
}
