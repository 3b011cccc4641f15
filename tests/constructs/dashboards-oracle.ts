import {
  BigValueColorMode,
  BigValueGraphMode,
  GraphThresholdsStyleConfigBuilder,
  GraphThresholdsStyleMode,
  LegendDisplayMode,
  LegendPlacement,
  ReduceDataOptionsBuilder,
  SortOrder,
  StackingConfigBuilder,
  StackingMode,
  TooltipDisplayMode,
  VizLegendOptionsBuilder,
  VizTooltipOptionsBuilder,
} from '@grafana/grafana-foundation-sdk/common';
import { ThresholdsConfigBuilder, ThresholdsMode } from '@grafana/grafana-foundation-sdk/dashboard';
import { DataqueryBuilder, PromQueryFormat } from '@grafana/grafana-foundation-sdk/prometheus';
import { PanelBuilder as StatBuilder } from '@grafana/grafana-foundation-sdk/stat';
import { PanelBuilder as TableBuilder } from '@grafana/grafana-foundation-sdk/table';
import { PanelBuilder as TimeSeriesBuilder } from '@grafana/grafana-foundation-sdk/timeseries';
import type { Panel } from '../../base/board';

/** What Grafana's own builders make of what a panel says: the common part is given as it is written in our panel. */
interface Written {
  readonly title: string;
  readonly description: string;
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
  readonly id: number;
}

const SOURCE = { type: 'prometheus', uid: '$' + '{datasource}' };

const query = ({ kind, queries }: Panel, index: number) => {
  const { expression, legend } = queries[index] ?? { expression: { promql: '' }, legend: '' };
  const built = new DataqueryBuilder()
    .refId('ABCDEF'[index] ?? '')
    .expr(expression.promql)
    .legendFormat(legend);
  if (kind !== 'table') return built.range();
  return built.instant().format(PromQueryFormat.Table);
};

const steps = (panel: Panel, otherwise: string) =>
  new ThresholdsConfigBuilder().mode(ThresholdsMode.Absolute).steps([
    { value: null, color: otherwise },
    ...panel.thresholds.map(({ from, level }) => ({
      value: from,
      color: level === 'critical' ? 'red' : 'orange',
    })),
  ]);

type Builder = TimeSeriesBuilder | StatBuilder | TableBuilder;

function common<B extends Builder>(builder: B, panel: Panel, written: Written, unit: string): B {
  builder
    .id(written.id)
    .title(written.title)
    .description(written.description)
    .datasource(SOURCE)
    .gridPos(written.gridPos)
    .unit(unit)
    .noValue(`No data, because ${panel.absent}.`);
  for (const index of panel.queries.keys()) builder.withTarget(query(panel, index));
  return builder;
}

function timeSeries(panel: Panel, written: Written, unit: string): TimeSeriesBuilder {
  const builder = common(new TimeSeriesBuilder(), panel, written, unit)
    .min(0)
    .lineWidth(2)
    .thresholds(steps(panel, 'transparent'))
    .thresholdsStyle(
      new GraphThresholdsStyleConfigBuilder().mode(
        panel.thresholds.length > 0 ? GraphThresholdsStyleMode.Dashed : GraphThresholdsStyleMode.Off,
      ),
    )
    .legend(
      new VizLegendOptionsBuilder()
        .showLegend(true)
        .displayMode(LegendDisplayMode.List)
        .placement(LegendPlacement.Bottom)
        .calcs(['lastNotNull']),
    )
    .tooltip(new VizTooltipOptionsBuilder().mode(TooltipDisplayMode.Multi).sort(SortOrder.Descending));
  if (panel.most !== undefined) builder.max(panel.most);
  if (panel.kind === 'lines') return builder.fillOpacity(0);
  return builder.fillOpacity(30).stacking(new StackingConfigBuilder().mode(StackingMode.Normal).group('A'));
}

function stat(panel: Panel, written: Written, unit: string): StatBuilder {
  return common(new StatBuilder(), panel, written, unit)
    .thresholds(steps(panel, 'green'))
    .graphMode(BigValueGraphMode.Area)
    .colorMode(panel.thresholds.length > 0 ? BigValueColorMode.Value : BigValueColorMode.None)
    .reduceOptions(new ReduceDataOptionsBuilder().values(false).calcs(['lastNotNull']).fields(''));
}

/** The panel as JSON. */
export function built(panel: Panel, written: Written, unit: string): Record<string, unknown> {
  const builder =
    panel.kind === 'stat'
      ? stat(panel, written, unit)
      : panel.kind === 'table'
        ? common(new TableBuilder(), panel, written, unit).showHeader(true)
        : timeSeries(panel, written, unit);
  return JSON.parse(JSON.stringify(builder.build()));
}
