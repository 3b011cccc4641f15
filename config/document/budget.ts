import type { Static } from '@sinclair/typebox';
import { flag, list, map, named, number, text, words } from './keywords';
import type { Parsed } from './parsed';

/** Percent of an amount at which an alert fires. */
export const ALERT_SHARES = [50, 80, 100] as const;

/** How the currency of prices and budgets is written. */
export const currency = text({
  title: 'Currency',
  description: 'Currency of the prices of models and of budgets, as ISO 4217 has it; that of the price book.',
  pattern: '^[A-Z]{3}$',
  default: 'USD',
  'x-allowed': 'a currency of three capital letters, such as USD or EUR',
});

/** How one budget is written. */
export const budget = map(
  {
    title: 'Budget',
    description: 'What workloads may cost in a month, by the prices of the models that answer them.',
    'x-allowed': 'a map with workloads and amount',
  },
  {
    workloads: list(
      text({
        title: 'Workload',
        description: 'A workload whose calls are counted.',
        'x-allowed': 'the name of a workload of this platform',
      }),
      {
        title: 'Workloads',
        description: 'Whose calls are counted: one workload, or those of a business unit together.',
        minItems: 1,
        'x-allowed': 'a list of workloads, with one at least',
      },
    ),
    amount: number({
      title: 'Amount',
      description: 'What they may cost in a month, in the currency of the document.',
      minimum: 0.01,
      maximum: 1_000_000_000,
      'x-allowed': 'an amount from 0.01 to 1,000,000,000',
    }),
    alertAt: list(
      words(ALERT_SHARES, {
        title: 'Share',
        description: 'Percent of the amount.',
        'x-allowed': '50, 80 or 100 percent',
      }),
      {
        title: 'Alert at',
        description:
          'Percent of the amount at which an alert fires. What was spent is counted from the first of the calendar month (UTC) by Prometheus: an estimate, without streams that clients leave.',
        default: [50, 80, 100],
        'x-allowed': 'a list of 50, 80 and 100',
      },
    ),
    hard: flag({
      title: 'Hard',
      description:
        'Whether the gateway refuses calls with 429 when the amount is spent; of one workload only. The rate-limit service counts in windows of 30 days that begin at 1 January 1970 (UTC), not in calendar months; the call that crosses the amount is the last one served.',
      default: false,
    }),
  },
);

/** How budgets are written. */
export const budgets = named(budget, {
  title: 'Budgets',
  description:
    'Budgets in money by name. What is spent of each is recorded as `budget:*` series and has alerts; a hard budget is enforced by the gateway.',
  default: {},
  'x-allowed': 'a map of budgets by name',
});

export type BudgetDocument = Static<typeof budget>;

/** A budget, defaults filled in. */
export type Budget = Parsed<typeof budget> & { readonly name: string };
