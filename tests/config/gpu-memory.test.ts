import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { checkpointBytes, type GpuMemorySettings, Memory, planGpuMemory } from '../../config';
import { PADDING, weightBytes } from '../../config/plan/weights';
import { known, settings, settingsOf } from './gpu-settings';

const GI = Memory.gibibytes(1).bytes;

/** Compares with a published number. */
function about(actual: number, published: number, share = 0.01): void {
  assert.ok(Math.abs(actual - published) <= share * published, `${actual} is not about ${published}`);
}

function gib(memory: Memory): number {
  return memory.bytes / GI;
}

const OVERHEAD = Memory.mebibytes(6.5 * 1024);

describe('published facts of gpt-oss-120b', () => {
  const model = known('openai/gpt-oss-120b');
  const alone = { tensor: 1, pipeline: 1 };

  test('its checkpoint is 60.8 GiB [gpu-memory-checkpoint]', () => {
    about(checkpointBytes(model) / GI, 60.8, 0.001);
  });

  test('the checkpoint of gpt-oss-20b is 12.8 GiB', () => {
    about(checkpointBytes(known('openai/gpt-oss-20b')) / GI, 12.8, 0.005);
  });

  test('vLLM 0.10.1 loads 65.9651 GiB onto one GPU for Marlin (its issue 23278) [gpu-memory-marlin]', () => {
    about(weightBytes(model, alone, PADDING.marlin) / GI, 65.9651);
  });

  test('vLLM 0.14.1 loads 64.38 GiB onto one GPU for Triton (its issue 33155) [gpu-memory-triton]', () => {
    about(weightBytes(model, alone, PADDING.triton) / GI, 64.38);
  });

  test('all full layers take 36 KiB a token: 4608 MiB for the longest context in a log of llama.cpp', () => {
    // 16 tokens of 18 layers on each of four GPUs.
    const { blocks, kvPerGpu } = planGpuMemory(settings());
    about((4 * kvPerGpu.bytes) / blocks / 16 / 1024, 36, 0.001);
  });

  test('four GPUs at 0.90 hold about 39 requests of 131,072 tokens beside 4.5 GiB [gpu-memory-concurrency]', () => {
    const overheadMemory = Memory.mebibytes(4.5 * 1024);
    about(planGpuMemory(settings({ overheadMemory })).maxConcurrencyAt(131_072), 39);
  });
});

describe('gpt-oss-120b on four GPUs, as calculated by hand', () => {
  type Row = [share: number, seqs: number, overhead: number, kv: number, blocks: number, requests: number[]];
  const rows: Row[] = [
    [0.9, 256, 4.5, 49.5, 360_000, [175.9, 117.0, 70.3, 39.1]],
    [0.92, 256, 4.5, 51.1, 372_000, [181.5, 120.7, 72.5, 40.3]],
    [0.92, 1024, 8, 47.6, 346_000, [169.1, 112.4, 67.5, 37.6]],
    [0.95, 256, 4.5, 53.4, 389_000, [189.9, 126.3, 75.9, 42.2]],
  ];
  for (const [gpuMemoryUtilization, maxNumSeqs, overhead, kv, blocks, requests] of rows) {
    test(`${gpuMemoryUtilization} of each GPU, ${maxNumSeqs} requests at once`, () => {
      const overheadMemory = Memory.mebibytes(overhead * 1024);
      const plan = planGpuMemory(settings({ gpuMemoryUtilization, maxNumSeqs, overheadMemory }));
      about(gib(plan.weightsPerGpu), 17.2);
      about(gib(plan.kvPerGpu), kv);
      about(plan.blocks, blocks);
      [16_384, 32_768, 65_536, 131_072].forEach((tokens, index) => {
        about(plan.maxConcurrencyAt(tokens), requests[index] ?? 0);
      });
    });
  }
});

describe('other models, as calculated by hand', () => {
  type Row = [
    hubId: string,
    changes: Partial<GpuMemorySettings>,
    weights: number,
    kv: number,
    tokens: number,
    requests: number,
  ];
  const fp8 = 'RedHatAI/Llama-3.3-70B-Instruct-FP8-dynamic';
  const rows: Row[] = [
    ['meta-llama/Llama-3.3-70B-Instruct', {}, 32.9, 33.4, 438_000, 3.3],
    [fp8, {}, 16.9, 49.4, 647_000, 4.9],
    [fp8, { kvCacheDtype: 'fp8' }, 16.9, 49.4, 1_290_000, 9.9],
    [fp8, { tensorParallelSize: 2 }, 33.8, 32.4, 213_000, 1.6],
    ['Qwen/Qwen3-32B', {}, 15.3, 51.0, 836_000, 20.4],
    ['Qwen/Qwen3-30B-A3B', {}, 14.2, 52.1, 2_270_000, 55],
    ['Qwen/Qwen3-235B-A22B', { tensorParallelSize: 8, gpusPerNode: 8 }, 54.7, 11.5, 257_000, 6.3],
  ];
  for (const [hubId, changes, weights, kv, tokens, requests] of rows) {
    test(`${hubId} ${JSON.stringify(changes)}`, () => {
      const plan = planGpuMemory(
        settingsOf(hubId, { gpuMemoryUtilization: 0.92, overheadMemory: OVERHEAD, ...changes }),
      );
      const { maxModelLen } = known(hubId);
      about(gib(plan.weightsPerGpu), weights);
      about(gib(plan.kvPerGpu), kv, 0.015);
      about(plan.kvCapacityTokens, tokens, 0.02);
      about(plan.maxConcurrencyAt(maxModelLen), requests, 0.03);
    });
  }

  test('Qwen3-235B-A22B FP8 on four GPUs, whose weights are estimated by hand only', () => {
    const plan = planGpuMemory(
      settingsOf('Qwen/Qwen3-235B-A22B-FP8', { gpuMemoryUtilization: 0.92, overheadMemory: OVERHEAD }),
    );
    // 235e9 × 1.02 / 4; the recipes want 240 GB of GPUs.
    about(gib(plan.weightsPerGpu), 55.8, 0.02);
    about(gib(plan.kvPerGpu), 10.4, 0.1);
  });
});

