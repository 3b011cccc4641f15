import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { planRequestLimit } from '../../config';
import { mistakeOf } from './refused';

const replicaCounts = fc.integer({ min: 1, max: 200 });

test('all replicas together let through what the workload was given [request-limit-shares]', () => {
  fc.assert(
    fc.property(replicaCounts, fc.integer({ min: 1, max: 1_000_000 }), (replicas, share) => {
      assert.equal(planRequestLimit(replicas * share, replicas).perReplica, share);
    }),
  );
});

test('refuses what the replicas cannot share, and takes every way out that it names', () => {
  const indivisible = fc
    .tuple(fc.integer({ min: 1, max: 1_000_000 }), replicaCounts)
    .filter(([limit, replicas]) => limit % replicas !== 0);
  fc.assert(
    fc.property(indivisible, ([limit, replicas]) => {
      const { fix = '' } = mistakeOf(() => planRequestLimit(limit, replicas));
      const [, limits = '', others] = /^use (.+), or gateway\.replicas (\d+)$/.exec(fix) ?? [];
      for (const other of limits.split(' or ')) {
        assert.ok(planRequestLimit(Number(other), replicas).perReplica >= 1);
        assert.ok(Math.abs(Number(other) - limit) < replicas);
      }
      assert.ok(planRequestLimit(limit, Number(others)).perReplica >= 1);
    }),
  );
});

test('refuses a limit that is not a whole number of requests', () => {
  for (const limit of [0, -2, 2.5, Number.NaN]) {
    const mistake = mistakeOf(() => planRequestLimit(limit, 1));
    assert.match(mistake.problem, /is not a whole number of requests, 1 or more/);
  }
});
