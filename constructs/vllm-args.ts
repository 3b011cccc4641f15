import type { Duration } from '../config';
import { isHarmony } from './model-store';

export interface VllmArgs {
  /** Path or hub id. */
  readonly source: string;
  /** Id on the hub, which says what family the model is of. */
  readonly model: string;
  readonly servedName: string;
  readonly port: number;
  readonly tensorParallelSize: number;
  readonly pipelineParallelSize: number;
  readonly maxModelLen: number;
  readonly maxNumSeqs: number;
  readonly maxNumBatchedTokens: number;
  readonly gpuMemoryUtilization: number;
  readonly kvCacheDtype: 'auto' | 'fp8';
  /** In whole seconds. */
  readonly shutdownTimeout: Duration;
  /** Commit, for a model from the hub. */
  readonly revision?: string;
  /** Nodes of one replica; more than one share it by pipeline or tensor parallelism. */
  readonly nodes: number;
  readonly extraArgs: Readonly<Record<string, string | number | boolean>>;
}

type Flags = Record<string, string | number | boolean>;

/** What follows `vllm serve`. A flag of `extraArgs` takes the place of ours that it has. */
export function vllmArgs(args: VllmArgs): string[] {
  const flags: Flags = { ...ownFlags(args), ...args.extraArgs };
  return [args.source, ...Object.entries(flags).map(([name, value]) => flag(name, value))];
}

/** What workers of a replica over several nodes add: they have no API, and their number is the node's. */
export const HEADLESS = '--headless';

function ownFlags(args: VllmArgs): Flags {
  return {
    'served-model-name': args.servedName,
    port: args.port,
    ...(args.revision !== undefined && { revision: args.revision }),
    'tensor-parallel-size': args.tensorParallelSize,
    ...(args.pipelineParallelSize > 1 && { 'pipeline-parallel-size': args.pipelineParallelSize }),
    ...(args.nodes > 1 && group(args.nodes)),
    'max-model-len': args.maxModelLen,
    // Emitted always, because the default moved from 0.90 to 0.92 between releases.
    'gpu-memory-utilization': args.gpuMemoryUtilization.toFixed(2),
    'max-num-seqs': args.maxNumSeqs,
    'max-num-batched-tokens': args.maxNumBatchedTokens,
    ...(args.kvCacheDtype !== 'auto' && { 'kv-cache-dtype': args.kvCacheDtype }),
    'enable-prefix-caching': true,
    // A parser belongs to a model family; a wrong one makes every tool call an error.
    ...(isHarmony(args.model) && { 'enable-auto-tool-choice': true, 'tool-call-parser': 'openai' }),
    // Token counts in every answer, streamed ones too: budgets and bills are made of them.
    'enable-force-include-usage': true,
    'enable-prompt-tokens-details': true,
    // Without it running answers are cut when the pod leaves.
    'shutdown-timeout': args.shutdownTimeout.seconds,
    'disable-access-log-for-endpoints': '/health,/metrics',
  };
}

/** vLLM's own processes on every node; Ray is not among the requirements of its wheel. */
function group(nodes: number): Flags {
  return {
    nnodes: nodes,
    // The LeaderWorkerSet's controller sets both in every container.
    'node-rank': '$(LWS_WORKER_INDEX)',
    'master-addr': '$(LWS_LEADER_ADDRESS)',
  };
}

/** vLLM knows a negative form of its switches. */
function flag(name: string, value: string | number | boolean): string {
  if (typeof value === 'boolean') return value ? `--${name}` : `--no-${name}`;
  return `--${name}=${value}`;
}
