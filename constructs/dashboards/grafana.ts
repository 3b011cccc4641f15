import type { Board, BoardVariable, Panel, PanelQuery, PanelUnit, VariableSource } from '../../base/board';
import { COLUMNS, type Place, type PlacedSection, placedSections } from './layout';
import { descriptionOf, emptyText, introductionOf } from './texts';

/** A dashboard of Grafana as JSON: `schemaVersion` 41, which Grafana 10 and later bring up to date. */
export interface GrafanaDashboard {
  readonly uid: string;
  readonly title: string;
  readonly [field: string]: unknown;
}

export interface GrafanaProps {
  /** Address of the folder with runbooks, one page an alert. Default: no link to them. */
  readonly runbooks?: string;
}

/** By it boards find each other. */
const TAG = 'vcf-ai-platform';

/** The reader chooses the data source: none is written into a board. */
const SOURCE = { type: 'prometheus', uid: '$' + '{datasource}' } as const;

const UNITS: Readonly<Record<PanelUnit, string>> = {
  'gigabytes per second': 'GBs',
  // Of no currency: thousands are told apart as the reader's language does.
  money: 'locale',
  ratio: 'percentunit',
  requests: 'short',
  'requests per second': 'reqps',
  seconds: 's',
  times: 'none',
  tokens: 'short',
  'tokens per second': 'si:tok/s',
};

const COLOURS = { warning: 'orange', critical: 'red' } as const;

const INTRODUCTION = 4;

const refId = (index: number) => String.fromCharCode('A'.charCodeAt(0) + index);

/**
 * A board for Grafana.
 *
 * Plain objects, and not the builders of `@grafana/grafana-foundation-sdk`: these take 150 to 490 ms to load, more than
 * `vcf-ai check` may take for a whole stack, and 11 MB to install. A test holds each kind of panel to what those builders
 * make.
 */
export function grafanaDashboard(board: Board, { runbooks }: GrafanaProps = {}): GrafanaDashboard {
  let id = 0;
  const next = () => {
    id += 1;
    return id;
  };
  return {
    uid: `vcf-ai-${board.id}`,
    title: `AI platform: ${board.title}`,
    description: board.about,
    tags: [TAG],
    editable: false,
    graphTooltip: 1,
    schemaVersion: 41,
    time: { from: 'now-15m', to: 'now' },
    refresh: '15s',
    templating: { list: [dataSource(), ...Object.entries(board.variables).map(variable)] },
    annotations: { list: [] },
    links: [boardLink(), ...(runbooks === undefined ? [] : [runbookLink(runbooks)])],
    panels: [
      introduction(board, next()),
      ...placedSections(board, INTRODUCTION).flatMap((section) => sectionPanels(section, next)),
    ],
  };
}

const link = { icon: 'dashboard', tooltip: '', asDropdown: false, targetBlank: false };

const boardLink = () => ({
  ...link,
  ...{ title: 'Boards', type: 'dashboards', tags: [TAG], includeVars: true, keepTime: true },
});

const runbookLink = (url: string) => ({
  ...link,
  ...{ title: 'Runbooks', type: 'link', icon: 'doc', url, tags: [], targetBlank: true },
  ...{ includeVars: false, keepTime: false },
});

const dataSource = () => ({
  type: 'datasource',
  name: 'datasource',
  label: 'Prometheus',
  query: 'prometheus',
});

/** Values in the time that is shown; several may be chosen, and all of them are a regular expression for anything. */
function variable([name, { title, series, label }]: [string, VariableSource]) {
  return {
    type: 'query',
    name: name as BoardVariable,
    label: title,
    datasource: SOURCE,
    query: { query: `label_values(${series}, ${label})`, refId: name },
    ...{ refresh: 2, sort: 1, multi: true, includeAll: true, allValue: '.*' },
    current: { text: 'All', value: '$__all' },
  };
}

function introduction(board: Board, id: number) {
  return {
    type: 'text',
    id,
    title: '',
    transparent: true,
    gridPos: { x: 0, y: 0, w: COLUMNS, h: INTRODUCTION },
    options: { mode: 'markdown', content: introductionOf(board) },
  };
}

