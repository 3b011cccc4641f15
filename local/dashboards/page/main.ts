import 'uplot/dist/uPlot.min.css';
import './style.css';
import type { Board, BoardVariable } from '../../../base/board';
import { panelsOf } from '../../../base/board';
import type { PanelAnswer } from '../answer';
import { timeOf } from './chart';
import { make } from './dom';
import { PanelCard } from './panel';
import { onThemeChange } from './theme';
import { type Choice, controls, heading, lookFirst, navigation } from './view';

/** What is shown is in the address: a link to it shows the same again. */
function choiceIn(hash: string, boards: readonly Board[]): Choice {
  const [id = '', query = ''] = hash.replace(/^#/, '').split('?');
  const given = new URLSearchParams(query);
  const board = boards.find((one) => one.id === id) ?? boards[0];
  if (board === undefined) throw new Error('there is no board');
  return {
    board,
    range: ['300', '900', '3600'].find((range) => range === given.get('range')) ?? '300',
    refresh: ['0', '5', '15', '60'].find((refresh) => refresh === given.get('refresh')) ?? '15',
    values: Object.fromEntries(
      Object.keys(board.variables).flatMap((name) =>
        given.get(name) ? [[name, given.get(name) ?? '']] : [],
      ),
    ),
  };
}

function addressOf({ board, range, refresh, values }: Choice): string {
  return `#${board.id}?${new URLSearchParams({ range, refresh, ...values })}`;
}

async function ask<T>(path: string, query: Readonly<Record<string, string>> = {}): Promise<T> {
  const response = await fetch(`${path}?${new URLSearchParams(query)}`);
  const body = await response.json();
  if (!response.ok) throw new Error(body.error);
  return body;
}

/** The page: one board at a time, its panels filled again and again. */
class Page {
  private cards: readonly PanelCard[] = [];
  private choice: Choice;
  private timer: number | undefined;
  private readonly stamp = make('p', { class: 'stamp', role: 'status' });

  constructor(private readonly boards: readonly Board[]) {
    this.choice = choiceIn(location.hash, boards);
    addEventListener('hashchange', () => this.open());
    document.addEventListener('visibilitychange', () => document.hidden || this.refresh());
    document.addEventListener('keydown', ({ key }) => key === 'Escape' && closeHelp());
    document.addEventListener('click', ({ target }) => closeHelp(target as Node));
    onThemeChange(() => this.refresh());
    this.open();
  }

  private open(): void {
    this.choice = choiceIn(location.hash, this.boards);
    const { board } = this.choice;
    document.title = `${board.title} · dashboards of the AI platform`;
    this.cards = panelsOf(board).map((panel) => new PanelCard(panel));
    const cardOf = new Map(this.cards.map((card) => [card.panel, card.element]));
    const sections = board.sections.map(({ title, panels }) =>
      make(
        'section',
        {},
        make('h3', {}, title),
        make('div', { class: 'grid' }, ...panels.flatMap((panel) => cardOf.get(panel) ?? [])),
      ),
    );
    document.body.replaceChildren(
      make(
        'header',
        { class: 'top' },
        heading(),
        navigation(this.boards, this.choice, addressOf),
        controls(this.choice, {
          change: (part) => {
            location.hash = addressOf({ ...this.choice, ...part });
          },
          refresh: () => this.refresh(),
          valuesOf: (name) => this.valuesOf(name),
        }),
        this.stamp,
      ),
      make('main', { id: 'board' }, lookFirst(board), ...sections),
    );
    void this.refresh();
  }

  private valuesOf(name: BoardVariable): Promise<readonly string[]> {
    const { board, range } = this.choice;
    return ask('/api/variable', { board: board.id, name, range });
  }

  private async refresh(): Promise<void> {
    clearTimeout(this.timer);
    const { board, range, refresh, values } = this.choice;
    const { cards } = this;
    await Promise.all(
      cards.map((card) =>
        ask<PanelAnswer>('/api/panel', { board: board.id, panel: card.panel.id, range, ...values }).then(
          (answer) => card.update(answer),
          (error: Error) => card.fail(error.message),
        ),
      ),
    );
    // Another board may be open by now.
    if (cards !== this.cards) return;
    this.stamp.textContent = `As of ${timeOf(Date.now() / 1000)}`;
    document.body.dataset.loaded = board.id;
    if (refresh === '0') return;
    this.timer = window.setTimeout(() => document.hidden || this.refresh(), Number(refresh) * 1000);
  }
}

/** Closes what explains a panel, unless it was clicked itself. */
function closeHelp(clicked?: Node): void {
  for (const help of document.querySelectorAll<HTMLDetailsElement>('details.help[open]')) {
    if (clicked === undefined || !help.contains(clicked)) help.open = false;
  }
}

ask<readonly Board[]>('/api/boards').then(
  (boards) => new Page(boards),
  (error: Error) =>
    document.body.replaceChildren(make('p', { class: 'note error', role: 'alert' }, error.message)),
);
