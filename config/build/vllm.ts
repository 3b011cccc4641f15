import type { VllmDocument } from '../document';
import type { VllmModel } from '../platform';
import { Duration } from '../quantity';
import type { ModelContext } from './model';

export function buildVllm(name: string, vllm: VllmDocument, { requestTimeout }: ModelContext): VllmModel {
  return {
    kind: 'vllm',
    name,
    ...vllm,
    version: '0.33.0',
    pipelineParallelSize: 1,
    gpu: 'h100-sxm-80gb',
    gpusPerNode: 4,
    maxNumSeqs: 256,
    maxNumBatchedTokens: 8192,
    gpuMemoryUtilization: 0.9,
    kvCacheDtype: 'auto',
    startupBudget: Duration.parse(vllm.startupBudget),
    drain: requestTimeout,
    weights: { kind: 'hub' },
    preflight: false,
    endpointPicker: false,
    extraArgs: {},
  };
}