function sectionPanels({ title, y, panels }: PlacedSection, next: () => number): object[] {
  return [
    { type: 'row', id: next(), title, collapsed: false, gridPos: { x: 0, y, w: COLUMNS, h: 1 }, panels: [] },
    ...panels.map(({ panel, place }) => grafanaPanel(panel, { ...place, y: y + 1 + place.y }, next())),
  ];
}

/** A panel, of the type that its kind asks for. */
export function grafanaPanel(panel: Panel, gridPos: Place, id: number) {
  return {
    id,
    title: panel.title,
    description: descriptionOf(panel),
    datasource: SOURCE,
    gridPos,
    targets: panel.queries.map((query, index) => target(panel, query, index)),
    ...BY_KIND[panel.kind](panel),
  };
}

function target({ kind }: Panel, { expression, legend }: PanelQuery, index: number) {
  const asked = { refId: refId(index), expr: expression.promql, legendFormat: legend };
  return kind === 'table' ? { ...asked, instant: true, format: 'table' } : { ...asked, range: true };
}

function thresholdSteps({ thresholds }: Panel, otherwise: string) {
  const steps = thresholds.map(({ from, level }) => ({ value: from, color: COLOURS[level] }));
  return { mode: 'absolute', steps: [{ value: null, color: otherwise }, ...steps] };
}

const common = (panel: Panel) => ({ unit: UNITS[panel.unit], noValue: emptyText(panel) });

function timeSeries(panel: Panel, style: object) {
  const { most } = panel;
  return {
    type: 'timeseries',
    options: {
      legend: { showLegend: true, displayMode: 'list', placement: 'bottom', calcs: ['lastNotNull'] },
      tooltip: { mode: 'multi', sort: 'desc' },
    },
    fieldConfig: {
      defaults: {
        ...common(panel),
        min: 0,
        ...(most !== undefined && { max: most }),
        thresholds: thresholdSteps(panel, 'transparent'),
        custom: {
          lineWidth: 2,
          ...style,
          thresholdsStyle: { mode: panel.thresholds.length > 0 ? 'dashed' : 'off' },
        },
      },
      overrides: [],
    },
  };
}

function stat(panel: Panel) {
  return {
    type: 'stat',
    options: {
      graphMode: 'area',
      colorMode: panel.thresholds.length > 0 ? 'value' : 'none',
      reduceOptions: { values: false, calcs: ['lastNotNull'], fields: '' },
    },
    fieldConfig: {
      defaults: { ...common(panel), thresholds: thresholdSteps(panel, 'green') },
      overrides: [],
    },
  };
}

/** One row for each combination of labels: the queries side by side, and columns under the headings of the panel. */
function table(panel: Panel) {
  const heads = Object.entries(panel.rows ?? {});
  const columns = panel.queries.map(({ legend }, index) => [`Value #${refId(index)}`, legend] as const);
  const names = [...heads, ...columns];
  const units = panel.queries.flatMap(({ legend, unit }) =>
    unit === undefined
      ? []
      : { matcher: { id: 'byName', options: legend }, properties: [{ id: 'unit', value: UNITS[unit] }] },
  );
  return {
    type: 'table',
    options: { showHeader: true },
    transformations: [
      { id: 'merge', options: {} },
      {
        id: 'organize',
        options: {
          excludeByName: { Time: true },
          indexByName: Object.fromEntries(names.map(([name], index) => [name, index])),
          renameByName: Object.fromEntries(names),
        },
      },
    ],
    fieldConfig: { defaults: common(panel), overrides: units },
  };
}

const BY_KIND: Readonly<Record<Panel['kind'], (panel: Panel) => { readonly type: string }>> = {
  lines: (panel) => timeSeries(panel, { fillOpacity: 0 }),
  areas: (panel) => timeSeries(panel, { fillOpacity: 30, stacking: { mode: 'normal', group: 'A' } }),
  stat,
  table,
};
