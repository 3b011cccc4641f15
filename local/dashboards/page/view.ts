import type { Board, BoardVariable } from '../../../base/board';
import { make } from './dom';

/** What the reader has chosen. */
export interface Choice {
  readonly board: Board;
  /** Seconds, as the address has them. */
  readonly range: string;
  readonly refresh: string;
  readonly values: Readonly<Partial<Record<BoardVariable, string>>>;
}

export interface Actions {
  readonly change: (part: Partial<Choice>) => void;
  readonly refresh: () => void;
  readonly valuesOf: (name: BoardVariable) => Promise<readonly string[]>;
}

const RANGES = { 300: '5 min', 900: '15 min', 3600: '1 h' };
const REFRESHES = { 0: 'never', 5: 'every 5 s', 15: 'every 15 s', 60: 'every minute' };

export const heading = (): HTMLElement => make('h1', {}, 'AI platform');

export function navigation(
  boards: readonly Board[],
  choice: Choice,
  addressOf: (choice: Choice) => string,
): HTMLElement {
  const links = boards.map((board) =>
    make(
      'a',
      {
        href: addressOf({ ...choice, board, values: kept(board, choice) }),
        'aria-current': board.id === choice.board.id ? 'page' : undefined,
      },
      board.title,
    ),
  );
  return make('nav', { 'aria-label': 'Boards' }, ...links);
}

/** What is chosen and the other board has too. */
const kept = ({ variables }: Board, { values }: Choice) =>
  Object.fromEntries(Object.entries(values).filter(([name]) => Object.hasOwn(variables, name)));

export function lookFirst({ title, about, lookFirst: steps }: Board): HTMLElement {
  return make(
    'div',
    { class: 'intro' },
    make('div', {}, make('h2', {}, title), make('p', {}, about)),
    make(
      'details',
      { class: 'first', open: true },
      make('summary', {}, 'Look first at'),
      make('ol', {}, ...steps.map((step) => make('li', {}, step))),
    ),
  );
}

function select(
  label: string,
  options: Readonly<Record<string, string>>,
  chosen: string,
  changed: (value: string) => void,
): HTMLElement {
  const list = make(
    'select',
    {},
    ...Object.entries(options).map(([value, text]) =>
      make('option', { value, selected: value === chosen }, text),
    ),
  );
  list.addEventListener('change', () => changed(list.value));
  return make('label', {}, make('span', {}, label), list);
}

export function controls(choice: Choice, actions: Actions): HTMLElement {
  const button = make('button', { type: 'button' }, 'Refresh');
  button.addEventListener('click', actions.refresh);
  const variables = Object.entries(choice.board.variables).map(([key, { title }]) => {
    const name = key as BoardVariable;
    const place = make('div', { class: 'variable' });
    const fill = (known: readonly string[]) => {
      const chosen = choice.values[name] ?? '';
      const all = [...new Set([...known, chosen])].filter(Boolean).map((value) => [value, value]);
      place.replaceChildren(
        select(title, { '': 'all', ...Object.fromEntries(all) }, chosen, (value) => {
          const { [name]: _, ...others } = choice.values;
          actions.change({ values: value === '' ? others : { ...others, [name]: value } });
        }),
      );
    };
    fill([]);
    // Without values there is still the choice of all; the panels say why.
    actions.valuesOf(name).then(fill, () => undefined);
    return place;
  });
  return make(
    'div',
    { class: 'controls' },
    ...variables,
    select('Time', RANGES, choice.range, (range) => actions.change({ range })),
    select('Refresh', REFRESHES, choice.refresh, (refresh) => actions.change({ refresh })),
    button,
  );
}
