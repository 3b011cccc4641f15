import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DEFAULT_METRIC_SETS, planMetricSets } from '../../config';

const workloads = (count: number, arms = 1, fallback = 0) => ({
  workloads: Array.from({ length: count }, () => ({
    routes: [{ target: { arms: Array(arms).fill({}), fallback: Array(fallback).fill('model') } }],
  })),
});

test('a small platform keeps the default of OpenTelemetry', () => {
  assert.equal(DEFAULT_METRIC_SETS, 2000);
  for (const count of [1, 100, 200]) assert.equal(planMetricSets(workloads(count)), 2000);
});

test('beyond, every workload, model and kind of token has room twice [metric-sets]', () => {
  // 201 workloads, 5 kinds, twice: 2,010.
  assert.equal(planMetricSets(workloads(201)), 3000);
  assert.equal(planMetricSets(workloads(1000)), 10_000);
  // Two models by weight and one more by fallback.
  assert.equal(planMetricSets(workloads(1000, 2, 1)), 30_000);
});
