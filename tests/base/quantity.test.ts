import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Duration } from '../../base/duration';
import { amount, Cpu, Memory, Quantity } from '../../base/quantity';

/** `Quantity` fields of Envoy Gateway's CRDs. */
const ENVOY_GATEWAY_QUANTITY = /^[1-9]+[0-9]*([EPTGMK]i|[EPTGMk])?$/;

/** `Duration` of the Gateway API (GEP-2257). */
const GATEWAY_API_DURATION = /^([0-9]{1,5}(h|m|s|ms)){1,4}$/;

test('CPUs survive being written and read', () => {
  fc.assert(
    fc.property(fc.nat(), (millicores) => {
      const cpu = Cpu.parse(`${millicores}m`);
      assert.equal(cpu.millicores, millicores);
      assert.deepEqual(Cpu.parse(cpu.toString()), cpu);
      assert.deepEqual(Cpu.parse(millicores / 1000), cpu);
      assert.equal(cpu.isWhole, Number.isInteger(millicores / 1000));
    }),
  );
});

test('CPUs are written as Kubernetes writes them', () => {
  assert.equal(`${Cpu.parse('2000m')}`, '2');
  assert.equal(`${Cpu.parse('2.5')}`, '2500m');
  assert.equal(`${Cpu.cores(8)}`, '8');
});

test('refuses what is not a number of CPUs', () => {
  for (const text of ['', '2 ', '-1', '2.5m', '1e3', '0.0001', 'two', Number.NaN, -1, 1e21]) {
    assert.throws(() => Cpu.parse(text), RangeError, `${text}`);
  }
});

test('memory survives being written and read', () => {
  fc.assert(
    fc.property(fc.maxSafeNat(), (bytes) => {
      const memory = Memory.bytes(bytes);
      assert.deepEqual(Memory.parse(memory.toString()), memory);
    }),
  );
});

test('memory is written as Envoy Gateway reads it', () => {
  const bytes = fc
    .tuple(fc.integer({ min: 1, max: 2 ** 20 }), fc.nat({ max: 3 }))
    .map(([count, power]) => count * 1024 ** power);
  fc.assert(fc.property(bytes, (n) => assert.match(`${Memory.bytes(n)}`, ENVOY_GATEWAY_QUANTITY)));
  assert.equal(`${Memory.parse('4096Mi')}`, '4Gi');
  assert.equal(`${Memory.parse('1.5Gi')}`, '1536Mi');
  assert.equal(`${Memory.parse('4G')}`, '3906250Ki');
  assert.equal(`${Memory.mebibytes(50)}`, '50Mi');
  assert.equal(`${Memory.gibibytes(4)}`, '4Gi');
  assert.equal(`${Memory.bytes(0)}`, '0');
});

test('decimal memory is exact', () => {
  assert.equal(Memory.parse('1.001k').bytes, 1001);
  assert.equal(Memory.parse('8.000000000000001P').bytes, 8_000_000_000_000_001);
});

test('refuses what is not an amount of memory', () => {
  for (const text of ['', '4GB', '4 Gi', '-4Gi', '100m', '0.3', '1.1Mi', '9Pi', '1constructor']) {
    assert.throws(() => Memory.parse(text), RangeError, text);
  }
  assert.throws(() => Memory.bytes(0.5), RangeError);
  assert.throws(() => Memory.mebibytes(-1), RangeError);
});

test('durations survive being written and read, in the form of the Gateway API', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 99_999 * 3_600_000 }), (milliseconds) => {
      const duration = Duration.milliseconds(milliseconds);
      assert.match(duration.toString(), GATEWAY_API_DURATION);
      assert.deepEqual(Duration.parse(duration.toString()), duration);
    }),
  );
});

test('durations are written in seconds where they fit', () => {
  assert.equal(`${Duration.parse('10m')}`, '600s');
  assert.equal(`${Duration.parse('1h30m15s')}`, '5415s');
  assert.equal(`${Duration.parse('1500ms')}`, '1500ms');
  assert.equal(`${Duration.parse('2s500ms')}`, '2500ms');
  assert.equal(`${Duration.seconds(100_000)}`, '27h46m40s');
  assert.equal(`${Duration.seconds(0)}`, '0s');
  assert.equal(Duration.minutes(30).seconds, 1800);
  assert.equal(`${Duration.minutes(10).plus(Duration.seconds(15))}`, '615s');
});

test('refuses what is not a duration', () => {
  for (const text of ['', '10', '10 m', '1.5h', '-10s', '1d', '100000s', '1s1s1s1s1s', '99999h60m']) {
    assert.throws(() => Duration.parse(text), RangeError, text);
  }
  assert.throws(() => Duration.seconds(-1), RangeError);
  assert.throws(() => Duration.seconds(0.0001), RangeError);
});

test('every amount of memory and CPU is the quantity that Kubernetes reads', () => {
  fc.assert(
    fc.property(fc.maxSafeNat(), (n) => {
      assert.equal(Quantity.parse(`${Memory.bytes(n)}`)?.count(), n);
      assert.equal(Quantity.parse(`${n % 1e6}m`)?.count(3), n % 1e6);
    }),
  );
});

test('amounts are those of anybody’s objects, and NaN for what is none', () => {
  for (const [text, expected] of [
    ['50Mi', 50 * 2 ** 20],
    ['1.5G', 1.5e9],
    [2, 2],
    ['100m', 0.1],
    ['1e3', 1000],
  ] as const) {
    assert.equal(amount(text), expected, `${text}`);
  }
  for (const text of [undefined, '', '4GB', 'many']) assert.ok(Number.isNaN(amount(text)), `${text}`);
});
