import type { Construct } from 'constructs';
import type { RecordedName } from '../../base/metrics';
import { WINDOWS } from '../../base/objectives';
import type { ObjectivePlan } from '../../config';
import { Component, kubeObject } from '../component';
import type { Namespace } from '../namespace';
import { ratesOf } from './expressions';

export interface ObjectiveRulesProps {
  readonly namespace: Namespace;

  /** @default - the construct's id */
  readonly name?: string;

  /** At least one: Prometheus takes no rule file without a group. */
  readonly objectives: readonly ObjectivePlan[];

  /**
   * Labels of the PrometheusRule, by which an existing Prometheus chooses its rules: `{ release: 'prometheus' }`.
   *
   * @default - none
   */
  readonly labels?: Readonly<Record<string, string>>;
}

interface RecordingRule {
  readonly record: RecordedName;
  readonly expr: string;
  readonly labels: Readonly<Record<string, string>>;
}

/**
 * The recorded series `slo:*` of objectives, in one PrometheusRule: rates of events and errors, the share of errors in the
 * windows of the burn rates, and how much of the error budget is left. `Alerts` asks them.
 */
export class ObjectiveRules extends Component {
  constructor(
    scope: Construct,
    id: string,
    { namespace, name = id, objectives, labels }: ObjectiveRulesProps,
  ) {
    super(scope, id);
    this.node.addDependency(namespace);
    kubeObject(this, 'rules', {
      apiVersion: 'monitoring.coreos.com/v1',
      kind: 'PrometheusRule',
      metadata: { name, namespace: namespace.name, ...(labels && { labels }) },
      spec: {
        groups: objectives.map((objective) => ({
          name: objective.name,
          rules: [...windowsOf(objective), ...periodOf(objective)],
        })),
      },
    });
  }
}

/** The labels that every series of an objective has. */
export const labelsOf = ({ name, indicator, about }: ObjectivePlan): Readonly<Record<string, string>> => ({
  slo: name,
  objective: indicator.kind,
  ...about,
});

/** A series of one objective. */
export const seriesOf = (name: RecordedName, { name: slo }: ObjectivePlan) => `${name}{slo="${slo}"}`;

/** Rules of a group run one after the other, so a share is of the rates before it. */
function windowsOf(objective: ObjectivePlan): RecordingRule[] {
  const labels = labelsOf(objective);
  return [
    ...WINDOWS.flatMap((window): RecordingRule[] => {
      const { events, errors } = ratesOf(objective, window);
      const [eventRate, errorRate] = [`slo:events:rate${window}`, `slo:errors:rate${window}`] as const;
      return [
        { record: eventRate, expr: events, labels },
        { record: errorRate, expr: errors, labels },
        {
          record: `slo:errors:ratio${window}`,
          // `> 0` keeps what is idle from recording NaN, which would spoil every sum over it.
          expr: `${seriesOf(errorRate, objective)}\n/ (${seriesOf(eventRate, objective)} > 0)`,
          labels,
        },
      ];
    }),
    {
      record: 'slo:burn_rate:ratio1h',
      expr: `${seriesOf('slo:errors:ratio1h', objective)} / ${objective.budget}`,
      labels,
    },
  ];
}

/** By events, not by time: five minutes with three calls weigh as much as three calls. */
function periodOf(objective: ObjectivePlan): RecordingRule[] {
  const labels = labelsOf(objective);
  const period = `[${objective.days}d]`;
  const sum = (name: RecordedName) => `sum_over_time(${seriesOf(name, objective)}${period})`;
  return [
    { record: 'slo:objective:ratio', expr: `vector(${objective.target})`, labels },
    {
      record: 'slo:errors:ratio_period',
      expr: `${sum('slo:errors:rate5m')}\n/ (${sum('slo:events:rate5m')} > 0)`,
      labels,
    },
    {
      record: 'slo:error_budget_left:ratio',
      expr: `1 - ${seriesOf('slo:errors:ratio_period', objective)} / ${objective.budget}`,
      labels,
    },
  ];
}
