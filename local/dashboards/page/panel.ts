import type { Panel, Threshold } from '../../../base/board';
import type { PanelAnswer, SeriesAnswer } from '../answer';
import { formatAge, formatValue, legendOf } from '../format';
import { Chart, type Line, MARKS, timeOf } from './chart';
import { make, swatch } from './dom';
import { tableOf } from './table';
import { theme } from './theme';

const HEIGHT = { stat: 38, chart: 190 };

/** A value that is older than so many steps is shown with its age. */
const FRESH_STEPS = 3;

function valuesAt(times: readonly number[], { values }: SeriesAnswer): (number | null)[] {
  const known = new Map(values);
  return times.map((time) => known.get(time) ?? null);
}

function linesOf(panel: Panel, { queries }: PanelAnswer, times: readonly number[]): Line[] {
  const { colour, dash } = theme();
  const named = queries.flatMap((series, index) =>
    series.map((one) => ({
      name: legendOf(panel.queries[index]?.legend ?? '', one.labels),
      values: valuesAt(times, one),
      dash: panel.kind === 'lines' ? dash(index) : [],
    })),
  );
  return named
    .filter(({ values }) => values.some((value) => value !== null))
    .map((one, index) => ({ ...one, colour: colour(index) }));
}

/** The worst level that a value has reached. */
function reached(value: number, thresholds: readonly Threshold[]): Threshold | undefined {
  return thresholds
    .filter(({ from }) => value >= from)
    .toSorted(
      (a, b) => Number(b.level === 'critical') - Number(a.level === 'critical') || b.from - a.from,
    )[0];
}

const lastIndex = (values: readonly (number | null)[]) => values.findLastIndex((value) => value !== null);

/** One panel: heading, help, and what the last answer said. */
export class PanelCard {
  readonly element: HTMLElement;
  private readonly body = make('div', { class: 'body' });
  private chart: Chart | undefined;

  constructor(readonly panel: Panel) {
    const heading = make('h4', { id: `title-${panel.id}` }, panel.title);
    this.element = make(
      'article',
      {
        class: `panel ${panel.kind} w${panel.width}`,
        'data-panel': panel.id,
        'data-state': 'loading',
        'aria-labelledby': `title-${panel.id}`,
      },
      make('header', {}, heading, helpOf(panel)),
      this.body,
    );
    this.body.append(make('p', { class: 'note' }, 'Loading …'));
  }

  private show(state: 'data' | 'empty' | 'error', ...content: readonly HTMLElement[]): void {
    this.element.dataset.state = state;
    this.body.replaceChildren(...content);
  }

  fail(message: string): void {
    this.chart?.end();
    this.chart = undefined;
    this.show('error', make('p', { class: 'note error', role: 'alert' }, message));
  }

  update(answer: PanelAnswer): void {
    this.chart?.end();
    this.chart = undefined;
    const { panel } = this;
    if (panel.kind === 'table') this.table(tableOf(panel, answer));
    else this.drawn(answer);
  }

  private table(table: HTMLElement | undefined): void {
    if (table) this.show('data', table);
    else this.empty();
  }

  private drawn(answer: PanelAnswer): void {
    const { from, to, step } = answer;
    const count = Math.round((to - from) / step) + 1;
    const times = Array.from({ length: count }, (_, index) => from + index * step);
    const lines = linesOf(this.panel, answer, times);
    if (lines.length === 0) this.empty();
    else if (this.panel.kind === 'stat') this.stat(times, lines, answer);
    else this.course(times, lines);
  }

  private empty(): void {
    this.show('empty', make('p', { class: 'note' }, `No data, because ${this.panel.absent}.`));
  }

