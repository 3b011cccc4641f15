import type { Construct } from 'constructs';
import type { BudgetPlan, ObjectivePlan } from '../../config';
import { Component, kubeObject } from '../component';
import type { Namespace } from '../namespace';
import { WITHOUT_ANNOTATION } from '../rules';
import { type Alert, type AlertGroup, runbookOf } from './alert';
import { BILLING_ALERTS } from './billing';
import { budgetAlerts } from './budgets';
import { ENGINE_ALERTS } from './engine';
import { GATEWAY_ALERTS } from './gateway';
import { gpuAlerts } from './gpu';
import { objectiveAlerts } from './objectives';
import { targetAlerts } from './targets';

/** A model server of vLLM, as far as alerts depend on it. */
export interface WatchedEngine {
  readonly name: string;
  readonly tensorParallelSize: number;
}

/** What alerts depend on. */
export interface Watched {
  /** Namespace of the PodMonitors. */
  readonly namespace: string;
  /** Namespace of the model servers. */
  readonly serving: string;
  /** Without any, nothing is asked about engines and GPUs. */
  readonly engines: readonly WatchedEngine[];
  /** Whether an exporter tells about the GPUs under the engines. */
  readonly gpus: boolean;
  readonly objectives: readonly ObjectivePlan[];
  readonly budgets: readonly BudgetPlan[];
}

export interface AlertsProps {
  /** Where the PodMonitors live, and the rules that are asked. */
  readonly namespace: Namespace;

  /** Where the model servers run. */
  readonly serving: Namespace;

  /** @default - the construct's id */
  readonly name?: string;

  /** Where the runbooks are, without a slash at its end. */
  readonly runbooks: string;

  /** Model servers of vLLM; without any, nothing is asked about engines and GPUs. */
  readonly engines: readonly WatchedEngine[];

  /**
   * Whether an exporter tells about the GPUs under the engines; otherwise nothing is asked about them.
   *
   * @default true
   */
  readonly gpus?: boolean;

  /** Each has two alerts. */
  readonly objectives: readonly ObjectivePlan[];

  /**
   * Labels of the PrometheusRule, by which an existing Prometheus chooses its rules: `{ release: 'prometheus' }`.
   *
   * @default - none
   */
  readonly labels?: Readonly<Record<string, string>>;

  /**
   * What the rules leave out and why, for whoever reads the object: written into an annotation.
   *
   * @default - nothing is left out
   */
  readonly without?: string;

  /**
   * Each has an alert for every share of its amount that it names.
   *
   * @default - none
   */
  readonly budgets?: readonly BudgetPlan[];
}

/** Every alert of a platform, by group. */
export function alertGroups(watched: Watched): readonly AlertGroup[] {
  const { namespace, serving, engines, gpus, objectives, budgets } = watched;
  const parallel = gpus ? engines.filter(({ tensorParallelSize }) => tensorParallelSize > 1) : [];
  const groups: readonly AlertGroup[] = [
    { name: 'targets', alerts: targetAlerts({ namespace, engines: engines.length > 0, gpus }) },
    { name: 'gateway', alerts: GATEWAY_ALERTS },
    { name: 'engine', alerts: engines.length > 0 ? ENGINE_ALERTS : [] },
    {
      name: 'gpu',
      alerts: gpuAlerts(
        serving,
        parallel.map(({ name }) => name),
      ),
    },
    { name: 'billing', alerts: BILLING_ALERTS },
    { name: 'objectives', alerts: objectiveAlerts(objectives) },
    { name: 'budgets', alerts: budgetAlerts(budgets) },
  ];
  return groups.filter(({ alerts }) => alerts.length > 0);
}

/**
 * The alerts of a platform in one PrometheusRule, each with a severity (`page` or `ticket`), a summary, a description
 * and the address of its runbook. They ask the series that `RecordingRules`, `ObjectiveRules` and
 * `BudgetRules` record.
 */
export class Alerts extends Component {
  constructor(scope: Construct, id: string, props: AlertsProps) {
    super(scope, id);
    const { namespace, serving, name = id, runbooks, labels, without, gpus = true, ...rest } = props;
    const { budgets = [] } = props;
    this.node.addDependency(namespace);
    const groups = alertGroups({
      ...{ ...rest, gpus, budgets },
      ...{ namespace: namespace.name, serving: serving.name },
    });
    kubeObject(this, 'rules', {
      apiVersion: 'monitoring.coreos.com/v1',
      kind: 'PrometheusRule',
      metadata: {
        ...{ name, namespace: namespace.name },
        ...(labels && { labels }),
        ...(without !== undefined && { annotations: { [WITHOUT_ANNOTATION]: without } }),
      },
      spec: {
        groups: groups.map((group) => ({
          name: group.name,
          rules: group.alerts.map((alert) => ruleOf(alert, runbooks)),
        })),
      },
    });
  }
}

function ruleOf(alert: Alert, runbooks: string) {
  const { name, severity, for: patience, expr, summary, description, labels } = alert;
  return {
    alert: name,
    expr,
    ...(patience && { for: `${patience}` }),
    labels: { severity, ...labels },
    annotations: { summary, description, runbook_url: `${runbooks}/${runbookOf(alert)}` },
  };
}
