import { Memory } from '../../base/quantity';
import type { VllmDocument, VllmSettings } from '../document';
import type { GpuMemorySettings } from '../plan/gpu-budget';
import { type GpuMemoryPlan, planGpuMemory } from '../plan/gpu-memory';
import type { ModelArchitecture } from './architecture';
import { readArchitecture } from './config-json';
import { knownArchitecture } from './registry';

/** Fields that decide on memory, equal in document and platform but for the overhead. */
type Deciding = Pick<
  VllmSettings & VllmDocument,
  | 'gpu'
  | 'gpusPerNode'
  | 'tensorParallelSize'
  | 'pipelineParallelSize'
  | 'maxModelLen'
  | 'maxNumSeqs'
  | 'maxNumBatchedTokens'
  | 'gpuMemoryUtilization'
  | 'kvCacheDtype'
  | 'extraArgs'
> & {
  readonly mig?: string | undefined;
  readonly overheadMemory?: string | Memory | undefined;
};

/**
 * What is known about a served model: from the `config.json` in the document, otherwise from the registry.
 *
 * Undefined for a `config.json` with mistakes, too.
 */
export function architectureOf(model: {
  readonly model?: string | undefined;
  readonly architecture?: Readonly<Record<string, unknown>> | undefined;
}): ModelArchitecture | undefined {
  if (model.architecture === undefined) return knownArchitecture(model.model ?? '');
  const read = readArchitecture(model.architecture);
  return 'architecture' in read ? read.architecture : undefined;
}

/** What the memory of a served model's GPUs follows from. */
export function gpuMemorySettings(model: Deciding, architecture: ModelArchitecture): GpuMemorySettings {
  const { overheadMemory, extraArgs } = model;
  return {
    architecture,
    gpu: model.gpu,
    mig: model.mig,
    gpusPerNode: model.gpusPerNode,
    tensorParallelSize: model.tensorParallelSize,
    pipelineParallelSize: model.pipelineParallelSize,
    maxModelLen: model.maxModelLen,
    maxNumSeqs: model.maxNumSeqs,
    maxNumBatchedTokens: model.maxNumBatchedTokens,
    gpuMemoryUtilization: model.gpuMemoryUtilization,
    kvCacheDtype: model.kvCacheDtype,
    overheadMemory: typeof overheadMemory === 'string' ? Memory.parse(overheadMemory) : overheadMemory,
    chunkedPrefill: extraArgs['enable-chunked-prefill'] !== false,
    hybridKvCache: extraArgs['disable-hybrid-kv-cache-manager'] !== true,
    positionsOverridden: 'hf-overrides' in extraArgs,
  };
}

/** The memory plan of a served model; undefined when nothing is known about its architecture. */
export function planModelMemory(model: VllmSettings): GpuMemoryPlan | undefined {
  const architecture = architectureOf(model);
  return architecture && planGpuMemory(gpuMemorySettings(model, architecture));
}
