import type { Duration, VllmSettings } from '../config';
import { isHarmony } from './model-store';

type Flags = Record<string, string | number | boolean>;

/** What a field of a model, or the number of nodes of a replica, becomes on the command line. */
type FlagTable = { readonly [K in keyof FlagSource]?: (value: FlagSource[K]) => Flags };

type FlagSource = Required<VllmSettings> & { readonly nodes: number };

/** Flags by the field that they come from, in the order of the command line: a new flag is a line here. */
const FLAGS = {
  tensorParallelSize: (size) => ({ 'tensor-parallel-size': size }),
  pipelineParallelSize: (size) => (size > 1 ? { 'pipeline-parallel-size': size } : {}),
  nodes: (nodes) => (nodes > 1 ? group(nodes) : {}),
  maxModelLen: (tokens) => ({ 'max-model-len': tokens }),
  // Emitted always, because the default moved from 0.90 to 0.92 between releases.
  gpuMemoryUtilization: (share) => ({ 'gpu-memory-utilization': share.toFixed(2) }),
  maxNumSeqs: (requests) => ({ 'max-num-seqs': requests }),
  maxNumBatchedTokens: (tokens) => ({ 'max-num-batched-tokens': tokens }),
  kvCacheDtype: (type) => (type === 'auto' ? {} : { 'kv-cache-dtype': type }),
} satisfies FlagTable;

/** Fields of a model that are flags, and the number of nodes of a replica. */
export type FlagField = keyof typeof FLAGS;

type FlagValues = Pick<VllmSettings & { readonly nodes: number }, FlagField>;

/** What the command line is made of. */
export interface VllmArgs extends FlagValues, Pick<VllmSettings, 'model' | 'extraArgs'> {
  /** Path or hub id. */
  readonly source: string;
  readonly servedName: string;
  readonly port: number;
  /** In whole seconds. */
  readonly shutdownTimeout: Duration;
  /** Commit, for a model from the hub. */
  readonly commit?: string;
}

/** What follows `vllm serve`. A flag of `extraArgs` takes the place of ours that it has. */
export function vllmArgs(args: VllmArgs): string[] {
  const flags: Flags = { ...ownFlags(args), ...args.extraArgs };
  return [args.source, ...Object.entries(flags).map(([name, value]) => flag(name, value))];
}

/** What workers of a replica over several nodes add: they have no API, and their number is the node's. */
export const HEADLESS = '--headless';

function flagsOfFields(values: FlagValues): Flags {
  const table: { readonly [F in FlagField]: (value: FlagSource[F]) => Flags } = FLAGS;
  const flagsOf = <F extends FlagField>(field: F) =>
    values[field] === undefined ? {} : table[field](values[field] as FlagSource[F]);
  return Object.assign({}, ...(Object.keys(FLAGS) as FlagField[]).map(flagsOf));
}

function ownFlags(args: VllmArgs): Flags {
  return {
    'served-model-name': args.servedName,
    port: args.port,
    ...(args.commit !== undefined && { revision: args.commit }),
    ...flagsOfFields(args),
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
