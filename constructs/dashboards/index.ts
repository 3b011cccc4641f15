import { type Board, panelsOf } from '../../base/board';
import { RECORDED_SERIES } from '../../base/metrics';
import { engine } from './engine';
import { gateway } from './gateway';
import { gpus } from './gpus';
import { overview } from './overview';
import { validation } from './validation';
import { workloads } from './workloads';

export { Dashboards, type DashboardsProps } from './construct';
export { type GrafanaDashboard, type GrafanaProps, grafanaDashboard } from './grafana';
export { type PersesSpec, persesSpec } from './perses';

/** Every board, in the order in which they are shown. */
export const BOARDS: readonly Board[] = [overview, gateway, engine, gpus, workloads, validation];

/**
 * The boards of a platform: without model servers of its own, those panels alone that are about the gateway.
 *
 * @param engines Whether there are model servers of vLLM, and the GPUs under them.
 */
export function boardsOf({ engines }: { readonly engines: boolean }): readonly Board[] {
  if (engines) return BOARDS;
  return BOARDS.map(ofGateway).filter((board) => panelsOf(board).length > 0);
}

function ofGateway(board: Board): Board {
  const sections = board.sections.map(({ title, panels }) => ({
    title,
    panels: panels.filter(({ queries }) =>
      queries.every(({ expression }) =>
        expression.series.every((name) => RECORDED_SERIES[name].of === 'gateway'),
      ),
    ),
  }));
  const variables = Object.entries(board.variables).filter(
    ([, { series }]) => RECORDED_SERIES[series].of === 'gateway',
  );
  return {
    ...board,
    variables: Object.fromEntries(variables),
    sections: sections.filter(({ panels }) => panels.length > 0),
  };
}
