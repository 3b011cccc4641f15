import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Duration, planTiming } from '../../config';

test('a route of ten minutes drains for ten minutes and a quarter', () => {
  const plan = planTiming(Duration.minutes(10));
  assert.equal(`${plan.routeTimeout}`, '600s');
  assert.equal(`${plan.backendRequestTimeout}`, '600s');
  assert.equal(`${plan.streamIdleTimeout}`, '601s');
  assert.equal(`${plan.drainTimeout}`, '615s');
  assert.equal(`${plan.minDrainDuration}`, '15s');
});

test('no time-out cuts what another one allows', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 9999 * 3_600_000 }), (milliseconds) => {
      const plan = planTiming(Duration.milliseconds(milliseconds));
      assert.equal(plan.routeTimeout.milliseconds, milliseconds);
      assert.ok(plan.backendRequestTimeout.milliseconds <= plan.routeTimeout.milliseconds);
      assert.ok(plan.streamIdleTimeout.milliseconds > plan.routeTimeout.milliseconds);
      // A request that is accepted when the shortest drain ends may still take its time.
      const last = plan.minDrainDuration.milliseconds + plan.routeTimeout.milliseconds;
      assert.ok(plan.drainTimeout.milliseconds >= last);
      assert.ok(Number.isInteger(plan.drainTimeout.seconds));
    }),
  );
});
