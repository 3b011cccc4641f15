import { scaleLinear } from 'd3-scale';
import { curveLinear, curveStepAfter, line } from 'd3-shape';
import { type Html, html } from './html';

export type Point = readonly [x: number, y: number];

/** What a series looks like: colour, dashes and marks differ, so that no one has to tell it by its colour alone. */
export type Look = 'first' | 'second' | 'third';

export interface Series {
  readonly name: string;
  readonly look: Look;
  /** In the order of x; a y that is not finite is a gap. */
  readonly points: readonly Point[];
  /** Default: a line with marks where there are few points. */
  readonly as?: 'line' | 'steps';
}

export interface Axis {
  readonly label: string;
  readonly format: (value: number) => string;
  /** Default: that of the points. */
  readonly least?: number;
  readonly most?: number;
}

export interface ChartProps {
  /** Unique on the page. */
  readonly id: string;
  /** For screen readers: what it shows, and what it says. */
  readonly title: string;
  readonly description: string;
  readonly x: Axis;
  readonly y: Axis;
  readonly series: readonly Series[];
  /** A height that something is compared with. */
  readonly rules?: readonly { readonly y: number; readonly label: string }[];
  /** Stretches of x, with what they are. */
  readonly bands?: readonly { readonly from: number; readonly to: number; readonly label: string }[];
}

/** Widths that a chart is drawn for, by the class that shows it: letters stay legible in a small window. */
const SIZES = {
  wide: { width: 860, height: 330, left: 64 },
  narrow: { width: 340, height: 260, left: 50 },
} as const;

const TOP = 26;
const RIGHT = 14;
const BOTTOM = 46;

/** Points up to which a line has marks. */
const FEW = 40;

/** Width of a letter of the labels, in pixels. */
const LETTER = 6.6;

/** Height that is drawn above the highest value. */
const HEADROOM = 1.08;

/** A chart as SVG, once for large windows and once for small ones; the page shows one of them. */
export function chart(props: ChartProps): Html {
  return html`<ul class="legend">${props.series.map(
    ({ name, look, as = 'line' }) =>
      html`<li><svg width="30" height="12" aria-hidden="true"><path class="${`line ${look}`}" d="M2 6H28"/>${as === 'steps' ? undefined : mark(look, 15, 6)}</svg>${name}</li>`,
  )}</ul>
${drawn(props, 'wide')}${drawn(props, 'narrow')}`;
}

function drawn(props: ChartProps, size: keyof typeof SIZES): Html {
  const { width, height, left } = SIZES[size];
  const { x, y, series, rules = [], bands = [], title, description } = props;
  const id = `${props.id}-${size}`;
  const points = series.flatMap((one) => one.points.filter(([, value]) => Number.isFinite(value)));
  const heights = [...points.map(([, value]) => value), ...rules.map((rule) => rule.y)];
  const [first, last] = [
    x.least ?? least(points.map(([at]) => at)),
    x.most ?? most(points.map(([at]) => at)),
  ];
  const across = scaleLinear([first, last > first ? last : first + 1], [left, width - RIGHT]);
  const highest = y.most ?? most(heights) * HEADROOM;
  const up = scaleLinear([y.least ?? 0, highest > 0 ? highest : 1], [height - BOTTOM, TOP]).nice(5);
  const place = { left, right: width - RIGHT, top: TOP, bottom: height - BOTTOM };
  return html`<svg class="${`chart ${size}`}" viewBox="0 0 ${width} ${height}" role="img" aria-labelledby="${`${id}-title ${id}-description`}">
<title id="${`${id}-title`}">${title}</title><desc id="${`${id}-description`}">${description}</desc>
${bands.map((band, index) => bandOf(band, across, place, index % 2 === 0))}
${up.ticks(5).map((value) => html`<path class="grid" d="M${place.left} ${px(up(value))}H${place.right}"/><text class="tick" text-anchor="end" x="${place.left - 8}" y="${px(up(value) + 4)}">${y.format(value)}</text>\n`)}
${ticksOf(across, size === 'wide' ? 9 : 4).map((value) => html`<path class="grid" d="M${px(across(value))} ${place.bottom}v5"/><text class="tick" text-anchor="middle" x="${px(across(value))}" y="${place.bottom + 20}">${x.format(value)}</text>\n`)}
<path class="axis" d="M${place.left} ${place.bottom}H${place.right}"/>
<text class="label" x="${place.left - 8}" y="12">${y.label}</text>
<text class="label" text-anchor="end" x="${place.right}" y="${height - 6}">${x.label}</text>
${rules.map((rule) => html`<path class="rule" d="M${place.left} ${px(up(rule.y))}H${place.right}"/>`)}
${series.map((one) => seriesOf(one, across, up))}
${rules.map((rule) => html`<text class="label" x="${place.left + 6}" y="${px(up(rule.y) - 6)}">${rule.label}</text>\n`)}
</svg>\n`;
}

type Scale = (value: number) => number;
type Place = Readonly<Record<'left' | 'right' | 'top' | 'bottom', number>>;

/** Whole numbers only: users and seconds have no halves. */
const ticksOf = (scale: ReturnType<typeof scaleLinear<number, number>>, about: number) =>
  scale.ticks(about).filter(Number.isInteger);

function bandOf(
  { from, to, label }: { readonly from: number; readonly to: number; readonly label: string },
  across: Scale,
  { left, right, top, bottom }: Place,
  isFilled: boolean,
): Html {
  const [begin, end] = [Math.max(left, across(from)), Math.min(right, across(to))];
  const fits = label.length * LETTER + 8 <= end - begin;
  return html`<rect class="${isFilled ? 'band' : 'band clear'}" x="${px(begin)}" y="${top}" width="${px(Math.max(1, end - begin))}" height="${bottom - top}"/>${
    fits ? html`<text class="tick" x="${px(begin + 4)}" y="${top + 13}">${label}</text>` : undefined
  }\n`;
}

function seriesOf({ points, look, as = 'line' }: Series, across: Scale, up: Scale): Html {
  const path = line<Point>()
    .defined(([, value]) => Number.isFinite(value))
    .x(([at]) => across(at))
    .y(([, value]) => up(value))
    .curve(as === 'steps' ? curveStepAfter : curveLinear)
    .digits(1);
  const shown = points.filter(([, value]) => Number.isFinite(value));
  const marks = as === 'line' && shown.length <= FEW;
  return html`<path class="${`line ${look}`}" d="${path(points) ?? ''}"/>${
    marks ? shown.map(([at, value]) => mark(look, across(at), up(value))) : undefined
  }\n`;
}

function mark(look: Look, x: number, y: number): Html {
  const [left, top] = [px(x), px(y)];
  if (look === 'first') return html`<circle class="mark first" cx="${left}" cy="${top}" r="3.5"/>`;
  if (look === 'second') return html`<path class="mark second" d="M${px(x - 3)} ${px(y - 3)}h6v6h-6z"/>`;
  return html`<path class="mark third" d="M${left} ${px(y - 4)}l4 7h-8z"/>`;
}

/** To a tenth: more is no pixel, and the same numbers give the same text. */
const px = (value: number) => Number(value.toFixed(1));

const least = (values: readonly number[]) =>
  values.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
const most = (values: readonly number[]) => values.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);

/** A chart needs two points at least; otherwise a sentence says why there is none. */
export const isDrawable = (points: readonly Point[]): boolean =>
  new Set(points.filter(([, value]) => Number.isFinite(value)).map(([at]) => at)).size > 1;
