import type { Board } from '../../base/board';
import { recorded } from './expressions';

const NO_BUDGET = 'the platform has no budgets';

/** What was allowed to be spent, and what was. */
export const budgets: Board = {
  id: 'budgets',
  title: 'Budgets',
  about: 'What did workloads cost this month, and what may they still?',
  lookFirst: [
    'The table: the budget that is spent furthest, beside the day of the month.',
    'What half an hour costs: a step that does not end again.',
    'The board Workloads and cost: who it is, and which model.',
  ],
  variables: {},
  sections: [
    {
      title: 'This calendar month, UTC',
      panels: [
        {
          id: 'spent',
          title: 'Budgets',
          kind: 'table',
          unit: 'money',
          width: 12,
          meaning:
            'Each budget, in the currency of the platform: what may be spent, and what was spent up to the last full half hour. An estimate by the prices of the document, and no bill: streams that clients leave are missing.',
          lookAt:
            'The share beside the day of the month: half of it in the middle of the month is as planned.',
          absent: NO_BUDGET,
          rows: { budget: 'Budget' },
          queries: [
            { expression: recorded('budget:amount:month'), legend: 'Amount' },
            { expression: recorded('budget:spent:month'), legend: 'Spent' },
            { expression: recorded('budget:spent:ratio'), legend: 'Share', unit: 'ratio' },
          ],
          thresholds: [],
        },
      ],
    },
    {
      title: 'Over time',
      panels: [
        {
          id: 'share',
          title: 'Share of the amount',
          kind: 'lines',
          unit: 'ratio',
          width: 6,
          meaning: 'Share of each amount that was spent since the calendar month began.',
          lookAt: 'A line that is steeper than before: what was deployed then.',
          absent: NO_BUDGET,
          queries: [{ expression: recorded('budget:spent:ratio'), legend: '{{budget}}' }],
          thresholds: [
            { from: 0.8, level: 'warning', because: 'the alert BudgetNearlySpent' },
            { from: 1, level: 'critical', because: 'the amount is spent' },
          ],
        },
        {
          id: 'cost',
          title: 'Cost of half an hour',
          kind: 'lines',
          unit: 'money',
          width: 6,
          meaning:
            'What the calls of each budget cost that ended in the last half hour, in the currency of the platform.',
          lookAt: 'A step that does not end again, and at which hour it began.',
          absent: 'the platform has no budgets, or none of their workloads has called in the last half hour',
          queries: [{ expression: recorded('budget:cost:increase30m'), legend: '{{budget}}' }],
          thresholds: [],
        },
      ],
    },
  ],
};
