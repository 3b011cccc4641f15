import uPlot from 'uplot';
import type { Panel, Threshold } from '../../../base/board';
import { formatAxis } from '../format';
import { FONT, theme } from './theme';

/** One line: its name and its value at every time of the chart. */
export interface Line {
  readonly name: string;
  readonly dash: readonly number[];
  readonly colour: string;
  readonly values: readonly (number | null)[];
}

export interface ChartData {
  readonly times: readonly number[];
  readonly lines: readonly Line[];
}

/** Charts with the same key move their cursors together. */
const CURSORS = 'board';

/** What marks a level beside its colour. */
export const MARKS = { warning: '▲', critical: '■' } as const;

/** Space between a label and the edge of the picture. */
const GAP = 10;

const largest = (lines: readonly Line[]) =>
  Math.max(0, ...lines.flatMap(({ values }) => values.map((value) => value ?? 0)));

/** Each line on top of those before it; where a line has nothing, it adds nothing. */
function stacked(lines: readonly Line[]): Line[] {
  const below: number[] = [];
  return lines.map((line) => ({
    ...line,
    values: line.values.map((value, index) => {
      const before = below[index] ?? 0;
      below[index] = before + (value ?? 0);
      const nothing = lines.every(({ values }) => values[index] === null);
      return nothing ? null : before + (value ?? 0);
    }),
  }));
}

/** Points that no line shows: both of their neighbours have no value. */
const lonely: uPlot.Series.Points.Filter = (self, index, show) => {
  const values = self.data[index] ?? [];
  const alone = [...values].flatMap((value, at) =>
    value != null && values[at - 1] == null && values[at + 1] == null ? [at] : [],
  );
  return show || alone.length > 0 ? alone : null;
};

/** The end of the axis: room above the largest value, and a threshold that is near is in the picture. */
function topOf({ most, thresholds }: Panel, lines: readonly Line[]): number {
  const top = largest(lines) * 1.12;
  const ends = thresholds.map(({ from }) => from * 1.15);
  const end = top === 0 ? Math.max(0, ...ends) : Math.max(top, ...ends.filter((one) => one <= 1.6 * top));
  return most !== undefined && (end === 0 || end > most * 0.55) ? most : end || 1;
}

function drawThresholds(self: uPlot, thresholds: readonly Threshold[]): void {
  const { ctx, bbox } = self;
  const colours = theme();
  for (const { from, level } of thresholds) {
    const y = Math.round(self.valToPos(from, 'y', true));
    if (y < bbox.top || y > bbox.top + bbox.height) continue;
    ctx.save();
    ctx.strokeStyle = colours[level];
    ctx.lineWidth = 1.5 * devicePixelRatio;
    ctx.setLineDash([5 * devicePixelRatio, 4 * devicePixelRatio]);
    ctx.beginPath();
    ctx.moveTo(bbox.left, y);
    ctx.lineTo(bbox.left + bbox.width, y);
    ctx.stroke();
    ctx.fillStyle = colours[level];
    ctx.font = `${11 * devicePixelRatio}px sans-serif`;
    ctx.textAlign = 'right';
    ctx.textBaseline = 'bottom';
    ctx.fillText(MARKS[level], bbox.left + bbox.width, y - 2 * devicePixelRatio);
    ctx.restore();
  }
}

/** Wide enough for the widest label. */
const sizeOfLabels: uPlot.Axis.Size = (self: uPlot, labels: string[] | null) => {
  const { ctx } = self;
  ctx.save();
  ctx.font = FONT;
  const widest = Math.max(0, ...(labels ?? []).map((label) => ctx.measureText(label).width));
  ctx.restore();
  return Math.ceil(widest) + GAP + 8;
};

/** Seconds between labels of time; the library's own leap from one minute to five. */
const TIME_STEPS = [5, 10, 15, 30, 60, 120, 180, 300, 600, 900, 1200, 1800];

const hours = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit' });
const seconds = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit', second: '2-digit' });

export const timeOf = (time: number, exact = true): string => (exact ? seconds : hours).format(time * 1000);

function axesOf(panel: Panel, top: number): uPlot.Axis[] {
  const { text, grid } = theme();
  const common = { font: FONT, stroke: text, grid: { stroke: grid, width: 1 }, ticks: { show: false } };
  return [
    {
      ...common,
      incrs: TIME_STEPS,
      space: 60,
      size: 26,
      gap: 6,
      values: (_, times) => times.map((time) => timeOf(time, time % 60 !== 0)),
    },
    {
      ...common,
      ...{ space: 32, gap: GAP - 2, size: sizeOfLabels },
      values: (_, values) => formatAxis(values, panel.unit, top),
    },
  ];
}

function seriesOf({ kind }: Panel, lines: readonly Line[]): uPlot.Series[] {
  return lines.map(({ name, colour, dash }) => ({
    label: name,
    stroke: colour,
    width: 2,
    dash: [...dash],
    spanGaps: false,
    points: { show: false, filter: lonely, size: 6, fill: colour },
    ...(kind === 'areas' && { fill: `${colour}55` }),
    ...(kind === 'stat' && { fill: `${colour}22`, width: 1.5 }),
  }));
}

/** A chart in an element; its canvas is as wide as the element, also after the window has changed. */
export class Chart {
  private readonly plot: uPlot;
  private readonly watch: ResizeObserver;

  constructor(
    panel: Panel,
    { times, lines }: ChartData,
    private readonly home: HTMLElement,
    private readonly height: number,
    pointed: (index: number | null) => void,
  ) {
    const small = panel.kind === 'stat';
    const drawn = panel.kind === 'areas' ? stacked(lines) : lines;
    const top = topOf(panel, drawn);
    const options: uPlot.Options = {
      width: home.clientWidth,
      height,
      legend: { show: false },
      padding: small ? [2, 2, 2, 2] : [8, 10, 0, 0],
      cursor: small
        ? { show: false }
        : {
            sync: { key: CURSORS, setSeries: false },
            drag: { x: false, y: false },
            y: false,
            points: { size: 7 },
          },
      scales: {
        x: { time: true },
        y: { range: [Math.min(0, ...drawn.flatMap(({ values }) => values.map((v) => v ?? 0))), top] },
      },
      axes: small ? [{ show: false }, { show: false }] : axesOf(panel, top),
      series: [{}, ...seriesOf(panel, drawn)],
      ...(panel.kind === 'areas' && {
        bands: drawn.slice(1).map((_, index) => ({ series: [index + 2, index + 1] as [number, number] })),
      }),
      hooks: {
        draw: [(self) => (small ? undefined : drawThresholds(self, panel.thresholds))],
        setCursor: [(self) => pointed(self.cursor.idx ?? null)],
      },
    };
    this.plot = new uPlot(options, [[...times], ...drawn.map(({ values }) => [...values])], home);
    this.watch = new ResizeObserver(() => {
      if (home.clientWidth !== this.plot.width)
        this.plot.setSize({ width: home.clientWidth, height: this.height });
    });
    this.watch.observe(home);
  }

  end(): void {
    this.watch.disconnect();
    this.plot.destroy();
    this.home.replaceChildren();
  }
}
