import type { Board, Panel } from '../../base/board';
import type { RecordedName } from '../../base/metrics';
import { BURN_RATES, burnFactor } from '../../base/objectives';
import { countWhere, maxBy, minBy, recorded, restOf } from './expressions';

const NO_OBJECTIVE = 'the platform has no slos, or no call that counts for one has been measured yet';

const bySlo = (name: RecordedName) => [{ expression: recorded(name), legend: '{{slo}}' }];

const [FASTEST] = BURN_RATES.map((rate) => burnFactor(rate, 30));

const burnRate: Panel = {
  id: 'burn-rate',
  title: 'Burn rate, 1 h',
  kind: 'lines',
  unit: 'times',
  width: 6,
  meaning: 'How many times faster than planned each error budget was spent in the last hour.',
  lookAt: 'Lines that rise together: the platform. One alone: the workload or the model of that objective.',
  absent: NO_OBJECTIVE,
  queries: bySlo('slo:burn_rate:ratio1h'),
  thresholds: [
    { from: 1, level: 'warning', because: 'at 1 the error budget lasts its period exactly' },
    {
      from: FASTEST ?? 0,
      level: 'critical',
      because: 'in an hour 2 % of the budget of 30 days are gone, for which somebody is woken',
    },
  ],
};

/** What was promised, and what is left of it. */
export const objectives: Board = {
  id: 'objectives',
  title: 'Objectives',
  about: 'Is what was promised kept, and how much may still fail?',
  lookFirst: [
    'The table: the objective whose error budget is spent furthest.',
    'Burn rates: above 1 the budget does not last; those that fell again are over.',
    'The runbook of the alert that fires, ErrorBudgetBurnsFast or ErrorBudgetBurnsSlowly.',
  ],
  variables: {},
  sections: [
    {
      title: 'Now',
      panels: [
        {
          id: 'least-left',
          title: 'Least error budget left',
          kind: 'stat',
          unit: 'ratio',
          width: 4,
          meaning:
            'What is left of the error budget of the worst objective, in its period. Below 0 it is overspent.',
          lookAt: 'The table: which objective it is, and whether it still burns.',
          absent: NO_OBJECTIVE,
          queries: [{ expression: minBy(recorded('slo:error_budget_left:ratio')), legend: 'left' }],
          thresholds: [],
        },
        {
          ...burnRate,
          id: 'fastest-burn',
          title: 'Fastest burn rate, 1 h',
          kind: 'stat',
          width: 4,
          queries: [{ expression: maxBy(recorded('slo:burn_rate:ratio1h')), legend: 'burn rate' }],
        },
        {
          id: 'overspent',
          title: 'Objectives that are missed',
          kind: 'stat',
          unit: 'requests',
          width: 4,
          meaning: 'How many objectives have no error budget left in their period.',
          lookAt: 'Whether they can be met at all: an objective that was never met is a wish.',
          absent: NO_OBJECTIVE,
          queries: [
            { expression: countWhere(recorded('slo:error_budget_left:ratio'), '< 0'), legend: 'missed' },
          ],
          thresholds: [{ from: 1, level: 'critical', because: 'the period was promised, and is not kept' }],
        },
      ],
    },
    {
      title: 'The worst objectives',
      panels: [
        {
          id: 'worst',
          title: 'Objectives',
          kind: 'table',
          unit: 'ratio',
          width: 12,
          meaning:
            'Each objective: the share that shall be good, and of its period the share that was not, how much of the error budget that is, and how fast it was spent in the last hour.',
          lookAt: 'The first row: spent above 100 % is missed, and a burn rate above 1 says that it goes on.',
          absent: NO_OBJECTIVE,
          rows: { slo: 'Objective', workload: 'Workload', model: 'Model' },
          queries: [
            { expression: recorded('slo:objective:ratio'), legend: 'Promised' },
            { expression: recorded('slo:errors:ratio_period'), legend: 'Missed' },
            { expression: restOf(recorded('slo:error_budget_left:ratio')), legend: 'Budget spent' },
            { expression: recorded('slo:burn_rate:ratio1h'), legend: 'Burn rate, 1 h', unit: 'times' },
          ],
          thresholds: [],
        },
      ],
    },
    {
      title: 'Over time',
      panels: [
        {
          id: 'budget-spent',
          title: 'Error budget spent',
          kind: 'lines',
          unit: 'ratio',
          width: 6,
          meaning: 'Share of the error budget of the period that is spent, by objective.',
          lookAt: 'A step: what happened then. A slope: the objective does not fit the platform.',
          absent: NO_OBJECTIVE,
          queries: [{ expression: restOf(recorded('slo:error_budget_left:ratio')), legend: '{{slo}}' }],
          thresholds: [{ from: 1, level: 'critical', because: 'nothing is left of the error budget' }],
        },
        burnRate,
      ],
    },
  ],
};
