import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  GPU_NAMES,
  type GpuMemorySettings,
  KNOWN_MODELS,
  planGpuMemory,
  refuseGpuMemory,
} from '../../config';
import { gpuBudget } from '../../config/plan/gpu-budget';
import { settingsOf } from './gpu-settings';

/** Anything that a document can say about a model of the registry. */
const anySettings: fc.Arbitrary<GpuMemorySettings> = fc
  .record({
    hubId: fc.constantFrom(...KNOWN_MODELS),
    gpu: fc.constantFrom(...GPU_NAMES),
    gpusPerNode: fc.constantFrom(1, 2, 4, 8),
    tensorParallelSize: fc.constantFrom(1, 2, 4, 8),
    pipelineParallelSize: fc.integer({ min: 1, max: 4 }),
    maxModelLen: fc.integer({ min: 1, max: 140_000 }),
    maxNumSeqs: fc.integer({ min: 1, max: 2048 }),
    maxNumBatchedTokens: fc.integer({ min: 1, max: 32_768 }),
    gpuMemoryUtilization: fc.double({ min: 0.05, max: 0.95, noNaN: true }),
    kvCacheDtype: fc.constantFrom('auto' as const, 'fp8' as const),
    hybridKvCache: fc.boolean(),
    chunkedPrefill: fc.boolean(),
  })
  .map(({ hubId, ...changes }) => settingsOf(hubId, changes));

function blocksOf(settings: GpuMemorySettings): number {
  return gpuBudget(settings).blocks;
}

test('an accepted plan holds one request of the longest context, and no number in it is negative', () => {
  fc.assert(
    fc.property(anySettings, (settings) => {
      fc.pre(refuseGpuMemory(settings).length === 0);
      const plan = planGpuMemory(settings);
      assert.ok(plan.maxConcurrencyAt(settings.maxModelLen) > 1);
      assert.ok(plan.kvCapacityTokens >= settings.maxModelLen);
      assert.ok(plan.safeMaxNumSeqs(settings.maxModelLen) >= 0);
      for (const part of [plan.weightsPerGpu, plan.nonKvPerGpu, plan.kvPerGpu]) assert.ok(part.bytes >= 0);
    }),
  );
});

test('no budget has a negative number of blocks', () => {
  fc.assert(fc.property(anySettings, (settings) => assert.ok(blocksOf(settings) >= 0)));
});

test('more GPUs that share a layer never mean fewer blocks [gpu-memory-more-gpus]', () => {
  fc.assert(
    fc.property(anySettings, fc.constantFrom(1, 2, 4), (settings, tensorParallelSize) => {
      const fewer = blocksOf({ ...settings, tensorParallelSize });
      assert.ok(blocksOf({ ...settings, tensorParallelSize: 2 * tensorParallelSize }) >= fewer);
    }),
  );
});

test('more of each GPU never means fewer blocks', () => {
  const share = fc.double({ min: 0, max: 0.5, noNaN: true });
  fc.assert(
    fc.property(anySettings, share, (settings, more) => {
      const gpuMemoryUtilization = settings.gpuMemoryUtilization + more;
      assert.ok(blocksOf({ ...settings, gpuMemoryUtilization }) >= blocksOf(settings));
    }),
  );
});

test('longer requests are never more at once', () => {
  fc.assert(
    fc.property(anySettings, fc.nat(140_000), fc.nat(140_000), (settings, length, more) => {
      fc.pre(refuseGpuMemory(settings).length === 0);
      const { maxConcurrencyAt, safeMaxNumSeqs } = planGpuMemory(settings);
      assert.ok(maxConcurrencyAt(length + 1 + more) <= maxConcurrencyAt(length + 1));
      assert.ok(safeMaxNumSeqs(length + 1 + more) <= safeMaxNumSeqs(length + 1));
    }),
  );
});

test('a context that is refused stays refused when it grows', () => {
  fc.assert(
    fc.property(anySettings, fc.nat(10_000), (settings, more) => {
      const refused = refuseGpuMemory(settings).some(({ field }) => field === 'maxModelLen');
      fc.pre(refused);
      assert.notDeepEqual(refuseGpuMemory({ ...settings, maxModelLen: settings.maxModelLen + more }), []);
    }),
  );
});

test('what a refusal for memory suggests is accepted [gpu-memory-suggestion]', () => {
  fc.assert(
    fc.property(anySettings, (settings) => {
      const [refusal, ...others] = refuseGpuMemory(settings);
      fc.pre(refusal !== undefined && others.length === 0 && /KV cache/.test(refusal.problem));
      fc.pre(refusal?.suggestion !== undefined);
      assert.deepEqual(refuseGpuMemory({ ...settings, ...refusal?.suggestion }), []);
    }),
  );
});

test('whoever follows the suggestions arrives', () => {
  fc.assert(
    fc.property(anySettings, (settings) => {
      let current = settings;
      for (let round = 0; round < 4; round++) {
        const refusals = refuseGpuMemory(current);
        if (refusals.length === 0) return;
        // Nothing near fits: said, without a suggestion.
        if (refusals.some(({ suggestion }) => suggestion === undefined)) return;
        current = Object.assign({ ...current }, ...refusals.map(({ suggestion }) => suggestion));
      }
      assert.deepEqual(refuseGpuMemory(current), []);
    }),
  );
});