test('without the hybrid KV cache manager gpt-oss takes 72 KiB a token', () => {
  const plan = planGpuMemory(settings({ hybridKvCache: false }));
  about((4 * plan.kvPerGpu.bytes) / plan.kvCapacityTokens / 1024, 72, 0.001);
});

describe('published measurements', () => {
  const l40s = { gpu: 'l40s-48gb', tensorParallelSize: 2, maxModelLen: 32_768 };
  type Row = [said: string, hubId: string, Partial<GpuMemorySettings>, weights: number, kv: number];
  const since018: Row[] = [
    [
      'vLLM 0.19, 0.65 of one A100',
      'openai/gpt-oss-20b',
      { gpu: 'a100-sxm-80gb', tensorParallelSize: 1, gpuMemoryUtilization: 0.65 },
      13.72,
      36.56,
    ],
    [
      'vLLM 0.25, 40.47 GiB of each of two GPUs',
      'Qwen/Qwen3-32B',
      { ...l40s, gpuMemoryUtilization: 40.47 / 44.4 },
      30.59,
      8.22,
    ],
    [
      'a build near 0.11.2, four H200s',
      'RedHatAI/Llama-3.3-70B-Instruct-FP8-dynamic',
      { gpu: 'h200-sxm-141gb', maxModelLen: 8192 },
      16.96,
      106.17,
    ],
  ];
  for (const [said, hubId, changes, weights, kv] of since018) {
    for (const maxNumSeqs of [256, 1024]) {
      test(`${hubId}, ${said}: ${kv} GiB of KV cache, ${maxNumSeqs} requests at once`, () => {
        const plan = planGpuMemory(settingsOf(hubId, { ...changes, maxNumSeqs }));
        about(gib(plan.weightsPerGpu), weights, 0.02);
        about(gib(plan.kvPerGpu), kv, 0.1);
        assert.ok(gib(plan.kvPerGpu) <= 1.05 * kv, `${gib(plan.kvPerGpu)} is more than ${kv}`);
      });
    }
  }

  test('Qwen3-235B FP8 on four H100s, vLLM 0.9 and 0.10: 8.11 GiB of KV cache', () => {
    const { kvPerGpu } = planGpuMemory(settingsOf('Qwen/Qwen3-235B-A22B-FP8'));
    about(gib(kvPerGpu), 8.11, 0.05);
  });

  test('Hopper holds experts in MXFP4 for Triton: 13.47 GiB of gpt-oss-20b, 64.38 of gpt-oss-120b', () => {
    const alone = { tensorParallelSize: 1, maxModelLen: 8192 };
    about(gib(planGpuMemory(settingsOf('openai/gpt-oss-20b', alone)).weightsPerGpu), 13.47, 0.02);
    about(gib(planGpuMemory(settingsOf('openai/gpt-oss-120b', alone)).weightsPerGpu), 64.38, 0.02);
  });
});

test('what fits only with the least overhead is planned with what it needs', () => {
  const tight = settings({ tensorParallelSize: 1 });
  const { nonKvPerGpu, maxConcurrencyAt } = planGpuMemory(tight);
  assert.ok(gib(nonKvPerGpu) < 2.2);
  assert.ok(maxConcurrencyAt(131_072) > 1 && maxConcurrencyAt(131_072) < 1.01);
  const measured = settings({ ...tight, overheadMemory: Memory.gibibytes(3) });
  assert.throws(() => planGpuMemory(measured), /one request of 131072 tokens/);
});

test('weights of four bits are about 19 GB of Qwen3-32B, which one L40S holds', () => {
  const architecture = {
    ...known('Qwen/Qwen3-32B'),
    quantization: { method: 'integer', bits: 4, group: 128 } as const,
  };
  about(checkpointBytes(architecture) / 1e9, 19.3, 0.02);
  const plan = planGpuMemory(
    settings({ architecture, gpu: 'l40s-48gb', tensorParallelSize: 1, maxModelLen: 32_768 }),
  );
  assert.ok(plan.maxConcurrencyAt(32_768) > 2);
});

test('stages share the layers, and every GPU of a stage has blocks of its own layers only', () => {
  const one = planGpuMemory(settings({ tensorParallelSize: 2 }));
  const two = planGpuMemory(settings({ tensorParallelSize: 2, pipelineParallelSize: 2 }));
  assert.ok(two.weightsPerGpu.bytes < one.weightsPerGpu.bytes * 0.55);
  assert.ok(two.blocks > 2 * one.blocks);
});

test('a slice of a GPU is planned as a small GPU', () => {
  const architecture = { ...known('Qwen/Qwen3-32B'), fullLayers: 16 };
  const small = settings({ architecture, maxModelLen: 40_960, tensorParallelSize: 1 });
  const whole = planGpuMemory(small);
  const slice = planGpuMemory({ ...small, mig: '3g.40gb' });
  assert.equal(slice.weightsPerGpu.bytes, whole.weightsPerGpu.bytes);
  assert.ok(slice.blocks < whole.blocks / 2);
});
