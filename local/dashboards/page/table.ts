import type { Panel } from '../../../base/board';
import type { PanelAnswer } from '../answer';
import { formatValue } from '../format';
import { make } from './dom';

interface Row {
  readonly heads: readonly string[];
  readonly cells: readonly (number | undefined)[];
}

/** One row for each combination of the labels, the largest sum first. */
function rowsOf({ rows = {}, queries: asked }: Panel, { queries }: PanelAnswer): Row[] {
  const found = new Map<string, { heads: readonly string[]; cells: (number | undefined)[] }>();
  for (const [column, series] of queries.entries()) {
    for (const { labels, values } of series) {
      const heads = Object.keys(rows).map((label) => labels[label] || '–');
      const key = JSON.stringify(heads);
      const row = found.get(key) ?? { heads, cells: Array(asked.length).fill(undefined) };
      row.cells[column] = values.at(-1)?.[1] ?? undefined;
      found.set(key, row);
    }
  }
  const sum = ({ cells }: Row) => cells.slice(1).reduce<number>((all, cell) => all + (cell ?? 0), 0);
  return [...found.values()].toSorted((a, b) => sum(b) - sum(a));
}

/** A table of a panel; undefined where it would have no row. */
export function tableOf(panel: Panel, answer: PanelAnswer): HTMLElement | undefined {
  const rows = rowsOf(panel, answer);
  if (rows.length === 0) return undefined;
  const most = panel.queries.map((_, column) => Math.max(...rows.map(({ cells }) => cells[column] ?? 0)));
  const head = make(
    'tr',
    {},
    ...Object.values(panel.rows ?? {}).map((title) => make('th', { scope: 'col' }, title)),
    ...panel.queries.map(({ legend }) => make('th', { scope: 'col', class: 'number' }, legend)),
  );
  const body = rows.map(({ heads, cells }) =>
    make(
      'tr',
      {},
      ...heads.map((text, index) =>
        make(index === 0 ? 'th' : 'td', index === 0 ? { scope: 'row' } : {}, text),
      ),
      ...cells.map((value, column) =>
        cellOf(value, most[column] ?? 0, panel.queries[column]?.unit ?? panel.unit),
      ),
    ),
  );
  const table = make('table', {}, make('thead', {}, head), make('tbody', {}, ...body));
  // What is wider than a telephone is moved, with fingers or with the arrow keys.
  return make('div', { class: 'scroll', tabindex: '0', role: 'region', 'aria-label': panel.title }, table);
}

function cellOf(value: number | undefined, most: number, unit: Panel['unit']): HTMLElement {
  if (value === undefined) return make('td', { class: 'number' }, '–');
  const bar = make('meter', {
    min: '0',
    max: `${most || 1}`,
    value: `${value}`,
    'aria-hidden': 'true',
    tabindex: '-1',
  });
  return make('td', { class: 'number' }, make('span', {}, formatValue(value, unit)), bar);
}
