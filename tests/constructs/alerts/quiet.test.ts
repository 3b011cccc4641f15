import { test } from 'node:test';
import { assertPromtool, STEP } from './promtool';
import { ALERTS, ruleGroups } from './rendered';
import { platform } from './scenario';

const TEN_MINUTES = 600;

const names = [...new Set(ALERTS.map(({ name }) => name))];

/** That nothing fires or waits to fire, at each evaluation of the last ten minutes. */
const quiet = (name: string, callsPerSecond: number) => ({
  name,
  input: platform(TEN_MINUTES, callsPerSecond),
  alerts: names.flatMap((alert) => [60, 300, TEN_MINUTES].map((at) => ({ at, name: alert, expected: [] }))),
  queries: [
    // Neither did anything wait at any evaluation: the alerts of a Prometheus are a series too.
    { at: TEN_MINUTES, expr: `count(last_over_time(ALERTS[${TEN_MINUTES - STEP}s]))`, expected: {} },
  ],
});

test('ten idle and ten loaded minutes are quiet, every alert together [alerts-quiet]', async () => {
  await assertPromtool(ruleGroups(), [quiet('idle', 0), quiet('loaded', 2)]);
});
