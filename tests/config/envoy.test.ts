import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Cpu, Memory, planEnvoy } from '../../config';
import { mistakeOf } from './refused';

const MI = 1024 ** 2;

/** Memory that one Envoy needs by policy R04: 512Mi and half a buffer for each request. */
function needed(bufferLimit: Memory, requests: number): number {
  return 512 * MI + (requests * bufferLimit.bytes) / 2;
}

const cpus = fc.integer({ min: 1, max: 128 });
const bufferLimits = fc.integer({ min: 1, max: 50 }).map((mebibytes) => Memory.mebibytes(mebibytes));

test("the paper's gateway: eight cores, eight workers, and as many requests as its memory carries", () => {
  const plan = planEnvoy({
    cpu: Cpu.cores(8),
    memory: Memory.gibibytes(4),
    bufferLimit: Memory.mebibytes(50),
  });
  assert.equal(plan.workers, 8);
  assert.equal(plan.maxParallelRequests, 143);
  assert.equal(`${plan.cpu}, ${plan.memory}, ${plan.bufferLimit}`, '8, 4Gi, 50Mi');
});

test('there are as many workers as CPUs, and each of them may carry a request', () => {
  fc.assert(
    fc.property(cpus, bufferLimits, fc.integer({ min: 0, max: 2 ** 16 }), (cpu, bufferLimit, spare) => {
      const memory = Memory.mebibytes(512 + cpu * 25 + spare);
      const plan = planEnvoy({ cpu: Cpu.cores(cpu), memory, bufferLimit });
      assert.equal(plan.workers, cpu);
      assert.ok(plan.maxParallelRequests >= plan.workers);
    }),
  );
});

test('the parallel requests fit into the memory, and one more would not [envoy-memory]', () => {
  fc.assert(
    fc.property(bufferLimits, fc.integer({ min: 0, max: 2 ** 16 }), (bufferLimit, spare) => {
      const memory = Memory.mebibytes(512 + 25 + spare);
      const { maxParallelRequests } = planEnvoy({ cpu: Cpu.cores(1), memory, bufferLimit });
      assert.ok(needed(bufferLimit, maxParallelRequests) <= memory.bytes);
      assert.ok(needed(bufferLimit, maxParallelRequests + 1) > memory.bytes);
    }),
  );
});

test('refuses memory that is too small, and takes the memory that the refusal names', () => {
  fc.assert(
    fc.property(
      cpus,
      bufferLimits,
      fc.double({ min: 0, max: 0.999, noNaN: true }),
      (cores, bufferLimit, share) => {
        const cpu = Cpu.cores(cores);
        const memory = Memory.bytes(Math.floor(needed(bufferLimit, cores) * share));
        const mistake = mistakeOf(() => planEnvoy({ cpu, memory, bufferLimit }));
        assert.equal(mistake.path, 'gateway.memory');
        const [, enough = ''] = /use (\S+) or more/.exec(mistake.fix ?? '') ?? [];
        assert.ok(planEnvoy({ cpu, memory: Memory.parse(enough), bufferLimit }).maxParallelRequests >= cores);
        const [, smaller] = /bufferLimit (\S+) or less/.exec(mistake.fix ?? '') ?? [];
        if (smaller === undefined) return;
        assert.ok(
          planEnvoy({ cpu, memory, bufferLimit: Memory.parse(smaller) }).maxParallelRequests >= cores,
        );
      },
    ),
  );
});

test('refuses a fraction of a CPU', () => {
  const settings = { memory: Memory.gibibytes(4), bufferLimit: Memory.mebibytes(50) };
  for (const cpu of ['2500m', '0']) {
    const mistake = mistakeOf(() => planEnvoy({ cpu: Cpu.parse(cpu), ...settings }));
    assert.equal(mistake.path, 'gateway.cpu');
    assert.match(mistake.problem, new RegExp(`^${cpu} is not a whole number of CPUs, 1 or more`));
  }
});
