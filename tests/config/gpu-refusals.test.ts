import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Memory, PlatformError, planGpuMemory, refuseGpuMemory } from '../../config';
import { refuses, settings, settingsOf } from './gpu-settings';

const QWEN_FP8 = 'Qwen/Qwen3-235B-A22B-FP8';

test('refuses GPUs that cannot share the heads evenly', () => {
  refuses(
    settings({ tensorParallelSize: 3 }),
    'tensorParallelSize',
    /3 GPUs cannot share 64 query heads and 8 key-value heads evenly/,
    /use 1, 2, 4 or 8/,
  );
});

test('refuses GPUs that share every layer across nodes', () => {
  refuses(
    settings({ tensorParallelSize: 8 }),
    'tensorParallelSize',
    /8 GPUs are more than the 4 of a node/,
    /use tensorParallelSize 4 with pipelineParallelSize 2, or gpusPerNode 8/,
  );
});

test('refuses a replica that does not fill its nodes', () => {
  refuses(
    settings({ pipelineParallelSize: 3, gpusPerNode: 8 }),
    'pipelineParallelSize',
    /4 × 3 = 12 GPUs of a replica are more than the 8 of a node and do not fill whole nodes \(use 4\)/,
  );
});

test('refuses more stages than layers', () => {
  refuses(
    settings({ pipelineParallelSize: 37 }),
    'pipelineParallelSize',
    /37 stages are more than the 36 layers/,
  );
});

test('refuses weights that leave no memory for the KV cache', () => {
  const { suggestion } = refuses(
    settingsOf('Qwen/Qwen3-235B-A22B', { gpuMemoryUtilization: 0.92 }),
    'gpuMemoryUtilization',
    /no memory is left for the KV cache: weights 109\.5 GiB and overhead of at least 1\.1 GiB take all of 0\.92 × 79\.1 GiB = 72\.8 GiB/,
    /use tensorParallelSize 4 and pipelineParallelSize 2/,
  );
  assert.deepEqual(suggestion, { tensorParallelSize: 4, pipelineParallelSize: 2 });
});

test('refuses gpt-oss-120b on one GPU in front of its overhead, with the share of it that would do or more GPUs', () => {
  refuses(
    settings({ tensorParallelSize: 1, gpuMemoryUtilization: 0.82 }),
    'gpuMemoryUtilization',
    /no memory is left/,
    /use gpuMemoryUtilization 0\.\d+/,
  );
});

test('refuses a context of which no request fits, with the longest one and more GPUs', () => {
  const refused = settingsOf('meta-llama/Llama-3.3-70B-Instruct', {
    tensorParallelSize: 2,
    gpuMemoryUtilization: 0.92,
    overheadMemory: Memory.mebibytes(6.5 * 1024),
  });
  const { suggestion } = refuses(
    refused,
    'maxModelLen',
    /one request of 131072 tokens needs 8192 blocks of KV cache, and \d+ fit/,
    /0\.92 × 79\.1 GiB = 72\.8 GiB, less weights 65\.7 GiB and overhead of at least 6\.5 GiB, leaves 0\.6 GiB at 2560 KiB per block/,
    /use \d+ or less, or tensorParallelSize 4/,
  );
  const longest = suggestion?.maxModelLen ?? 0;
  // About 3.7k by hand; one token more does not fit.
  assert.ok(longest > 3000 && longest < 4000);
  assert.notDeepEqual(refuseGpuMemory({ ...refused, maxModelLen: longest + 1 }), []);
});

test('refuses a context beyond what the model was trained for', () => {
  refuses(
    settingsOf('Qwen/Qwen3-32B', { maxModelLen: 131_072 }),
    'maxModelLen',
    /131072 tokens are more than the 40960 positions/,
    /use 40960 or less/,
  );
});

test('takes a longer context when the user has changed the positions', () => {
  const longer = settingsOf('Qwen/Qwen3-32B', { maxModelLen: 131_072, positionsOverridden: true });
  assert.ok(planGpuMemory(longer).maxConcurrencyAt(131_072) > 1);
});

test('refuses fewer tokens a step than requests at once', () => {
  refuses(
    settings({ maxNumBatchedTokens: 128 }),
    'maxNumBatchedTokens',
    /128 tokens per step are fewer than maxNumSeqs 256/,
    /use 256 or more/,
  );
});

test('refuses fewer tokens a step than the longest context when prompts are not divided', () => {
  refuses(
    settings({ chunkedPrefill: false }),
    'maxNumBatchedTokens',
    /8192 tokens per step are fewer than maxModelLen 131072, and without chunked prefill/,
    /use 131072 or more/,
  );
});

for (const share of [0, -1, 0.99, 1.5, Number.NaN]) {
  test(`refuses ${share} of a GPU`, () => {
    refuses(
      settings({ gpuMemoryUtilization: share }),
      'gpuMemoryUtilization',
      /is not greater than 0 and at most 0\.98: vLLM allocates this share of the GPU memory/,
    );
  });
}

test('refuses FP8 blocks that more GPUs would cut', () => {
  refuses(
    settingsOf(QWEN_FP8, { tensorParallelSize: 8, gpusPerNode: 8 }),
    'tensorParallelSize',
    /1536 \/ 8 = 192, which is not a multiple of the FP8 block size 128/,
    /use 1, 2 or 4/,
  );
});

test('refuses slices for a replica of several GPUs', () => {
  const refusal = refuseGpuMemory(settings({ mig: '3g.40gb' }));
  assert.equal(refusal.length, 1);
  assert.match(refusal[0]?.problem ?? '', /a replica of 4 GPUs cannot run on MIG slices: .*NVLink/);
});

test('refuses a slice that the GPU does not have', () => {
  const alone = { tensorParallelSize: 1, maxModelLen: 1024 };
  refuses(
    settings({ ...alone, gpu: 'l40s-48gb', tensorParallelSize: 4, mig: '1g.10gb' }),
    'mig',
    /remove mig/,
  );
  const [refusal] = refuseGpuMemory(settings({ ...alone, gpu: 'h200-sxm-141gb', mig: '3g.40gb' }));
  assert.match(refusal?.problem ?? '', /h200-sxm-141gb has no MIG profile 3g\.40gb/);
});

test('takes an 8-bit KV cache on Ampere, whose kernels convert it', () => {
  assert.deepEqual(refuseGpuMemory(settings({ gpu: 'a100-sxm-80gb', kvCacheDtype: 'fp8' })), []);
});

test('refuses everything that is wrong at once', () => {
  const wrong = settings({ gpuMemoryUtilization: 2, maxModelLen: 200_000, maxNumBatchedTokens: 1 });
  assert.deepEqual(
    refuseGpuMemory(wrong).map(({ field }) => field),
    ['gpuMemoryUtilization', 'maxModelLen', 'maxNumBatchedTokens'],
  );
  assert.throws(() => planGpuMemory(wrong), PlatformError);
});
