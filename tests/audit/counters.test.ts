import assert from 'node:assert/strict';
import { test } from 'node:test';
import { shareOf } from '../../audit/clock';
import { type CounterSeries, growthOf, type Sample } from '../../audit/counters';
import { explain } from '../../audit/explain';

const sample = (seconds: number, value: number): Sample => ({ at: seconds * 1000, value });
const UP = sample(0, 1);
const series = (given: Partial<CounterSeries>): CounterSeries => ({
  ...{ labels: {}, upBefore: UP, upAfter: UP },
  ...given,
});

test('a counter grows by the difference of its samples at the edges, and from 0 where it is younger', () => {
  const [first, last] = [sample(0, 70), sample(3600, 100)];
  assert.deepEqual(growthOf(series({ first, last })), { tokens: 30, blind: [] });
  assert.deepEqual(growthOf(series({ last })), { tokens: 100, blind: [] });
});

test('what a counter had before a reset is added, and the time from its last sample to the reset is blind', () => {
  const samples = [sample(-15, 40), sample(0, 50), sample(15, 80), sample(30, 7), sample(45, 20)];
  const [first, last] = [sample(0, 50), sample(45, 20)];
  assert.deepEqual(growthOf(series({ first, last, samples })), {
    tokens: 30 + 7 + 13,
    blind: [{ least: 15_000, most: 30_000 }],
  });
});

test('a counter that ends in the period keeps what it had, and is blind for two scrapes', () => {
  const samples = [sample(0, 50), sample(15, 80), sample(30, 90)];
  assert.deepEqual(growthOf(series({ first: sample(0, 50), samples, upAfter: undefined as never })), {
    tokens: 40,
    blind: [{ least: 30_000, most: 60_000 }],
  });
});

test('a target that could not be scraped at an edge is doubted, and nothing of it is counted', () => {
  const down = sample(0, 0);
  assert.match(JSON.stringify(growthOf(series({ last: sample(60, 9), upBefore: down }))), /period began/);
  assert.match(
    JSON.stringify(growthOf(series({ first: UP, last: sample(60, 9), upAfter: down }))),
    /period ended/,
  );
  assert.match(JSON.stringify(growthOf(series({ first: UP }))), /samples are gone/);
});

const CLOCK = {
  from: { least: 90, most: 100 },
  to: { least: 190, most: 200 },
  blind: [{ least: 140, most: 150 }],
};

test('a source that counts at the end has a call whose end lies between its readings', () => {
  const share = (start: number, end: number) => shareOf({ ...CLOCK, counts: 'at the end' }, start, end);
  assert.deepEqual(
    [share(0, 90), share(0, 95), share(0, 101), share(0, 190), share(0, 195), share(0, 201), share(0, 145)],
    ['none', 'some', 'all', 'all', 'some', 'none', 'some'],
  );
});

test('a source that counts while a call runs has all of it only from its beginning to its end', () => {
  const share = (start: number, end: number) => shareOf({ ...CLOCK, counts: 'while it runs' }, start, end);
  assert.deepEqual(
    [share(10, 90), share(10, 110), share(101, 130), share(120, 160), share(180, 195), share(201, 220)],
    ['none', 'some', 'all', 'some', 'some', 'none'],
  );
});

test('a difference goes to what is certain, then to each cause as far as it reaches; the rest has no reason', () => {
  const causes = [
    { class: 'aborted', least: 0, most: 10 },
    { class: 'late', least: 5, most: 20 },
  ] as const;
  assert.deepEqual(explain(5, causes), { classes: { late: 5 }, unexplained: 0 });
  assert.deepEqual(explain(12, causes), { classes: { aborted: 7, late: 5 }, unexplained: 0 });
  assert.deepEqual(explain(50, causes), { classes: { aborted: 10, late: 20 }, unexplained: 20 });
  assert.deepEqual(explain(-3, causes), { classes: { late: 5 }, unexplained: -8 });
});
