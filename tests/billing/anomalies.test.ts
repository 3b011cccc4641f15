import assert from 'node:assert/strict';
import { test } from 'node:test';
import { anomalies } from '../../billing/anomalies';
import { median, WEEK_HOURS } from '../../billing/seasons';
import { officeWeeks } from './series';

const SEEDS = Array.from({ length: 20 }, (_, index) => index + 1);
const NOISE = 0.2;

test('a threefold hour is found when it ends, whenever it is [anomaly-spike]', () => {
  for (const seed of SEEDS) {
    const series = officeWeeks(5, { seed, noise: NOISE });
    for (const hour of [3, 9, 13, 20, 34, 57, 100, 129, 153]) {
      const at = 4 * WEEK_HOURS + hour;
      const known = series.slice(0, at);
      const usual = [1, 2, 3, 4].map((week) => series[at - week * WEEK_HOURS] ?? 0);
      known.push(3 * median(usual));
      assert.ok(
        anomalies(known).some((found) => found.hour === at),
        `seed ${seed}, hour ${hour}`,
      );
    }
  }
});

test('a week without a spike has one false alarm at most [anomaly-quiet]', () => {
  const judged = 4;
  for (const seed of SEEDS) {
    const found = anomalies(officeWeeks(3 + judged, { seed, noise: NOISE, growth: 1.02 }));
    for (let week = 3; week < 3 + judged; week += 1) {
      const alarms = found.filter(({ hour }) => Math.floor(hour / WEEK_HOURS) === week);
      assert.ok(alarms.length <= 1, `seed ${seed}: ${alarms.length} alarms in week ${week}`);
    }
  }
});

test('an hour in which nothing is used is told, where there always is much', () => {
  const series = officeWeeks(5, { seed: 1 });
  const at = 4 * WEEK_HOURS + 10;
  series[at] = 0;
  const found = anomalies(series).find(({ hour }) => hour === at);
  assert.ok(found !== undefined && found.deviations <= -5);
});

test('the first use of an hour that never had any is told', () => {
  const quiet = Array.from({ length: 4 * WEEK_HOURS }, () => 0);
  assert.deepEqual(anomalies([...quiet, 5]), [
    { hour: 4 * WEEK_HOURS, amount: 5, expected: 0, deviations: Number.POSITIVE_INFINITY },
  ]);
});

test('refuses to judge hours with less than three weeks before them', () => {
  const series = officeWeeks(3, { seed: 1 });
  series[2 * WEEK_HOURS + 9] = 1e6;
  assert.deepEqual(anomalies(series), []);
});

test('a spike does not make the same hour of the next week an anomaly', () => {
  const series = officeWeeks(6, { seed: 2, noise: 0.05 });
  const at = 4 * WEEK_HOURS + 10;
  series[at] = 3 * (series[at] ?? 0);
  assert.deepEqual(
    anomalies(series).map(({ hour }) => hour),
    [at],
  );
});