  private stat(times: readonly number[], lines: readonly Line[], { to, step }: PanelAnswer): void {
    const { unit, thresholds, title } = this.panel;
    const values = lines[0]?.values ?? [];
    const at = lastIndex(values);
    const value = values[at] ?? 0;
    const age = to - (times[at] ?? to);
    const level = reached(value, thresholds);
    const [number = '', ...suffix] = formatValue(value, unit).split(' ');
    const figure = make(
      'p',
      { class: `figure ${level?.level ?? ''}` },
      make('span', { class: 'number' }, number),
      make('span', { class: 'suffix' }, suffix.join(' ')),
    );
    const old = age > FRESH_STEPS * step ? `${formatAge(age)} ago` : '';
    const verdict = thresholds.length === 0 ? '' : level ? `${MARKS[level.level]} ${level.level}` : '✓ fine';
    const said = make(
      'p',
      { class: `verdict ${level?.level ?? ''}` },
      [verdict, old].filter(Boolean).join(' · '),
    );
    const home = make('div', { class: 'spark', role: 'img', 'aria-label': `course of ${title}` });
    this.show('data', figure, said, home);
    this.chart = new Chart(
      this.panel,
      { times, lines: lines.slice(0, 1) },
      home,
      HEIGHT.stat,
      () => undefined,
    );
  }

  private course(times: readonly number[], lines: readonly Line[]): void {
    const { unit, thresholds, title } = this.panel;
    const last = (values: readonly (number | null)[], at: number | null) => {
      const value = values[at ?? lastIndex(values)];
      return value == null ? '–' : formatValue(value, unit);
    };
    const shown = lines.map(({ name, values, colour, dash }) => ({
      values,
      value: make('span', { class: 'value' }, last(values, null)),
      name,
      mark: swatch(dash, colour),
    }));
    const legend = make(
      'ul',
      { class: 'legend' },
      ...shown.map(({ mark, name, value }) =>
        make('li', {}, mark, make('span', { class: 'name' }, name), value),
      ),
      ...thresholds.map(({ from, level }) =>
        make(
          'li',
          { class: `threshold ${level}` },
          make('span', { class: 'mark', 'aria-hidden': 'true' }, MARKS[level]),
          make('span', { class: 'name' }, `${level} from`),
          make('span', { class: 'value' }, formatValue(from, unit)),
        ),
      ),
    );
    const said = shown.map(({ name, value }) => `${name} ${value.textContent}`).join(', ');
    const home = make('div', { class: 'chart', role: 'img', 'aria-label': `${title}, last values: ${said}` });
    const moment = make('span', { class: 'moment', 'aria-hidden': 'true' });
    this.show('data', home, legend);
    home.append(moment);
    this.chart = new Chart(this.panel, { times, lines }, home, HEIGHT.chart, (at) => {
      for (const { values, value } of shown) value.textContent = last(values, at);
      moment.textContent = at === null ? '' : timeOf(times[at] ?? 0);
    });
  }
}

/** What a panel means, what to look at first, and the queries behind it. */
function helpOf({ id, title, meaning, lookAt, thresholds, unit, queries, paper }: Panel): HTMLElement {
  const term = (name: string, ...texts: readonly (string | HTMLElement)[]) => [
    make('dt', {}, name),
    ...texts.map((text) => make('dd', {}, text)),
  ];
  const facts = make(
    'dl',
    {},
    ...term('Meaning', meaning),
    ...term('Look at first', lookAt),
    ...(thresholds.length > 0
      ? term(
          'Thresholds',
          ...thresholds.map(
            ({ from, level, because }) => `${level} from ${formatValue(from, unit)}: ${because}`,
          ),
        )
      : []),
    ...(paper === undefined ? [] : term('In the white paper', paper)),
    ...term('Query', ...queries.map(({ expression }) => make('code', {}, expression.promql))),
  );
  const place = make('div', { class: 'facts', id: `help-${id}` }, facts);
  const help = make(
    'details',
    { class: 'help' },
    make('summary', { 'aria-label': `About ${title}`, title: `About ${title}` }, '?'),
    place,
  );
  // It hangs from the right edge of its panel, unless it would leave the window at the left.
  help.addEventListener('toggle', () => {
    place.classList.remove('from-left');
    if (help.open) place.classList.toggle('from-left', place.getBoundingClientRect().left < 0);
  });
  return help;
}
