import { type Board, panelsOf } from '../../base/board';
import { RECORDED_SERIES, type RecordedName, type RecordedSeries } from '../../base/metrics';
import { budgets } from './budgets';
import { engine } from './engine';
import { gateway } from './gateway';
import { gpus } from './gpus';
import { objectives } from './objectives';
import { overview } from './overview';
import { validation } from './validation';
import { workloads } from './workloads';

export { Dashboards, type DashboardsProps } from './construct';
export { type GrafanaDashboard, type GrafanaProps, grafanaDashboard } from './grafana';
export { type PersesSpec, persesSpec } from './perses';

/** Every board, in the order in which they are shown. */
export const BOARDS: readonly Board[] = [
  ...[overview, gateway, engine, gpus],
  ...[workloads, objectives, budgets, validation],
];

/** What there is to look at. */
interface Shown {
  /** Whether there are model servers of vLLM. */
  readonly engines: boolean;
  /** Whether an exporter tells about the GPUs under them. Default: as `engines`. */
  readonly gpus?: boolean;
}

/** The boards of a platform: those panels alone for which all of their series are recorded. */
export function boardsOf({ engines, gpus: hasGpus = engines }: Shown): readonly Board[] {
  if (engines && hasGpus) return BOARDS;
  const recorded: readonly RecordedSeries['of'][] = [
    'gateway',
    'objectives',
    'budgets',
    ...(engines ? (['vLLM'] as const) : []),
    ...(hasGpus ? (['GPUs'] as const) : []),
  ];
  // A board about GPUs that shows tokens alone would say nothing about GPUs.
  return BOARDS.filter((board) => hasGpus || board !== gpus)
    .map((board) => about(recorded, board))
    .filter((board) => panelsOf(board).length > 0);
}

function about(recorded: readonly RecordedSeries['of'][], board: Board): Board {
  const isRecorded = (name: RecordedName) => recorded.includes(RECORDED_SERIES[name].of);
  const sections = board.sections.map(({ title, panels }) => ({
    title,
    panels: panels.filter(({ queries }) =>
      queries.every(({ expression }) => expression.series.every(isRecorded)),
    ),
  }));
  const variables = Object.entries(board.variables).filter(([, { series }]) => isRecorded(series));
  return {
    ...board,
    variables: Object.fromEntries(variables),
    sections: sections.filter(({ panels }) => panels.length > 0),
  };
}
