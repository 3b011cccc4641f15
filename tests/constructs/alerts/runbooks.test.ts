import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { test } from 'node:test';
import { exposedNames, METRICS, namesOf, RECORDED_NAMES } from '../../../base/metrics';
import { runbookOf } from '../../../constructs';
import { query } from '../../../policies/promql';
import { ALERTS, ruleGroups } from './rendered';

const folder = resolve(__dirname, '../../../docs/runbooks');
const runbooks = readdirSync(folder).sort();

test('every alert has a runbook, and every runbook an alert [runbooks]', () => {
  assert.deepEqual([...new Set(ALERTS.map(runbookOf))].sort(), runbooks);
});

test('a runbook is called like its alert, and says what it means, what to look at and what to do', () => {
  for (const name of runbooks) {
    const text = readFileSync(join(folder, name), 'utf8');
    const title = ALERTS.find((alert) => runbookOf(alert) === name)?.name;
    const headings = [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading]) => heading);
    assert.deepEqual(headings, [title, 'What it means', 'What to look at', 'What to do'], name);
  }
});

test('links between runbooks lead to files', () => {
  for (const name of runbooks) {
    const text = readFileSync(join(folder, name), 'utf8');
    const links = [...text.matchAll(/\]\(([a-z-]+\.md)\)/g)].map(([, link = '']) => link);
    assert.deepEqual(
      links.filter((link) => !runbooks.includes(link)),
      [],
      name,
    );
  }
});

test('refuses a metric that is in no table: every alert asks what is exposed or recorded [alerts-known]', () => {
  const known = new Set<string>([
    ...RECORDED_NAMES,
    ...Object.values(METRICS).flatMap((metric) =>
      namesOf(metric).flatMap((name) => exposedNames(metric, name)),
    ),
  ]);
  for (const { name, expr } of ALERTS) {
    const { metrics, error } = query(expr);
    assert.equal(error, undefined, name);
    assert.ok(metrics.length > 0, name);
    assert.deepEqual(
      metrics.filter((metric) => !known.has(metric.name)),
      [],
      name,
    );
  }
});

test('every alert has severity, summary, description and the address of its runbook', () => {
  const rules = ruleGroups()
    .flatMap((group) => group.rules)
    .filter((rule) => 'alert' in rule);
  assert.equal(rules.length, ALERTS.length);
  for (const { alert, labels, annotations } of rules as Readonly<Record<string, Record<string, string>>>[]) {
    assert.match(labels?.severity ?? '', /^(page|ticket)$/, `${alert}`);
    for (const key of ['summary', 'description', 'runbook_url'])
      assert.ok(annotations?.[key], `${alert} ${key}`);
    assert.match(annotations?.runbook_url ?? '', /^docs\/runbooks\/[a-z-]+\.md$/);
  }
});
