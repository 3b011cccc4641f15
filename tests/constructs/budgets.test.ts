import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BUDGET_SERIES } from '../../base/budgets';
import { parsePlatform, planBudgets } from '../../config';
import type { Alert } from '../../constructs';
import { budgetAlerts } from '../../constructs/alerts/budgets';
import { type Draft, papersDocument } from '../config/papers-document';
import { assertPromtool, type UnitTest } from './alerts/promtool';
import { document, fired, ruleGroups } from './alerts/rendered';
import { countersOf, tokens } from './alerts/scenario';
import { assertGolden, field, platformManifests } from './support';

const MODEL = 'gpt-oss-120b';
const rulesIn = (draft: Draft) =>
  platformManifests(draft).filter(({ metadata }) => metadata.name === 'ai-budgets');

const BUDGETS = document();
const RULES = rulesIn(BUDGETS);

interface Rule {
  readonly record: string;
  readonly expr: string;
}

const recorded = (): readonly Rule[] =>
  RULES.flatMap((rule) => (field(rule, 'spec.groups.0.rules') ?? []) as Rule[]);

test('the series of budgets are one PrometheusRule [budget-rules]', () => {
  assertGolden('budgets', RULES);
});

test('every series of the table is recorded, and without budgets none of them', () => {
  assert.deepEqual([...new Set(recorded().map(({ record }) => record))], Object.keys(BUDGET_SERIES));
  assert.deepEqual(rulesIn(papersDocument()), []);
});

/** Seconds between two samples, and between two evaluations. */
const SCRAPED = 60;
const EVALUATED = 600;
const HOUR = 3600;

const grows = countersOf(SCRAPED);
const four = (perSecond: number) => grows([4 * HOUR, perSecond]);

/**
 * In half an hour `ide` takes 18 million tokens of input at 1 USD, 7.2 million of them cached at 0.25, and 450,000 of output
 * at 4: 10.8 + 1.8 + 1.8 = 14.4 USD. `ci` takes 1.8 million of output: 7.2 USD.
 */
const SPENDING = {
  [tokens('ide', MODEL, 'input')]: four(10_000),
  [tokens('ide', MODEL, 'cached_input')]: four(4000),
  [tokens('ide', MODEL, 'output')]: four(250),
  [tokens('ci', MODEL, 'output')]: four(1000),
  // Of nobody who has a budget, and of a model that is no part of it.
  [tokens('somebody', MODEL, 'output')]: four(99_999),
  [tokens('ide', 'another', 'output')]: four(99_999),
};

const alerts = budgetAlerts(planBudgets(parsePlatform(BUDGETS)));

const alertOf = (name: string, budget: string): Alert => {
  const found = alerts.find((alert) => alert.name === name && alert.expr.includes(`{budget="${budget}"}`));
  assert.ok(found, `${name} of ${budget}`);
  return found;
};

/** Which alerts of a name fire: of which budget, and how much of it is spent. */
const firing = (at: number, name: string, spent: Readonly<Record<string, string>>) => ({
  at,
  name,
  expected: Object.entries(spent).map(([budget, share]) =>
    fired(alertOf(name, budget), { budget }, `${budget}: ${share} of 100 USD are spent`),
  ),
});

const month: UnitTest = {
  name: 'two budgets of 100 USD, by the half hour',
  input: SPENDING,
  step: SCRAPED,
  queries: [
    { at: HOUR, expr: 'round(budget:spent:month * 1e6) / 1e6', expected: spent(28.8, 43.2) },
    { at: 2 * HOUR, expr: 'round(budget:spent:month * 1e6) / 1e6', expected: spent(57.6, 86.4) },
    { at: 2 * HOUR, expr: 'round(budget:spent:ratio * 1e6) / 1e6', expected: spent(0.576, 0.864) },
  ],
  alerts: [
    // 43.2 is less than half, and 64.8 at an hour and a half is more; an alert waits for the next evaluation.
    firing(1.5 * HOUR, 'BudgetHalfSpent', {}),
    firing(1.5 * HOUR + EVALUATED, 'BudgetHalfSpent', { team: '64.8%' }),
    // The lower one ends with the higher.
    firing(2 * HOUR + EVALUATED, 'BudgetHalfSpent', { ide: '57.6%' }),
    firing(2 * HOUR + EVALUATED, 'BudgetNearlySpent', { team: '86.4%' }),
    firing(3 * HOUR + EVALUATED, 'BudgetNearlySpent', { ide: '86.4%', team: '129.6%' }),
    firing(3 * HOUR + EVALUATED, 'BudgetSpent', {}),
    firing(3.5 * HOUR + EVALUATED, 'BudgetSpent', { ide: '100.8%' }),
    firing(3.5 * HOUR + EVALUATED, 'BudgetHalfSpent', {}),
  ],
};

function spent(ide: number, team: number): Readonly<Record<string, number>> {
  return { '{budget="ide"}': ide, '{budget="team"}': team };
}

const quiet: UnitTest = {
  name: 'nobody calls',
  input: {},
  queries: [{ at: HOUR, expr: 'budget:spent:month', expected: named('budget:spent:month', 0) }],
  alerts: ['BudgetHalfSpent', 'BudgetNearlySpent', 'BudgetSpent'].map((name) => firing(HOUR, name, {})),
};

function named(series: string, value: number): Readonly<Record<string, number>> {
  return Object.fromEntries(['ide', 'team'].map((budget) => [`${series}{budget="${budget}"}`, value]));
}

test('budgets are spent by the prices of the document, and tell it once at each share [budget-alerts]', async () => {
  const groups = ruleGroups(BUDGETS, 'none').filter(({ name }) =>
    ['ai-budgets/budgets', 'ai-alerts/budgets'].includes(name),
  );
  assert.equal(groups.length, 2);
  await assertPromtool(groups, [month, quiet], EVALUATED);
});

test('what was spent begins anew with the calendar month [budget-month]', async () => {
  const expr = recorded().find(({ record }) => record === 'budget:spent:month')?.expr ?? '';
  const DAY = 24 * HOUR;
  const step = HOUR / 2;
  const january = (31 * DAY) / step;
  const input = {
    'budget:cost:increase30m{budget="ide"}': `1+0x${january + 10}`,
    'budget:month:number': `1+0x${january - 1} 2+0x10`,
  };
  await assertPromtool(
    [],
    [
      {
        name: 'one USD in each half hour of January and February',
        ...{ input, step },
        queries: [
          { at: 31 * DAY - step, expr, expected: { '{budget="ide"}': january } },
          // Midnight, and four half hours.
          { at: 31 * DAY + 2 * HOUR, expr, expected: { '{budget="ide"}': 5 } },
        ],
      },
    ],
  );
});
