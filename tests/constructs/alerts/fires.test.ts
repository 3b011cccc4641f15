import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Alert } from '../../../constructs';
import { type Case, LASTS, SCENARIOS } from './cases';
import { assertPromtool, STEP, type UnitTest } from './promtool';
import { ALERTS, fired, ruleGroups } from './rendered';
import { platform } from './scenario';

/** The alert of a case: those of objectives say in their condition of which they are. */
function alertOf({ alert: name, labels = {} }: Case): Alert {
  const { slo, ...rest } = labels;
  const found = ALERTS.filter(
    (alert) =>
      alert.name === name &&
      Object.entries(rest).every(([label, value]) => alert.labels?.[label] === value) &&
      (slo === undefined || alert.expr.includes(`{slo="${slo}"}`)),
  );
  assert.equal(found.length, 1, `${found.length} alerts ${name} ${JSON.stringify(labels)}`);
  return found[0] as Alert;
}

const patienceOf = (alert: Alert) => (alert.for?.milliseconds ?? 0) / 1000;

/** When a case has to have fired: after its time and two evaluations. */
const firedBy = (one: Case) => one.trueAt + patienceOf(alertOf(one)) + 2 * STEP;

/** The alerts of a name at a time at which none of them may or may not fire. */
function firingAt(at: number, name: string, cases: readonly Case[]) {
  const named = cases.filter(({ alert }) => alert === name);
  for (const one of named) {
    const undecided = at < firedBy(one) && at > firedBy(one) - 3 * STEP;
    assert.ok(!undecided, `${at} s is neither before nor after ${one.shows}`);
  }
  const expected = named
    .filter((one) => at >= firedBy(one))
    .map((one) => fired(alertOf(one), one.about, one.summary));
  return { at, name, expected };
}

/** Conditions hold at the second that was worked out, and alerts fire after their time and at most two evaluations. */
function scenario(name: string, cases: readonly Case[]): UnitTest {
  return {
    name,
    input: Object.assign(platform(LASTS, 2), ...cases.map(({ input }) => input)),
    queries: cases.flatMap((one) => {
      const expr = `count(${alertOf(one).expr})`;
      return [
        { at: one.trueAt - STEP, expr, expected: {} },
        { at: one.trueAt, expr, expected: { '{}': 1 } },
      ];
    }),
    alerts: cases.flatMap((one) =>
      [firedBy(one) - 3 * STEP, firedBy(one)].map((at) => firingAt(at, one.alert, cases)),
    ),
  };
}

/** A month is longer than these scenarios: tests/constructs/budgets.test.ts has their cases. */
const OF_BUDGETS = ['BudgetHalfSpent', 'BudgetNearlySpent', 'BudgetSpent'];

test('every alert has a case in which it fires', () => {
  const fired = Object.values(SCENARIOS).flat().map(alertOf);
  const names = new Set([...OF_BUDGETS, ...fired.map(({ name }) => name)]);
  assert.deepEqual(
    [...new Set(ALERTS.map(({ name }) => name))].filter((name) => !names.has(name)),
    [],
  );
  const labelled = ALERTS.filter(({ labels }) => labels !== undefined);
  assert.ok(labelled.length > 0);
  assert.deepEqual(
    labelled.filter((alert) => !fired.includes(alert)),
    [],
  );
});

test('every alert fires within its time and two evaluations, and not before [alerts-fire]', async () => {
  const scenarios = Object.entries(SCENARIOS).map(([name, cases]) => scenario(name, cases));
  await assertPromtool(ruleGroups(), scenarios);
});
