import { type BudgetPlan, Duration } from '../../config';
import type { Alert } from './alert';

const NAMES: Readonly<Record<number, string>> = {
  50: 'BudgetHalfSpent',
  80: 'BudgetNearlySpent',
  100: 'BudgetSpent',
};

const MEANING: Readonly<Record<number, string>> = {
  50: 'Half of the amount of the calendar month (UTC) is spent. Whether that is early depends on the day: compare both.',
  80: 'Four fifths of the amount of the calendar month (UTC) are spent. At the same pace the rest lasts a quarter of the time that it took.',
  100: 'The amount of the calendar month (UTC) is spent. A budget that is not hard goes on being spent.',
};

/**
 * The alerts of budgets, the highest of them alone: who has spent 80 percent has no need to hear of 50. A scrape that is
 * read late changes an estimate, so that a share holds for some minutes before it is told.
 */
export function budgetAlerts(budgets: readonly BudgetPlan[]): readonly Alert[] {
  return budgets.flatMap(({ name, amount, currency, alertAt }) =>
    alertAt.map((share, index): Alert => {
      const spent = `budget:spent:ratio{budget="${name}"}`;
      const next = alertAt[index + 1];
      return {
        name: NAMES[share] as string,
        severity: 'ticket',
        for: Duration.minutes(5),
        expr: `${spent} >= ${share / 100}${next === undefined ? '' : ` < ${next / 100}`}`,
        summary: `{{ $labels.budget }}: {{ $value | humanizePercentage }} of ${amount} ${currency} are spent`,
        description: MEANING[share] as string,
      };
    }),
  );
}
