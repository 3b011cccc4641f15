/** A series of a budget; it has no value where the platform has none. */
export interface BudgetSeries {
  readonly of: 'budgets';
  /** `money` is in the currency of the document. */
  readonly unit: '1' | 'money' | 'money per token' | 'ratio';
  readonly meaning: string;
  readonly sparse: true;
}

const series = (unit: BudgetSeries['unit'], meaning: string): BudgetSeries => ({
  ...{ of: 'budgets', unit, meaning, sparse: true },
});

/** What is recorded where a platform has budgets; all but the first two with the label `budget`. */
export const BUDGET_SERIES = {
  'budget:month:number': series('1', 'calendar month (UTC), from 1 to 12'),
  'budget:token_price:added': series(
    'money per token',
    'what a token adds to the cost of a call, by model and kind; of a part, such as cached input, what it costs more or less than its whole',
  ),
  'budget:amount:month': series('money', 'what may be spent in a calendar month'),
  'budget:cost:increase30m': series('money', 'what calls cost that ended in the last half hour'),
  'budget:spent:month': series('money', 'what was spent since the calendar month began (UTC), an estimate'),
  'budget:spent:ratio': series('ratio', 'share of the amount that was spent since the calendar month began'),
} as const;
