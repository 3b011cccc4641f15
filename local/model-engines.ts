import {
  type GpuMemorySettings,
  knownArchitecture,
  type ModelArchitecture,
  planGpuMemory,
  refuseGpuMemory,
} from '../config';
import type { LiveObject } from './kube';

/** The card of the embedded datacenter's nodes. */
const GPU = 'h100-sxm-80gb';

/** Tokens of a block: vLLM's default on NVIDIA GPUs. */
const BLOCK_SIZE = 16;

/** Of a number between two layers of a model in 16 bits. */
const BYTES_OF_ACTIVATION = 2;

interface Container {
  readonly name: string;
  readonly args?: readonly string[];
  readonly resources?: { readonly limits?: Readonly<Record<string, string | number>> };
}

/** What `vllm serve` was told: the model, and its flags by name; a switch is an empty text. */
interface ServeCommand {
  readonly source: string;
  readonly flags: ReadonlyMap<string, string>;
}

function serveCommand([source = '', ...rest]: readonly string[]): ServeCommand {
  const pairs = rest.map((arg) => {
    const [name = '', ...value] = arg.split('=');
    return [name, value.join('=')] as const;
  });
  return { source, flags: new Map(pairs) };
}

/**
 * The options by which a model server's stand-in is the engine of its pod: batch and step as `vllm serve` was told, a KV
 * cache as large as the memory plan of a known model says, and the cards that the pod has.
 */
export function engineArgs({ metadata, spec }: LiveObject): string[] {
  const [container] = spec.containers as readonly [Container];
  const { source, flags } = serveCommand(container.args ?? []);
  const gpus = Number(container.resources?.limits?.['nvidia.com/gpu'] ?? 1);
  const architecture = knownArchitecture(source);
  const blocks = architecture && cacheBlocks(architecture, flags, gpus);
  const option = (name: string, value: string | number | undefined) =>
    value === undefined ? [] : [`--${name}`, `${value}`];
  const share = flags.get('--gpu-memory-utilization');
  return [
    ...(/gpt-oss/i.test(source) ? ['--harmony'] : []),
    ...(flags.has('--enable-force-include-usage') ? ['--force-usage'] : []),
    ...(flags.has('--enable-prompt-tokens-details') ? ['--prompt-details'] : []),
    ...option('max-num-seqs', flags.get('--max-num-seqs')),
    ...option('max-num-batched-tokens', flags.get('--max-num-batched-tokens')),
    ...option('kv-blocks', blocks),
    ...option('gpus', gpus),
    ...option('gpu-memory', share && Math.round(Number(share) * 100)),
    ...option(
      'link-bytes',
      architecture && linkBytes(architecture, numberOf(flags, 'tensor-parallel-size', 1)),
    ),
    ...option('pod', `${metadata.namespace}/${metadata.name}/${container.name}`),
  ];
}

function numberOf(flags: ServeCommand['flags'], name: string, otherwise: number): number {
  return Number(flags.get(`--${name}`) ?? otherwise);
}

/** Blocks for as many tokens as the plan says, and the one that vLLM holds back; undefined for a model that does not fit. */
function cacheBlocks(
  architecture: ModelArchitecture,
  flags: ServeCommand['flags'],
  gpusPerNode: number,
): number | undefined {
  const settings: GpuMemorySettings = {
    architecture,
    gpu: GPU,
    gpusPerNode,
    tensorParallelSize: numberOf(flags, 'tensor-parallel-size', 1),
    pipelineParallelSize: numberOf(flags, 'pipeline-parallel-size', 1),
    maxModelLen: numberOf(flags, 'max-model-len', architecture.maxModelLen),
    maxNumSeqs: numberOf(flags, 'max-num-seqs', 256),
    maxNumBatchedTokens: numberOf(flags, 'max-num-batched-tokens', 8192),
    gpuMemoryUtilization: numberOf(flags, 'gpu-memory-utilization', 0.9),
    kvCacheDtype: flags.get('--kv-cache-dtype') === 'fp8' ? 'fp8' : 'auto',
  };
  if (refuseGpuMemory(settings).length > 0) return undefined;
  return Math.floor(planGpuMemory(settings).kvCapacityTokens / BLOCK_SIZE) + 1;
}

/**
 * Bytes that each of some cards sends for a token: in every layer attention and MLP end with an all-reduce of the hidden
 * state, and a ring of n cards sends it 2 (n - 1) / n times.
 */
function linkBytes({ fullLayers, slidingLayers, hiddenSize }: ModelArchitecture, cards: number): number {
  const reduced = 2 * (fullLayers + slidingLayers) * hiddenSize * BYTES_OF_ACTIVATION;
  return Math.round((reduced * 2 * (cards - 1)) / cards);
}
