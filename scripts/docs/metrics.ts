import { METRICS, RECORDED_SERIES, type RecordedSeries } from '../../base/metrics';
import { type KnownMetric, MORE_METRICS } from '../../policies/metrics/table';
import { cell, NOTICE, table } from './markdown';

const HOW = `The platform records what its dashboards, alerts and checks query, in PrometheusRules (\`RecordingRules\`, and \`ObjectiveRules\` and \`BudgetRules\` where
there are objectives and budgets). Query the recorded names: upstream projects rename their metrics between releases, and a recording rule reads the current name and the earlier ones.

Means and quantiles are of one minute. They are absent while there is nothing to measure, and never NaN. A \`sum\` is a sum of counters, so the
difference of two readings is exact; use \`increase()\` or \`rate()\` on it for a period. \`money\` is in the currency of the document.`;

const MORE = `\`vcf-ai check\` knows types and units of these as well: the rules O06 to O13 of [rules.md](rules.md) hold the PromQL of alerts, autoscalers
and dashboards to them. Of metrics that are in neither table nothing is assumed.`;

/** Metrics of one project with one type and one unit, in a row. */
function byKind(metrics: readonly KnownMetric[]): readonly (readonly string[])[] {
  const rows = new Map<string, { readonly of: KnownMetric; readonly names: string[] }>();
  for (const metric of metrics) {
    const key = `${metric.source}/${metric.type}/${metric.unit}`;
    const row = rows.get(key) ?? { of: metric, names: [] };
    row.names.push(`\`${metric.name}\``);
    rows.set(key, row);
  }
  return [...rows.values()].map(({ of: { source, type, unit }, names }) => [
    source,
    type,
    unit,
    names.join(', '),
  ]);
}

/** docs/metrics.md: the recorded series, and the metrics that they are made of. */
export function metricReference(): string {
  const recorded = Object.entries<RecordedSeries>(RECORDED_SERIES);
  return [
    NOTICE,
    '# Metrics',
    '',
    HOW,
    '',
    '## Recorded series',
    '',
    ...table(
      ['series', 'unit', 'of', 'meaning', 'in the white paper'],
      recorded.map(([name, { unit, of, meaning, paper = '' }]) =>
        [`\`${name}\``, unit, of, meaning, paper].map(cell),
      ),
    ),
    '',
    '## Metrics of the components',
    '',
    'The names of a histogram end in `_bucket`, `_count` and `_sum`.',
    '',
    ...table(
      ['metric', 'type', 'unit', 'earlier names', 'source'],
      Object.values(METRICS).map(({ name, type, unit, source, formerly }) =>
        [`\`${name}\``, type, unit, formerly.map((old) => `\`${old}\``).join(', '), source].map(cell),
      ),
    ),
    '',
    '## Metrics that policies know',
    '',
    MORE,
    '',
    ...table(
      ['source', 'type', 'unit', 'metrics'],
      byKind(MORE_METRICS).map((row) => row.map(cell)),
    ),
    '',
  ].join('\n');
}
