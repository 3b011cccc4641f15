/** Rules of the sound bundle, and the expression in them. */
export const RULES = 'prometheusrule/ai/oss';
export const EXPR = '/spec/groups/0/rules/0/expr';

/** An autoscaler of a server of another repository, and its query. */
const SCALER = 'scaledobject/ai/oss';
const QUERY = '/spec/triggers/0/metadata/query';

/** A dashboard, and the file that it is in. */
const BOARD = 'configmap/ai/board';
const FILE = '/data/board.json';

const rules = (rule: object) => ({ [RULES]: { spec: { groups: [{ name: 'oss', rules: [rule] }] } } });

/** A recording rule instead of the one of the sound bundle. */
export const recording = (expr: string) => rules({ record: 'llm:requests:sum', expr });

/** An alert instead of the recording rule. */
export const alert = (expr: string, name = 'Example', more: object = {}) =>
  rules({ alert: name, expr, ...more });

/** A target that the sound bundle does not have: the exporter of GPU metrics. */
export const GPUS = {
  'podmonitor/ai/gpus': {
    apiVersion: 'monitoring.coreos.com/v1',
    kind: 'PodMonitor',
    metadata: { namespace: 'ai', name: 'gpus' },
    spec: {
      selector: { matchLabels: { app: 'nvidia-dcgm-exporter' } },
      podMetricsEndpoints: [{ port: 'metrics' }],
    },
  },
};

/** An autoscaler that asks Prometheus. */
export const scaler = (query: string, threshold = '5') => ({
  [SCALER]: {
    apiVersion: 'keda.sh/v1alpha1',
    kind: 'ScaledObject',
    metadata: { namespace: 'ai', name: 'oss' },
    spec: {
      scaleTargetRef: { name: 'elsewhere' },
      triggers: [
        {
          type: 'prometheus',
          metadata: { serverAddress: 'http://prometheus.monitoring:9090', query, threshold },
        },
      ],
    },
  },
});

/** A dashboard of Grafana with one panel; `timeseries` draws a curve, `stat` shows a figure. */
export const board = (expr: string, type = 'timeseries') => ({
  [BOARD]: {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { namespace: 'ai', name: 'board', labels: { grafana_dashboard: '1' } },
    data: {
      'board.json': JSON.stringify({
        title: 'Models',
        panels: [
          {
            type: 'row',
            title: 'Engine',
            panels: [{ type, title: 'Panel', targets: [{ refId: 'A', expr }] }],
          },
        ],
      }),
    },
  },
});

/** A dashboard of Perses with one panel. */
export const perses = (query: string) => ({
  'persesdashboard/ai/board': {
    apiVersion: 'perses.dev/v1alpha2',
    kind: 'PersesDashboard',
    metadata: { namespace: 'ai', name: 'board' },
    spec: {
      config: {
        display: { name: 'Models' },
        duration: '15m',
        layouts: [],
        panels: {
          queue: {
            kind: 'Panel',
            spec: {
              display: { name: 'Panel' },
              plugin: { kind: 'TimeSeriesChart', spec: {} },
              queries: [
                {
                  kind: 'TimeSeriesQuery',
                  spec: { plugin: { kind: 'PrometheusTimeSeriesQuery', spec: { query } } },
                },
              ],
            },
          },
        },
      },
    },
  },
});

const found =
  (place: string) =>
  (shows: string, change: object, more: { also?: readonly string[] } = {}) => ({
    shows,
    change: change as Readonly<Record<string, object>>,
    finds: [place],
    ...more,
  });

/** Samples with one finding in a rule, in an autoscaler, on a board. */
export const inRule = found(`${RULES} ${EXPR}`);
export const inScaler = found(`${SCALER} ${QUERY}`);
export const onBoard = found(`${BOARD} ${FILE}`);
export const onPerses = found(
  'persesdashboard/ai/board /spec/config/panels/queue/spec/queries/0/spec/plugin/spec/query',
);
