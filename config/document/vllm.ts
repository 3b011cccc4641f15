import type { WeightsDocument } from './weights';

export interface VllmDocument {
  readonly model: string;
  readonly revision?: string;
  readonly architecture?: Readonly<Record<string, unknown>>;
  readonly version: string;
  readonly cuda?: string;
  readonly strategy?: 'latency' | 'throughput';
  readonly tensorParallelSize: number;
  readonly pipelineParallelSize: number;
  readonly gpu: string;
  readonly mig?: string;
  readonly gpusPerNode: number;
  readonly maxModelLen: number;
  readonly maxNumSeqs: number;
  readonly maxNumBatchedTokens: number;
  readonly gpuMemoryUtilization: number;
  readonly overheadMemory?: string;
  readonly kvCacheDtype: 'auto' | 'fp8';
  readonly expectedTokens?: number;
  readonly replicas: number;
  readonly startupBudget: string;
  readonly drain: string;
  readonly weights: WeightsDocument;
  readonly hubTokenSecret?: string;
  readonly apiKeySecret?: string;
  readonly autoscale?: {
    readonly maxReplicas: number;
    readonly waitingRequests: number;
    readonly prometheus: string;
    readonly cooldown: string;
  };
  readonly preflight: boolean;
  readonly endpointPicker: boolean;
  readonly priorityClass?: string;
  readonly runtimeClass?: string;
  readonly extraArgs: Readonly<Record<string, string | number | boolean>>;
}
