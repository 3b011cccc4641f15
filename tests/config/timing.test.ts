import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Duration, planServerTiming, planTiming } from '../../config';

test('a route of ten minutes drains for ten minutes and a quarter', () => {
  const plan = planTiming(Duration.minutes(10));
  assert.equal(`${plan.routeTimeout}`, '600s');
  assert.equal(`${plan.streamIdleTimeout}`, '601s');
  assert.equal(`${plan.drainTimeout}`, '615s');
  assert.equal(`${plan.minDrainDuration}`, '15s');
});

test('no time-out cuts what another one allows [timeouts-agree]', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 9999 * 3_600_000 }), (milliseconds) => {
      const plan = planTiming(Duration.milliseconds(milliseconds));
      assert.equal(plan.routeTimeout.milliseconds, milliseconds);
      assert.ok(plan.streamIdleTimeout.milliseconds > plan.routeTimeout.milliseconds);
      // A request that is accepted when the shortest drain ends may still take its time.
      const last = plan.minDrainDuration.milliseconds + plan.routeTimeout.milliseconds;
      assert.ok(plan.drainTimeout.milliseconds >= last);
      assert.ok(Number.isInteger(plan.drainTimeout.seconds));
    }),
  );
});

test('a model server that drains for ten minutes is given ten and a half', () => {
  const plan = planServerTiming(Duration.minutes(10));
  assert.equal(`${plan.leave}`, '15s');
  assert.equal(`${plan.drain}`, '600s');
  assert.equal(`${plan.grace}`, '630s');
});

test('a model server leaves slowly enough, and closes no connection before the gateway', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 9999 * 3_600_000 }), (milliseconds) => {
      const { leave, drain, grace, keepAlive } = planServerTiming(Duration.milliseconds(milliseconds));
      assert.ok(drain.milliseconds >= milliseconds);
      assert.ok(grace.milliseconds > leave.milliseconds + drain.milliseconds);
      for (const whole of [leave, drain, grace, keepAlive]) assert.ok(Number.isInteger(whole.seconds));
      const { upstreamIdleTimeout } = planTiming(Duration.milliseconds(milliseconds));
      assert.ok(keepAlive.milliseconds > upstreamIdleTimeout.milliseconds);
    }),
  );
});
