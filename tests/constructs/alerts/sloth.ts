import { createHash } from 'node:crypto';

/** A service level indicator as Sloth takes it, and what else of an objective goes into its rules. */
export interface SlothSlo {
  readonly service: string;
  readonly name: string;
  /** Go's float, as Sloth prints it: `(100 - objective) / 100`. */
  readonly budget: string;
  readonly errors: (window: string) => string;
  readonly total: (window: string) => string;
}

export interface SlothRule {
  readonly record?: string;
  readonly alert?: string;
  readonly expr: string;
  readonly labels: Readonly<Record<string, string>>;
}

const WINDOWS = ['5m', '30m', '1h', '2h', '6h', '1d', '3d'];

/** What Sloth 0.16.0 makes of an objective over 30 days: its recordings of errors, and its two alerts. */
export function slothRules({ service, name, budget, errors, total }: SlothSlo): readonly SlothRule[] {
  const labels = { sloth_id: `${service}-${name}`, sloth_service: service, sloth_slo: name };
  const filter = `{${Object.entries(labels)
    .map(([label, value]) => `${label}="${value}"`)
    .join(', ')}}`;
  const ratio = (window: string) => `slo:sli_error:ratio_rate${window}${filter}`;
  const over = (window: string, factor: number) =>
    `max(${ratio(window)} > (${factor} * ${budget})) without (sloth_window)`;
  const burning = (short: string, long: string, factor: number) =>
    `( ${over(short, factor)} and ${over(long, factor)} )`;
  const alert = (severity: string, expr: string) => ({
    ...{ alert: 'MyServiceHighErrorRate', expr, labels: { sloth_severity: severity } },
  });
  const record = (window: string, expr: string) => ({
    record: `slo:sli_error:ratio_rate${window}`,
    expr,
    labels: { ...labels, sloth_window: window },
  });
  return [
    ...WINDOWS.map((window) => record(window, `(${errors(window)}) / (${total(window)})`)),
    record(
      '30d',
      `sum_over_time(${ratio('5m')}[30d]) / ignoring (sloth_window) count_over_time(${ratio('5m')}[30d])`,
    ),
    alert('page', `${burning('5m', '1h', 14.4)} or ${burning('30m', '6h', 6)}`),
    alert('ticket', `${burning('2h', '1d', 3)} or ${burning('6h', '3d', 1)}`),
  ];
}

/** The objective of Sloth's example `examples/getting-started.yml`. */
export const GETTING_STARTED: SlothSlo = {
  service: 'myservice',
  name: 'requests-availability',
  budget: '0.0009999999999999432',
  errors: (window) =>
    `sum(rate(http_request_duration_seconds_count{job="myservice",code=~"(5..|429)"}[${window}]))`,
  total: (window) => `sum(rate(http_request_duration_seconds_count{job="myservice"}[${window}]))`,
};

/** Names and expressions, without line breaks, as one hash. */
export function hashOf(rules: readonly SlothRule[]): string {
  const rows = rules.map(({ record, alert, expr }) => [record ?? alert, expr.replace(/\s+/g, ' ').trim()]);
  return createHash('sha256').update(JSON.stringify(rows)).digest('hex');
}
