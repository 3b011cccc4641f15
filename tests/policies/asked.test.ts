import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Asking, askedIn } from '../../policies/asked';

const file = (content: unknown, key = 'board.json'): Asking => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'boards' },
  data: { [key]: typeof content === 'string' ? content : JSON.stringify(content) },
});

const panel = (expr: string, more: object = {}) => ({
  title: 'Queue',
  type: 'stat',
  targets: [{ expr }],
  ...more,
});

const exprs = (one: Asking) => askedIn(one).map(({ promql }) => promql);

test('panels of a dashboard are found in rows of either form [promql-panels]', () => {
  const board = {
    panels: [panel('a'), { type: 'row', panels: [panel('b')] }],
    rows: [{ panels: [panel('c', { type: 'graph' })] }],
  };
  const found = askedIn(file(board));
  assert.deepEqual(
    found.map(({ promql, use, where, pointer }) => [promql, use, where, pointer]),
    [
      ['a', 'figure', 'panel “Queue”', '/data/board.json'],
      ['b', 'figure', 'panel “Queue”', '/data/board.json'],
      ['c', 'curve', 'panel “Queue”', '/data/board.json'],
    ],
  );
});

test('queries of other data sources are not PromQL', () => {
  const loki = { type: 'loki', uid: 'l' };
  const board = {
    panels: [
      panel('{app="a"} |= "error"', { datasource: loki }),
      panel('', {
        targets: [
          { expr: 'up', datasource: { type: 'prometheus' } },
          { expr: '', refId: 'B' },
        ],
        datasource: loki,
      }),
    ],
  };
  assert.deepEqual(exprs(file(board)), ['up']);
});

test('only the query of a known data source without variables is held to PromQL', () => {
  const prometheus = { type: 'prometheus', uid: 'p' };
  const board = {
    panels: [
      panel('a', { datasource: prometheus }),
      panel('b'),
      panel('c{d=~"$d"}[$e]', { datasource: prometheus }),
    ],
  };
  assert.deepEqual(
    askedIn(file(board)).map(({ isOpen }) => isOpen),
    [false, true, true],
  );
});

test('a ConfigMap of something else asks nothing', () => {
  assert.deepEqual(exprs(file('{"panels": [{"targets": [{"expr": "up"}]', 'board.json')), []);
  assert.deepEqual(exprs(file({ panels: [panel('up')] }, 'board.yaml')), []);
  assert.deepEqual(exprs(file({ panels: 'none', note: { expr: 'up' } })), []);
  assert.deepEqual(exprs(file([null, 'panels', 'expr'])), []);
});

test('rules whose expression is a number, and triggers of other scalers, ask nothing', () => {
  const rules = {
    apiVersion: 'monitoring.coreos.com/v1',
    kind: 'PrometheusRule',
    metadata: { name: 'r' },
    spec: {
      groups: [
        {
          name: 'g',
          rules: [
            { record: 'a', expr: 1 },
            { alert: 'B', expr: 'up == 0', for: '5m' },
          ],
        },
      ],
    },
  } as const;
  assert.deepEqual(
    askedIn(rules).map(({ use, name, waits }) => [use, name, waits]),
    [['alert', 'B', '5m']],
  );
  const scaled = {
    apiVersion: 'keda.sh/v1alpha1',
    kind: 'ScaledObject',
    metadata: { name: 's' },
    spec: {
      scaleTargetRef: { name: 's' },
      triggers: [
        { type: 'cpu', metadata: { value: '60' } },
        { type: 'prometheus', metadata: { query: 'up', threshold: '5' } },
      ],
    },
  } as const;
  assert.deepEqual(
    askedIn(scaled).map(({ promql, threshold }) => [promql, threshold]),
    [['up', 5]],
  );
});

test('each expression is parsed once', () => {
  const one = file({ panels: [panel('up')] });
  assert.equal(askedIn(one), askedIn(one));
});
