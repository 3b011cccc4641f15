import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseLaw } from '../../../validation/arrivals/law-text';
import { Random } from '../../../validation/arrivals/random';
import { gammaCdf } from '../../../validation/arrivals/special';
import { cvOf, gapsOf } from '../../../validation/arrivals/statistics';
import { dispersion, meanRate } from '../../../validation/arrivals/theory';
import { type UserArrival, userArrivals } from '../../../validation/arrivals/users';
import { dispersionOf, windowCounts } from './window-counts';

const drawn = (text: string, users: number, scope: 'user' | 'profile', seconds: number): UserArrival[] => [
  ...[...userArrivals(parseLaw(text), { users, seconds, scope }, Random.of(1, 'users'))].flat(),
];

const timesOf = (arrivals: readonly UserArrival[]) => arrivals.map(({ time }) => time);

/**
 * CV of the gaps of N independent stationary Gamma renewal processes: with E the distribution of what is left of a gap, none
 * of them has an arrival for x with the probability (1 - E(x))^N, whose integral is half the second moment times the rate.
 */
function superposed(users: number, rate: number, cv: number): number {
  const [shape, scale] = [1 / cv ** 2, cv ** 2 / rate];
  const left = (x: number) =>
    1 - rate * (x * (1 - gammaCdf(shape, x / scale)) + shape * scale * gammaCdf(shape + 1, x / scale));
  const most = 60 / rate / Math.sqrt(users);
  const step = most / 20_000;
  let integral = 0;
  for (let x = step / 2; x < most; x += step) integral += left(x) ** users * step;
  return Math.sqrt(2 * users * rate * integral - 1);
}

test('bursts of users that are independent wash out, and those of a profile stay [superposition]', () => {
  const law = 'gamma:rate=0.13,cv=1.5';
  for (const [users, limit] of [
    [1, 1.6],
    [10, 1.25],
    [100, 1.1],
  ] as const) {
    const found = cvOf(gapsOf(timesOf(drawn(law, users, 'user', 200_000 / users))));
    const theory = superposed(users, 0.13, 1.5);
    assert.ok(
      Math.abs(found - theory) < 0.04 && theory < limit,
      `${users} users: ${found}, by theory ${theory}`,
    );
  }
  const together = cvOf(gapsOf(timesOf(drawn(law, 100, 'profile', 2000))));
  assert.ok(Math.abs(together - 1.5) < 0.05, `${together}`);
});

test('a hundred users with one modulator are a hundred times as dispersed as with one each', () => {
  const law = 'mmpp:on=0.4/2s,off=0/8s';
  const of = (scope: 'user' | 'profile') => {
    const times = timesOf(drawn(law, 100, scope, 2500));
    return { cv: cvOf(gapsOf(times)), dispersion: dispersionOf(windowCounts(times, 10)) };
  };
  const [apart, together] = [of('user'), of('profile')];
  assert.ok(apart.cv < 1.05 && together.cv > 8, `${apart.cv} ${together.cv}`);
  // Variances and means of independent users add up, so that their sum has the dispersion of one of them.
  const single = dispersion(parseLaw(law), 10);
  assert.ok(Math.abs(apart.dispersion / single - 1) < 0.25, `${apart.dispersion} ${single}`);
  assert.ok(Math.abs((together.dispersion - 1) / (single - 1) / 100 - 1) < 0.25, `${together.dispersion}`);
});

test('both scopes have the same rate, come in order, and end in time', () => {
  const law = 'gamma:rate=2,cv=1.5';
  for (const scope of ['user', 'profile'] as const) {
    const times = timesOf(drawn(law, 50, scope, 500));
    assert.ok(Math.abs(times.length / 500 / 50 / meanRate(parseLaw(law)) - 1) < 0.03, `${times.length}`);
    assert.deepEqual(
      times,
      [...times].sort((a, b) => a - b),
    );
    assert.ok(times.every((time) => time >= 0 && time < 500));
  }
});

test('a user more leaves the arrivals of the others as they are', () => {
  const ofFirst = (users: number) =>
    drawn('gamma:rate=0.5', users, 'user', 300).filter(({ user }) => user !== null && user < 3);
  assert.deepEqual(ofFirst(4), ofFirst(3));
});
