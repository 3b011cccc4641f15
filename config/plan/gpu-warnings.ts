import type { Refusal } from '../../base/finding';
import { gpuProfile } from '../models/gpus';
import { type GpuMemorySettings, gpuBudget, hasRoom, overheadRange } from './gpu-budget';
import { planGpuMemory } from './gpu-memory';
import type { GpuMemoryField } from './gpu-refusals';

const GI = 2 ** 30;

/** Beyond this share of a GPU, gpt-oss on two of them has run out of memory (vLLM's recipes). */
const HIGH_UTILIZATION = 0.92;

/** Beyond this share any other process on a GPU keeps vLLM from its start. */
const ORDINARY_MOST = 0.95;

/** A configuration that runs but is probably not intended. */
export interface GpuMemoryWarning extends Refusal {
  readonly field: GpuMemoryField;
}

/** Risks of a configuration that is not refused. */
export function warnGpuMemory(settings: GpuMemorySettings): GpuMemoryWarning[] {
  return [warnCrowd, warnRoom, warnUtilization, warnLinks].flatMap((check) => check(settings) ?? []);
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

/** What fits only if vLLM takes no more than it takes elsewhere. */
function warnRoom(settings: GpuMemorySettings): GpuMemoryWarning | undefined {
  if (hasRoom(settings)) return undefined;
  const { taken, weights } = gpuBudget(settings);
  const { least, most } = overheadRange(settings, weights);
  const gib = (bytes: number) => (bytes / GI).toFixed(1);
  return {
    field: 'maxModelLen',
    problem: `whether one request of ${settings.maxModelLen} tokens fits depends on what vLLM takes beside the weights: of ${gib(taken - weights)} GiB from ${gib(least)} to ${gib(most)}, as measured elsewhere`,
    fix: 'use less, or set overheadMemory to what a log of this configuration says',
  };
}

function warnUtilization(settings: GpuMemorySettings): GpuMemoryWarning | undefined {
  const { gpuMemoryUtilization, tensorParallelSize, architecture } = settings;
  if (gpuMemoryUtilization > ORDINARY_MOST) {
    return {
      field: 'gpuMemoryUtilization',
      problem: `${gpuMemoryUtilization} of each GPU leaves little to the driver and to whatever else runs there: vLLM does not start if less is free`,
      fix: `use ${ORDINARY_MOST} or less`,
    };
  }
  const tight = architecture.quantization.method === 'mxfp4' && tensorParallelSize <= 2;
  if (!tight || gpuMemoryUtilization <= HIGH_UTILIZATION) return undefined;
  return {
    field: 'gpuMemoryUtilization',
    problem: `${gpuMemoryUtilization} of ${tensorParallelSize === 1 ? 'one GPU' : 'two GPUs'} is known to run out of memory with MXFP4 weights`,
    fix: `use ${HIGH_UTILIZATION} or less`,
  };
}

function warnLinks({ gpu, tensorParallelSize }: GpuMemorySettings): GpuMemoryWarning | undefined {
  if (tensorParallelSize <= gpuProfile(gpu).linked) return undefined;
  return {
    field: 'tensorParallelSize',
    problem: `${tensorParallelSize} GPUs exchange the results of every layer over PCIe: ${gpu} has no NVLink between all GPUs of a node`,
    fix: 'use tensorParallelSize 1 if the model fits, or set preflight to measure the links',
  };
}
