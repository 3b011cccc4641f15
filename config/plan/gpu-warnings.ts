import type { Refusal } from '../../base/finding';
import { gpuProfile } from '../models/gpus';
import { type GpuMemorySettings, samplerBytes } from './gpu-budget';
import { planGpuMemory } from './gpu-memory';
import type { GpuMemoryField } from './gpu-refusals';

const GI = 2 ** 30;

/** More requests at once than answers need, for what the sampler takes with a vocabulary of some 200,000. */
const MANY_REQUESTS = 512;
const LARGE_VOCABULARY = 150_000;

/** Beyond this share of a GPU, gpt-oss on two of them has run out of memory (vLLM's recipes). */
const HIGH_UTILIZATION = 0.92;

/** A configuration that runs but is probably not intended. */
export interface GpuMemoryWarning extends Refusal {
  readonly field: GpuMemoryField;
}

/** Risks of a configuration that is not refused. */
export function warnGpuMemory(settings: GpuMemorySettings): GpuMemoryWarning[] {
  return [warnCrowd, warnSampler, warnUtilization, warnLinks].flatMap((check) => check(settings) ?? []);
}

function warnCrowd(settings: GpuMemorySettings): GpuMemoryWarning | undefined {
  const { expectedTokens, maxNumSeqs } = settings;
  if (expectedTokens === undefined) return undefined;
  const safe = planGpuMemory(settings).safeMaxNumSeqs(expectedTokens);
  if (maxNumSeqs <= safe) return undefined;
  return {
    field: 'maxNumSeqs',
    problem: `${maxNumSeqs} parallel requests of ${expectedTokens} tokens need more than 90 % of the KV cache: vLLM will preempt and recompute some of them`,
    fix: `use ${Math.max(1, safe)} or less`,
  };
}

function warnSampler({ maxNumSeqs, architecture }: GpuMemorySettings): GpuMemoryWarning | undefined {
  if (maxNumSeqs <= MANY_REQUESTS || architecture.vocabSize < LARGE_VOCABULARY) return undefined;
  const wasted = samplerBytes(maxNumSeqs - MANY_REQUESTS, architecture) / GI;
  return {
    field: 'maxNumSeqs',
    problem: `${maxNumSeqs} parallel requests with a vocabulary of ${architecture.vocabSize} take about ${wasted.toFixed(1)} GiB more of each GPU than ${MANY_REQUESTS}, at the expense of the KV cache`,
    fix: `use ${MANY_REQUESTS} or less`,
  };
}

function warnUtilization(settings: GpuMemorySettings): GpuMemoryWarning | undefined {
  const { gpuMemoryUtilization, tensorParallelSize, architecture } = settings;
  const tight = architecture.quantization.method === 'mxfp4' && tensorParallelSize <= 2;
  if (!tight || gpuMemoryUtilization <= HIGH_UTILIZATION) return undefined;
  return {
    field: 'gpuMemoryUtilization',
    problem: `${gpuMemoryUtilization} of ${tensorParallelSize === 1 ? 'one GPU' : 'two GPUs'} is known to run out of memory with MXFP4 weights`,
    fix: `use ${HIGH_UTILIZATION} or less`,
  };
}

function warnLinks({ gpu, tensorParallelSize }: GpuMemorySettings): GpuMemoryWarning | undefined {
  if (tensorParallelSize === 1 || gpuProfile(gpu).nvlink) return undefined;
  return {
    field: 'tensorParallelSize',
    problem: `${tensorParallelSize} GPUs exchange the results of every layer over PCIe: ${gpu} has no NVLink between all GPUs of a node`,
    fix: 'use tensorParallelSize 1 if the model fits, or set preflight to measure the links',
  };
}
