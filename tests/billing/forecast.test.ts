import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { backTest, forecast } from '../../billing/forecast';
import { median, sum, WEEK_HOURS } from '../../billing/seasons';
import { officeWeeks } from './series';

const SEEDS = Array.from({ length: 20 }, (_, index) => index + 1);

describe('the back-test of four generated weeks is at most 10 % off', () => {
  for (const growth of [0.9, 1, 1.05, 1.15]) {
    test(`with ${growth} times as much each week [forecast-back-test]`, () => {
      const worst = Math.max(...SEEDS.map((seed) => backTest(officeWeeks(4, { seed, growth, noise: 0.15 }))));
      assert.ok(worst <= 0.1, `${worst}`);
    });
  }
});

test('without noise, weeks that repeat are forecast as they were', () => {
  const week = Array.from({ length: WEEK_HOURS }, (_, hour) => hour % 24);
  const { hours, weeklyGrowth } = forecast([...week, ...week], WEEK_HOURS + 2);
  assert.equal(weeklyGrowth, 1);
  assert.deepEqual(hours.slice(0, WEEK_HOURS), week);
  assert.deepEqual(hours.slice(WEEK_HOURS), [0, 1]);
});

test('growth goes on, week by week', () => {
  const weeks = [100, 110, 121].flatMap((level) => Array.from({ length: WEEK_HOURS }, () => level));
  const { hours, weeklyGrowth } = forecast(weeks, 2 * WEEK_HOURS);
  assert.ok(Math.abs(weeklyGrowth - 1.1) < 1e-9);
  assert.ok(Math.abs((hours[0] ?? 0) - 133.1) < 1e-6);
  assert.ok(Math.abs((hours[WEEK_HOURS] ?? 0) - 146.41) < 1e-6);
});

test('a forecast with the trend is nearer than one without', () => {
  const growing = officeWeeks(4, { seed: 1, growth: 1.15 });
  const lastWeek = growing.slice(2 * WEEK_HOURS, 3 * WEEK_HOURS);
  const actual = sum(growing.slice(3 * WEEK_HOURS));
  const naive = Math.abs(sum(lastWeek) - actual) / actual;
  assert.ok(naive > 0.1, `${naive}`);
  assert.ok(backTest(growing) < naive / 2);
});

test('weeks without any usage forecast nothing, and have no error', () => {
  const idle = Array.from({ length: 3 * WEEK_HOURS }, () => 0);
  assert.equal(sum([...forecast(idle, 24).hours]), 0);
  assert.ok(Number.isNaN(backTest(idle)));
});

test('refuses to forecast from less than two weeks, and a median of nothing', () => {
  const short = officeWeeks(2, { seed: 1 }).slice(1);
  assert.throws(() => forecast(short, 24), /needs 2 weeks of hours \(336\), and there are 335/);
  assert.throws(() => backTest(officeWeeks(2, { seed: 1 })), RangeError);
  assert.throws(() => median([]), RangeError);
});
