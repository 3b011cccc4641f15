import { Html, html } from './html';

export type Cell = Html | string;

export interface TableProps {
  readonly caption: Cell;
  /** Over several columns each, above the heads. */
  readonly groups?: readonly (readonly [title: string, columns: number])[];
  readonly head: readonly Cell[];
  /** The first cell of each heads its row. */
  readonly rows: readonly (readonly Cell[])[];
  /** Columns of numbers, from 0. Default: all but the first. */
  readonly numbers?: readonly number[];
  /** Columns of texts, whose lines may break; numbers do not. Default: none. */
  readonly texts?: readonly number[];
  /** In a small window, rows become paragraphs: for tables that are read and not compared. Default: they scroll. */
  readonly stacks?: boolean;
}

/** A table that scrolls inside itself where it is wider than the window. */
export function table(props: TableProps): Html {
  const { caption, groups = [], head, rows, numbers, texts = [], stacks = false } = props;
  const kind = (column: number) => {
    if (texts.includes(column)) return ' class="text"';
    return (numbers ?? head.map((_, index) => index).slice(1)).includes(column) ? ' class="number"' : '';
  };
  const headCell = (cell: Cell, column: number) =>
    html`<th scope="col"${new Html(kind(column))}>${cell}</th>`;
  const bodyCell = (cell: Cell, column: number) =>
    column === 0
      ? html`<th scope="row"${new Html(kind(column))}>${cell}</th>`
      : html`<td${new Html(kind(column))}>${cell}</td>`;
  const grouping =
    groups.length === 0
      ? undefined
      : html`<tr class="groups">${groups.map(([title, columns]) => html`<th scope="colgroup" colspan="${columns}">${title}</th>`)}</tr>`;
  return html`<div class="scroll" tabindex="0" role="group" aria-label="Table, scrolls sideways where it is wide"><table${stacks ? new Html(' class="stacks"') : undefined}>
<caption><span>${caption}</span></caption>
<thead>${grouping}<tr>${head.map(headCell)}</tr></thead>
<tbody>${rows.map((row) => html`<tr>${row.map(bodyCell)}</tr>\n`)}</tbody>
</table></div>\n`;
}
