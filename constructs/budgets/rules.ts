import type { Construct } from 'constructs';
import { METRICS, namesOf, type RecordedName, TOKEN_TYPE_LABEL, TOKEN_TYPES } from '../../base/metrics';
import { type BudgetPlan, PRICED_KINDS, type PricedModel } from '../../config';
import { Component, kubeObject } from '../component';
import type { Namespace } from '../namespace';

export interface BudgetRulesProps {
  readonly namespace: Namespace;

  /** @default - the construct's id */
  readonly name?: string;

  /** At least one: Prometheus takes no rule file without a group. */
  readonly budgets: readonly BudgetPlan[];

  /** What tokens cost, of every model that answers a call of a budget. */
  readonly models: readonly PricedModel[];

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
  readonly labels?: Readonly<Record<string, string>>;
}

const MODEL_LABEL = 'gen_ai_request_model';

/**
 * No month is longer, and half an hour follows the other. Finer steps would tell sooner what was spent, but already one for
 * five minutes is more than the 10,000 samples that promtool lets a test load.
 */
const PERIOD = '[31d:30m]';

/**
 * The recorded series `budget:*`, in one PrometheusRule: what tokens cost, and how much of each budget was spent since the
 * calendar month began.
 *
 * What is spent is known up to the last full half hour. It comes from the AI gateway's counters: an estimate between scrapes. Streams that clients leave are not in
 * them, nor is the first call of a proxy's series, nor what happens while Prometheus is away; the bill has all of it.
 */
export class BudgetRules extends Component {
  constructor(
    scope: Construct,
    id: string,
    { namespace, name = id, budgets, models, labels }: BudgetRulesProps,
  ) {
    super(scope, id);
    this.node.addDependency(namespace);
    kubeObject(this, 'rules', {
      apiVersion: 'monitoring.coreos.com/v1',
      kind: 'PrometheusRule',
      metadata: { name, namespace: namespace.name, ...(labels && { labels }) },
      spec: {
        groups: [
          {
            name: 'budgets',
            // One after the other: each asks those before it.
            rules: [
              { record: 'budget:month:number', expr: 'month()' },
              ...models.flatMap(pricesOf),
              ...budgets.flatMap(amountAndCost),
              ...SPENT,
            ] satisfies RecordingRule[],
          },
        ],
      },
    });
  }
}

function pricesOf({ name, added }: PricedModel): RecordingRule[] {
  return PRICED_KINDS.filter((kind) => added[kind] !== 0).map((kind) => ({
    record: 'budget:token_price:added',
    expr: `vector(${added[kind]})`,
    labels: { [MODEL_LABEL]: name, [TOKEN_TYPE_LABEL]: TOKEN_TYPES[kind] },
  }));
}

function amountAndCost(budget: BudgetPlan): RecordingRule[] {
  const labels = { budget: budget.name };
  return [
    { record: 'budget:amount:month', expr: `vector(${budget.amount})`, labels },
    { record: 'budget:cost:increase30m', expr: costOf(budget), labels },
  ];
}

/** `or` counts a call once that two workloads of the budget are known by. */
function costOf({ calls }: BudgetPlan): string {
  const tokens = calls.flatMap((labels) => {
    const matchers = Object.entries(labels).map(([label, value]) => `${label}=${JSON.stringify(value)}`);
    const selector = matchers.length === 0 ? '' : `{${matchers.join(', ')}}`;
    return namesOf(METRICS.gatewayTokens).map((name) => `increase(${name}_sum${selector}[30m])`);
  });
  const priced = `on (${MODEL_LABEL}, ${TOKEN_TYPE_LABEL}) group_left () budget:token_price:added`;
  return `sum((${tokens.join('\n  or ')})\n* ${priced})`;
}

/**
 * Of all budgets together. `@ end()` is the time of the evaluation, also inside a subquery: of the last 31 days the parts
 * of the same calendar month count.
 */
const SPENT: readonly RecordingRule[] = [
  {
    record: 'budget:spent:month',
    expr: `sum by (budget) (sum_over_time((budget:cost:increase30m\n  and on () (month() == on () (budget:month:number @ end())))${PERIOD}))\nor sum by (budget) (0 * budget:amount:month)`,
  },
  { record: 'budget:spent:ratio', expr: 'budget:spent:month\n/ on (budget) budget:amount:month' },
];
