import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Xoshiro256 } from '../../../validation/arrivals/xoshiro';

test('draws the numbers of the reference implementation', () => {
  const generator = new Xoshiro256(Uint32Array.of(1, 0, 2, 0, 3, 0, 4, 0));
  const drawn = Array.from({ length: 10 }, () => {
    generator.step();
    return (BigInt(generator.high) << 32n) | BigInt(generator.low);
  });
  // Of the C program of Blackman and Vigna with the state 1, 2, 3, 4, as the crate rand_xoshiro publishes them.
  assert.deepEqual(drawn, [
    11520n,
    0n,
    1509978240n,
    1215971899390074240n,
    1216172134540287360n,
    607988272756665600n,
    16172922978634559625n,
    8476171486693032832n,
    10595114339597558777n,
    2904607092377533576n,
  ]);
});

test('steps as arithmetic on 64 bits does, from any state', () => {
  const mask = (1n << 64n) - 1n;
  const rotated = (word: bigint, by: bigint) => ((word << by) | (word >> (64n - by))) & mask;
  const halves = Uint32Array.of(
    0x9e3779b9,
    0x7f4a7c15,
    0xbf58476d,
    0x1ce4e5b9,
    0x94d049bb,
    0x133111eb,
    7,
    ~0,
  );
  const s = [0, 2, 4, 6].map(
    (at) => (BigInt(halves[at + 1] as number) << 32n) | BigInt(halves[at] as number),
  ) as [bigint, bigint, bigint, bigint];
  const generator = new Xoshiro256(halves);
  for (let step = 0; step < 1000; step += 1) {
    const expected = (rotated((s[1] * 5n) & mask, 7n) * 9n) & mask;
    const shifted = (s[1] << 17n) & mask;
    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= shifted;
    s[3] = rotated(s[3], 45n);
    generator.step();
    assert.equal((BigInt(generator.high) << 32n) | BigInt(generator.low), expected, `step ${step}`);
  }
});

test('refuses a state that would never change, and one of another length', () => {
  assert.throws(() => new Xoshiro256(new Uint32Array(8)), RangeError);
  assert.throws(() => new Xoshiro256(Uint32Array.of(1, 2)), RangeError);
});
