import assert from 'node:assert/strict';
import { test } from 'node:test';
import { testFixed } from '../../../validation/arrivals/kolmogorov';
import { Random } from '../../../validation/arrivals/random';
import { gammaCdf } from '../../../validation/arrivals/special';
import { momentsOf } from '../../../validation/arrivals/statistics';
import { assertFollows } from './many-seeds';

const draws = (n: number, draw: () => number) => Float64Array.from({ length: n }, draw);

test('a stream is the same for the same names, and has nothing to do with others [random-streams]', () => {
  const first = (random: Random) => draws(4, () => random.uniform());
  assert.deepEqual(first(Random.of(7, 'B', 12)), first(Random.of(7, 'B', 12)));
  const streams = [
    Random.of(7, 'B', 12),
    Random.of(7, 'B', '12'),
    Random.of(7, 'B1', 2),
    Random.of(8, 'B', 12),
    Random.of(7, 'B'),
  ];
  assert.equal(new Set(streams.flatMap((random) => [...first(random)])).size, 20);
  const used = Random.of(7, 'B');
  used.uniform();
  assert.deepEqual(first(used.stream(12)), first(Random.of(7, 'B', 12)));
});

test('neighbouring users are not correlated', () => {
  const n = 20_000;
  const [a, b] = [0, 1].map((user) => Random.of(1, 'A', user)) as [Random, Random];
  const products = draws(n, () => (a.uniform() - 0.5) * (b.uniform() - 0.5));
  // The standard deviation of such a product is 1 / 12.
  assert.ok(Math.abs(momentsOf(products).mean) < 3 / 12 / Math.sqrt(n));
});

test('variates follow their distributions', () => {
  const n = 4000;
  const fits = (what: string, draw: (random: Random) => number, cdf: (value: number) => number) =>
    assertFollows(what, (seed) => {
      const random = Random.of(seed, 'variates', what);
      return testFixed(
        draws(n, () => draw(random)),
        cdf,
      ).p;
    });
  fits(
    'uniform',
    (random) => random.uniform(),
    (x) => x,
  );
  fits(
    'exponential',
    (random) => random.exponential(),
    (x) => 1 - Math.exp(-x),
  );
  // The square of a normal is chi-square with one degree of freedom.
  fits(
    'normal',
    (random) => random.normal() ** 2,
    (x) => gammaCdf(0.5, x / 2),
  );
  fits(
    'gamma, small shape',
    (random) => random.gamma(4 / 9),
    (x) => gammaCdf(4 / 9, x),
  );
  fits(
    'gamma, large shape',
    (random) => random.gamma(30),
    (x) => gammaCdf(30, x),
  );
  fits(
    'weibull',
    (random) => random.weibull(0.5),
    (x) => 1 - Math.exp(-Math.sqrt(x)),
  );
});

test('a normal has both signs', () => {
  const random = Random.of(3, 'normal');
  const { mean } = momentsOf(draws(10_000, () => random.normal()));
  assert.ok(Math.abs(mean) < 0.03, `${mean}`);
});
