import type { Construct } from 'constructs';
import type { Board } from '../../base/board';
import { GRAFANA_FOLDER_ANNOTATION } from '../../config';
import { Component, kubeObject } from '../component';
import type { Namespace } from '../namespace';
import { grafanaDashboard } from './grafana';
import { persesSpec } from './perses';

export interface DashboardsProps {
  readonly namespace: Namespace;

  /** For which program: ConfigMaps that Grafana's sidecar finds, or objects of the operator of Perses. */
  readonly program: 'grafana' | 'perses';

  readonly boards: readonly Board[];

  /**
   * Grafana's folder.
   *
   * @default 'AI platform'
   */
  readonly folder?: string;

  /**
   * Address of the folder with runbooks, one page an alert; Grafana's boards link to it.
   *
   * @default - no link
   */
  readonly runbooks?: string;
}

/** What the Grafana chart's sidecar looks for, in all namespaces, unless it is told otherwise. */
const SIDECAR_LABEL = { grafana_dashboard: '1' } as const;

/** The boards as objects, one each. */
export class Dashboards extends Component {
  constructor(scope: Construct, id: string, { namespace, program, boards, ...rest }: DashboardsProps) {
    super(scope, id);
    this.node.addDependency(namespace);
    for (const board of boards) {
      if (program === 'grafana') this.grafana(namespace, board, rest);
      else this.perses(namespace, board);
    }
  }

  private grafana(
    { name: namespace }: Namespace,
    board: Board,
    { folder = 'AI platform', runbooks }: Pick<DashboardsProps, 'folder' | 'runbooks'>,
  ): void {
    const dashboard = grafanaDashboard(board, runbooks === undefined ? {} : { runbooks });
    kubeObject(this, board.id, {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: {
        name: `dashboard-${board.id}`,
        namespace,
        labels: SIDECAR_LABEL,
        // Read where the chart's folderAnnotation says so; elsewhere boards are in no folder.
        annotations: { [GRAFANA_FOLDER_ANNOTATION]: folder },
      },
      data: { [`${dashboard.uid}.json`]: JSON.stringify(dashboard) },
    });
  }

  private perses({ name: namespace }: Namespace, board: Board): void {
    kubeObject(this, board.id, {
      apiVersion: 'perses.dev/v1alpha2',
      kind: 'PersesDashboard',
      metadata: { name: `ai-platform-${board.id}`, namespace },
      // An empty selector is every Perses that the operator knows.
      spec: { config: persesSpec(board), instanceSelector: {} },
    });
  }
}
