import { type Fields, isFields, stringOf } from '../values';

/** What the files of a screen hold; a file that is not there is an empty object. */
export interface Screen {
  /** Text → `[x, y]`. */
  readonly ocr: Fields;
  /** Name → list of `[x, y]`. */
  readonly color: Fields;
  readonly icon: Fields;
  /** Key → `{top_left, bottom_right, label, valid?}`. */
  readonly box: Fields;
}

/** A screen as text: what an agent without eyes is told of it. */
export function screenText(screenId: string, { ocr, color, icon, box }: Screen): string {
  const [system = '', application = ''] = screenId.split('/');
  const sections: readonly [string, readonly string[]][] = [
    ['Texts, with their centres', Object.entries(ocr).flatMap(([text, at]) => named(text, [at]))],
    ['Icons', Object.entries(icon).flatMap(([name, points]) => named(name, points))],
    ['Colours', Object.entries(color).flatMap(([name, points]) => named(name, points))],
    ['Elements, from top left to bottom right', Object.values(box).flatMap(boxLine)],
  ];
  return [
    `Screen ${screenId}: ${application || system} (${system}).`,
    ...sections.flatMap(([title, lines]) => (lines.length === 0 ? [] : [`${title}:`, ...lines])),
  ].join('\n');
}

function named(name: string, points: unknown): readonly string[] {
  const places = (Array.isArray(points) ? points : []).flatMap(pointText);
  return name.trim() === '' || places.length === 0
    ? []
    : [`- ${JSON.stringify(name)} at ${places.join(', ')}`];
}

/** Labels are numbers in some files; boxes that annotators found wrong are marked `valid: 0`. */
function boxLine(box: unknown): readonly string[] {
  if (!isFields(box) || !('label' in box)) return [];
  if (box.valid !== undefined && box.valid !== null && Number(box.valid) !== 1) return [];
  const [from, to] = [pointText(box.top_left)[0], pointText(box.bottom_right)[0]];
  const label = stringOf(box.label) ?? `${box.label}`;
  return from === undefined || to === undefined ? [] : [`- ${label} from ${from} to ${to}`];
}

function pointText(point: unknown): readonly string[] {
  if (!Array.isArray(point)) return [];
  const [x, y] = point.map(Number);
  return x === undefined || y === undefined || Number.isNaN(x + y) ? [] : [`(${x}, ${y})`];
}
