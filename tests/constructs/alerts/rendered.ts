import { App } from 'cdk8s';
import { type ObjectivePlan, parsePlatform, planBudgets, planObjectives } from '../../../config';
import { type Alert, alertGroups, platformCharts, runbookOf } from '../../../constructs';
import { type Draft, papersDocument } from '../../config/papers-document';
import { field, manifests, SECRETS } from '../support';
import type { ExpectedAlert, RuleGroup } from './promtool';

/** The paper's platform with objectives and budgets on what the scenario has. */
export const document = (edit: (document: Draft) => void = () => {}) =>
  papersDocument((draft) => {
    draft.workloads.ide = { model: 'gpt-oss-120b' };
    draft.workloads.ci = { model: 'gpt-oss-120b' };
    draft.slos = {
      'ide-calls': { objective: 99, availability: { workload: 'ide' } },
      'first-token': { objective: 95, timeToFirstToken: { model: 'gpt-oss-120b', threshold: '250ms' } },
      'per-token': { objective: 99.5, timePerOutputToken: { model: 'gpt-oss-120b', threshold: '100ms' } },
    };
    draft.models['gpt-oss-120b'].price = { inputPerMTok: 1, cachedInputPerMTok: 0.25, outputPerMTok: 4 };
    draft.budgets = {
      ide: { workloads: ['ide'], amount: 100 },
      team: { workloads: ['ide', 'ci'], amount: 100, alertAt: [80, 50] },
    };
    edit(draft);
  });

/**
 * The groups of the PrometheusRules of a platform, as its Prometheus loads them.
 *
 * @param without A rule that is left out. Default: that of budgets, which looks at 31 days at each evaluation and would cost
 *   every test of promtool seconds; tests/constructs/budgets.test.ts has it.
 */
export function ruleGroups(draft = document(), without = 'ai-budgets'): readonly RuleGroup[] {
  const { observability } = platformCharts(new App(), parsePlatform(draft), { secrets: SECRETS });
  return manifests(observability)
    .filter(({ kind, metadata }) => kind === 'PrometheusRule' && metadata.name !== without)
    .flatMap((rule) =>
      (field(rule, 'spec.groups') as RuleGroup[]).map((group) => ({
        ...group,
        name: `${rule.metadata.name}/${group.name}`,
      })),
    );
}

export const objectives = (draft = document()): readonly ObjectivePlan[] =>
  planObjectives(parsePlatform(draft));

/** Every typed alert of that platform. */
export const ALERTS: readonly Alert[] = alertGroups({
  namespace: 'ai-observability',
  serving: 'ai-serving',
  engines: [{ name: 'gpt-oss-120b', tensorParallelSize: 4 }],
  gpus: true,
  objectives: objectives(),
  budgets: planBudgets(parsePlatform(document())),
}).flatMap(({ alerts }) => alerts);

/**
 * An alert as promtool expects it.
 *
 * @param labels Of the series that it is about.
 * @param summary With its templates filled in.
 */
export function fired(
  alert: Alert,
  labels: Readonly<Record<string, string>>,
  summary: string,
): ExpectedAlert {
  return {
    exp_labels: { severity: alert.severity, ...alert.labels, ...labels },
    exp_annotations: {
      summary,
      description: alert.description,
      runbook_url: `docs/runbooks/${runbookOf(alert)}`,
    },
  };
}
