import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Cpu, describeCapacity, Memory, planEnvoy } from '../../config';
import { mistakeOf } from './refused';

const MI = 1024 ** 2;
const KI = 1024;

/** What one Envoy needs by policy R04 for some requests of the expected size. */
function needed(expected: Memory, requests: number): number {
  return 512 * MI + requests * (128 * KI + 5 * expected.bytes);
}

const cpus = fc.integer({ min: 1, max: 128 });
const bufferLimits = fc.integer({ min: 1, max: 50 }).map((mebibytes) => Memory.mebibytes(mebibytes));
const expectedSizes = fc.integer({ min: 1, max: 1024 }).map((kibibytes) => Memory.bytes(kibibytes * KI));

const PAPERS = {
  cpu: Cpu.cores(8),
  memory: Memory.gibibytes(4),
  bufferLimit: Memory.mebibytes(50),
  expectedRequestSize: Memory.parse('256Ki'),
};

test("the paper's gateway: eight cores, eight workers, and as many requests as its memory carries", () => {
  const plan = planEnvoy(PAPERS);
  assert.equal(plan.workers, 8);
  // 3/4 of 3584Mi / 1.375Mi, and 1/4 of it / 125Mi.
  assert.equal(plan.maxParallelRequests, 1954);
  assert.deepEqual(plan.large, { from: Memory.bytes(1_000_000), maxParallel: 7 });
  // One for each request, and 256Mi / 128Ki.
  assert.equal(plan.maxConnections, 1954 + 2048);
  assert.equal(`${plan.cpu}, ${plan.memory}, ${plan.bufferLimit}`, '8, 4Gi, 50Mi');
});

test('there are as many workers as CPUs, and each of them may carry a request', () => {
  fc.assert(
    fc.property(cpus, bufferLimits, expectedSizes, fc.nat(2 ** 16), (cpu, bufferLimit, expected, spare) => {
      fc.pre(expected.bytes <= bufferLimit.bytes);
      const memory = Memory.mebibytes(512 + 250 + 7 * cpu + spare);
      const plan = planEnvoy({ cpu: Cpu.cores(cpu), memory, bufferLimit, expectedRequestSize: expected });
      assert.equal(plan.workers, cpu);
      assert.ok(plan.maxParallelRequests >= plan.workers);
      assert.ok(plan.maxConnections >= plan.maxParallelRequests);
    }),
  );
});

test('the parallel requests fit into the memory, and with the large ones they fill it [envoy-memory]', () => {
  fc.assert(
    fc.property(bufferLimits, expectedSizes, fc.nat(2 ** 16), (bufferLimit, expected, spare) => {
      fc.pre(expected.bytes <= bufferLimit.bytes);
      const memory = Memory.mebibytes(512 + 250 + 7 + spare);
      const settings = { cpu: Cpu.cores(1), memory, bufferLimit, expectedRequestSize: expected };
      const { maxParallelRequests, large } = planEnvoy(settings);
      assert.ok(needed(expected, maxParallelRequests) <= memory.bytes);
      const each = large === undefined ? 0 : Math.max(large.from.bytes, bufferLimit.bytes / 2);
      const both =
        needed(expected, maxParallelRequests + 1) + (large ? 5 * each * (large.maxParallel + 1) : 0);
      assert.ok(both > memory.bytes);
    }),
  );
});

test('large requests begin at the power of ten above the expected size, and there are none beyond the buffer limit', () => {
  const from = (expected: string, bufferLimit = '50Mi') => {
    const sizes = { expectedRequestSize: Memory.parse(expected), bufferLimit: Memory.parse(bufferLimit) };
    return planEnvoy({ ...PAPERS, ...sizes }).large?.from.bytes;
  };
  assert.equal(from('64Ki'), 100_000);
  assert.equal(from('999k'), 1_000_000);
  assert.equal(from('1M'), 10_000_000);
  assert.equal(from('1Mi', '8Mi'), undefined);
  const all = planEnvoy({
    ...PAPERS,
    ...{ bufferLimit: Memory.mebibytes(8), expectedRequestSize: Memory.mebibytes(1) },
  });
  // All of 3584Mi / (128Ki + 5Mi).
  assert.equal(all.maxParallelRequests, 699);
});

test('a smaller buffer limit lets more large requests run at once', () => {
  const many = (bufferLimit: string) =>
    planEnvoy({ ...PAPERS, bufferLimit: Memory.parse(bufferLimit) }).large?.maxParallel;
  assert.deepEqual(['50Mi', '20Mi', '10Mi'].map(many), [7, 17, 35]);
});

test('refuses memory that is too small, and takes the memory that the refusal names', () => {
  const share = fc.double({ min: 0, max: 0.999, noNaN: true });
  fc.assert(
    fc.property(cpus, bufferLimits, expectedSizes, share, (cores, bufferLimit, expected, part) => {
      fc.pre(expected.bytes <= bufferLimit.bytes);
      const cpu = Cpu.cores(cores);
      const enough = Math.max(512 * MI + 5 * bufferLimit.bytes, needed(expected, cores));
      const memory = Memory.bytes(Math.floor(enough * part));
      const settings = { cpu, memory, bufferLimit, expectedRequestSize: expected };
      const mistake = mistakeOf(() => planEnvoy(settings));
      assert.equal(mistake.path, 'gateway.memory');
      const [, named = ''] = /use (\S+) or more/.exec(mistake.fix ?? '') ?? [];
      const larger = planEnvoy({ ...settings, memory: Memory.parse(named) });
      assert.ok(larger.maxParallelRequests >= cores);
    }),
  );
});

test('refuses requests that are expected to be larger than the gateway takes', () => {
  const mistake = mistakeOf(() => planEnvoy({ ...PAPERS, expectedRequestSize: Memory.mebibytes(51) }));
  assert.equal(mistake.path, 'gateway.expectedRequestSize');
  assert.match(mistake.problem, /^51Mi is not between 1 byte and bufferLimit 50Mi/);
});

test('the plan is said with its arithmetic', () => {
  assert.equal(
    describeCapacity(PAPERS),
    'one Envoy answers 1954 requests at once: 75 % of (memory 4Gi - 512Mi) / (128Ki + 5 × expectedRequestSize 256Ki); ' +
      'of these at most 7 of 1000000 bytes or more: 25 % of it / (5 × half of bufferLimit 50Mi); 4002 connections; ' +
      'more are answered with 503 and Retry-After',
  );
});

test('refuses a fraction of a CPU', () => {
  for (const cpu of ['2500m', '0']) {
    const mistake = mistakeOf(() => planEnvoy({ ...PAPERS, cpu: Cpu.parse(cpu) }));
    assert.equal(mistake.path, 'gateway.cpu');
    assert.match(mistake.problem, new RegExp(`^${cpu} is not a whole number of CPUs, 1 or more`));
  }
});
