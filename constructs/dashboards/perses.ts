import type { Board, Panel, PanelQuery, PanelUnit } from '../../base/board';
import { COLUMNS, type Place, placedSections } from './layout';
import { descriptionOf, introductionOf } from './texts';

/** What a dashboard of Perses is made of: `spec` of its JSON, and `spec.config` of its operator's object. */
export interface PersesSpec {
  readonly display: { readonly name: string; readonly description: string };
  readonly duration: string;
  readonly refreshInterval: string;
  readonly variables: readonly Plugin[];
  readonly panels: Readonly<Record<string, PersesPanel>>;
  readonly layouts: readonly Plugin[];
}

/** Something that Perses knows by its kind. */
interface Plugin {
  readonly kind: string;
  readonly spec: object;
}

export interface PersesPanel {
  readonly kind: 'Panel';
  readonly spec: {
    readonly display: { readonly name: string; readonly description?: string };
    readonly plugin: Plugin;
    readonly queries?: readonly { readonly kind: string; readonly spec: { readonly plugin: Plugin } }[];
  };
}

/** Perses has no gigabytes and no tokens per second: the legend of these panels says what they count. */
const FORMATS: Readonly<Record<PanelUnit, object>> = {
  'gigabytes per second': { unit: 'decimal', decimalPlaces: 1 },
  money: { unit: 'decimal', decimalPlaces: 2 },
  ratio: { unit: 'percent-decimal' },
  requests: { unit: 'decimal', shortValues: true },
  'requests per second': { unit: 'requests/sec' },
  seconds: { unit: 'seconds' },
  times: { unit: 'decimal', decimalPlaces: 1 },
  tokens: { unit: 'decimal', shortValues: true },
  'tokens per second': { unit: 'counts/sec', shortValues: true },
};

const COLOURS = { warning: '#d97706', critical: '#dc2626' } as const;

const INTRODUCTION = { name: 'look-first', height: 4 };

/** A board for Perses; its queries ask the default data source of Prometheus. */
export function persesSpec(board: Board): PersesSpec {
  const sections = placedSections(board, 0);
  const panels = sections.flatMap((section) => section.panels.map(({ panel }) => panel));
  return {
    display: { name: `AI platform: ${board.title}`, description: board.about },
    duration: '15m',
    refreshInterval: '15s',
    variables: Object.entries(board.variables).map(([name, { title, series, label }]) => ({
      kind: 'ListVariable',
      spec: {
        name,
        display: { name: title },
        ...{ allowAllValue: true, allowMultiple: true, customAllValue: '.*', defaultValue: '$__all' },
        plugin: {
          kind: 'PrometheusLabelValuesVariable',
          spec: { labelName: label, matchers: [series] },
        },
      },
    })),
    panels: {
      [INTRODUCTION.name]: introduction(board),
      ...Object.fromEntries(panels.map((panel) => [panel.id, persesPanel(panel)])),
    },
    layouts: [
      grid('', [item(INTRODUCTION.name, { x: 0, y: 0, w: COLUMNS, h: INTRODUCTION.height })]),
      ...sections.map((section) =>
        grid(
          section.title,
          section.panels.map(({ panel, place }) => item(panel.id, place)),
        ),
      ),
    ],
  };
}

const grid = (title: string, items: readonly object[]): Plugin => ({
  kind: 'Grid',
  spec: { ...(title !== '' && { display: { title } }), items },
});

const item = (panel: string, { x, y, w, h }: Place) => ({
  ...{ x, y, width: w, height: h },
  content: { $ref: `#/spec/panels/${panel}` },
});

function introduction(board: Board): PersesPanel {
  return {
    kind: 'Panel',
    spec: {
      display: { name: 'Look first at' },
      plugin: { kind: 'Markdown', spec: { text: introductionOf(board) } },
    },
  };
}

function persesPanel(panel: Panel): PersesPanel {
  return {
    kind: 'Panel',
    spec: {
      display: { name: panel.title, description: descriptionOf(panel) },
      plugin: BY_KIND[panel.kind](panel),
      queries: panel.queries.map(query),
    },
  };
}

const query = ({ expression, legend }: PanelQuery) => ({
  kind: 'TimeSeriesQuery',
  spec: {
    plugin: {
      kind: 'PrometheusTimeSeriesQuery',
      spec: { query: expression.promql, seriesNameFormat: legend },
    },
  },
});

function thresholds({ thresholds: all }: Panel): object {
  if (all.length === 0) return {};
  const steps = all.map(({ from, level, because }) => ({
    value: from,
    color: COLOURS[level],
    name: because,
  }));
  return { thresholds: { mode: 'absolute', steps } };
}

function timeSeries(panel: Panel, visual: object): Plugin {
  const { most, unit } = panel;
  return {
    kind: 'TimeSeriesChart',
    spec: {
      legend: { position: 'bottom', mode: 'table', values: ['last-number'] },
      yAxis: { format: FORMATS[unit], min: 0, ...(most !== undefined && { max: most }) },
      visual: { lineWidth: 2, connectNulls: false, ...visual },
      ...thresholds(panel),
    },
  };
}

/** One row for each combination of labels; Perses numbers the columns of values by query. */
function table({ rows = {}, queries, unit: common }: Panel): Plugin {
  return {
    kind: 'Table',
    spec: {
      columnSettings: [
        { name: 'timestamp', hide: true },
        ...Object.entries(rows).map(([name, header]) => ({ name, header, enableSorting: true })),
        ...queries.map(({ legend, unit = common }, index) => ({
          name: `value #${index + 1}`,
          header: legend,
          ...{ align: 'right', enableSorting: true, format: FORMATS[unit] },
        })),
      ],
      transforms: [{ kind: 'MergeSeries', spec: {} }],
    },
  };
}

const BY_KIND: Readonly<Record<Panel['kind'], (panel: Panel) => Plugin>> = {
  lines: (panel) => timeSeries(panel, { areaOpacity: 0 }),
  areas: (panel) => timeSeries(panel, { areaOpacity: 0.3, stack: 'all' }),
  stat: (panel) => ({
    kind: 'StatChart',
    spec: { calculation: 'last-number', format: FORMATS[panel.unit], sparkline: {}, ...thresholds(panel) },
  }),
  table,
};
