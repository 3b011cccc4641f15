import { METRICS, RECORDED_SERIES, type RecordedSeries } from '../../base/metrics';
import { cell, NOTICE, table } from './markdown';

const HOW = `The platform records what its dashboards, alerts and checks query, in PrometheusRules (\`RecordingRules\`, and \`ObjectiveRules\` and \`BudgetRules\` where
there are objectives and budgets). Query the recorded names: upstream projects rename their metrics between releases, and a recording rule reads the current name and the earlier ones.

Means and quantiles are of one minute. They are absent while there is nothing to measure, and never NaN. A \`sum\` is a sum of counters, so the
difference of two readings is exact; use \`increase()\` or \`rate()\` on it for a period. \`money\` is in the currency of the document.`;

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
  ].join('\n');
}
