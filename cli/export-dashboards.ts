import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Board } from '../base/board';
import { BOARDS, grafanaDashboard, persesSpec } from '../constructs/dashboards';

export interface ExportOptions {
  readonly to: 'grafana' | 'perses';
  readonly out: string;
  /** Project of Perses. */
  readonly project: string;
  readonly runbooks?: string;
}

function dashboardOf(board: Board, { to, project, runbooks }: ExportOptions): object {
  if (to === 'grafana') return grafanaDashboard(board, runbooks === undefined ? {} : { runbooks });
  return {
    kind: 'Dashboard',
    metadata: { name: `ai-platform-${board.id}`, project },
    spec: persesSpec(board),
  };
}

/** Writes every board as a file, and returns the files' names. */
export function exportDashboards(options: ExportOptions): readonly string[] {
  mkdirSync(options.out, { recursive: true });
  return BOARDS.map((board) => {
    const file = join(options.out, `${board.id}.json`);
    writeFileSync(file, `${JSON.stringify(dashboardOf(board, options), null, 2)}\n`);
    return file;
  });
}
