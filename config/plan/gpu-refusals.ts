import type { Refusal } from '../../base/finding';
import { listed } from '../../base/text';
import { GPU_NAMES, gpuProfile } from '../models/gpus';
import { type GpuMemorySettings, gpuBudget, holdsOneRequest } from './gpu-budget';
import { blocksOfRequest, longestRequest } from './kv-cache';

/** Beyond this share the driver has no room: set-ups up to it are published. */
const MOST_UTILIZATION = 0.98;

/** What a suggestion goes up to. */
const ORDINARY_UTILIZATION = 0.92;

/** Of GPUs of one node. */
const TENSOR_PARALLEL_SIZES = [1, 2, 4, 8];

/** More nodes than anybody gives to one replica. */
const MOST_STAGES = 16;

const GI = 2 ** 30;
const KI = 2 ** 10;

/** Fields of the settings that are the user's to change. */
export type GpuMemoryField = Exclude<
  keyof GpuMemorySettings,
  'architecture' | 'chunkedPrefill' | 'positionsOverridden' | 'hybridKvCache'
>;

/** Why a configuration cannot run, and the nearest one that can. */
export interface GpuMemoryRefusal extends Refusal {
  readonly field: GpuMemoryField;
  /** What to change; nothing when no configuration is near. */
  readonly suggestion?: Partial<GpuMemorySettings>;
}

/**
 * Everything that makes vLLM refuse to start, found by arithmetic; memory is judged when the rest is sound.
 */
export function refuseGpuMemory(settings: GpuMemorySettings): GpuMemoryRefusal[] {
  const refusals = contradictions(settings);
  if (refusals.length > 0) return refusals;
  const refusal = refuseMemory(settings);
  return refusal === undefined ? [] : [refusal];
}

function contradictions(settings: GpuMemorySettings): GpuMemoryRefusal[] {
  const checks = [refuseUtilization, refuseMig, refuseDivision, refuseStages];
  return [...checks, refusePositions, refuseBatch].flatMap((check) => check(settings) ?? []);
}

function refuseUtilization({ gpuMemoryUtilization: share }: GpuMemorySettings): GpuMemoryRefusal | undefined {
  if (share > 0 && share <= MOST_UTILIZATION) return undefined;
  const usual = share > 0 ? ORDINARY_UTILIZATION : 0.9;
  return {
    field: 'gpuMemoryUtilization',
    problem: `${share} is not greater than 0 and at most ${MOST_UTILIZATION}: vLLM allocates this share of the GPU memory at start, and the driver needs the rest`,
    fix: `use ${usual}`,
    suggestion: { gpuMemoryUtilization: usual },
  };
}

function refuseMig(settings: GpuMemorySettings): GpuMemoryRefusal | undefined {
  const { gpu, mig, tensorParallelSize, pipelineParallelSize } = settings;
  if (mig === undefined) return undefined;
  const slices = Object.keys(gpuProfile(gpu).mig);
  if (!slices.includes(mig)) {
    return {
      field: 'mig',
      problem: `${gpu} has no MIG profile ${mig}`,
      fix: slices.length === 0 ? 'remove mig' : `use ${listed(slices, 'or')}`,
      suggestion: { mig: slices.at(-1) },
    };
  }
  const gpus = tensorParallelSize * pipelineParallelSize;
  if (gpus === 1) return undefined;
  return {
    field: 'mig',
    problem: `a replica of ${gpus} GPUs cannot run on MIG slices: slices have neither NVLink nor peer-to-peer memory, which NCCL needs`,
    fix: 'remove mig, or use tensorParallelSize 1',
    suggestion: { mig: undefined },
  };
}

/** Whether heads and quantized blocks can be divided over so many GPUs. */
function isDivisible({ architecture }: GpuMemorySettings, tensor: number): boolean {
  const { queryHeads, kvHeads, mlp, quantization } = architecture;
  const heads = queryHeads % tensor === 0 && (kvHeads % tensor === 0 || tensor % kvHeads === 0);
  if (!heads || tensor === 1 || quantization.method !== 'fp8' || quantization.block === undefined)
    return heads;
  return (mlp.intermediateSize / tensor) % quantization.block === 0;
}

function refuseDivision(settings: GpuMemorySettings): GpuMemoryRefusal | undefined {
  const { architecture, tensorParallelSize: tensor, pipelineParallelSize: pipeline, gpusPerNode } = settings;
  const { queryHeads, kvHeads, mlp, quantization } = architecture;
  const sizes = TENSOR_PARALLEL_SIZES.filter((size) => isDivisible(settings, size));
  const field = 'tensorParallelSize';
  if (!isDivisible(settings, tensor)) {
    const nearest = sizes.filter((size) => size < tensor).at(-1) ?? 1;
    const width = mlp.intermediateSize;
    const heads = queryHeads % tensor !== 0 || (kvHeads % tensor !== 0 && tensor % kvHeads !== 0);
    return {
      field,
      problem: heads
        ? `${tensor} GPUs cannot share ${queryHeads} query heads and ${kvHeads} key-value heads evenly`
        : `${tensor} GPUs divide the width of a layer into ${width} / ${tensor} = ${width / tensor}, which is not a multiple of the FP8 block size ${quantization.method === 'fp8' && quantization.block}`,
      fix: `use ${listed(sizes, 'or')}`,
      suggestion: { tensorParallelSize: nearest },
    };
  }
  if (tensor <= gpusPerNode) return undefined;
  const fitting = sizes.filter((size) => size <= gpusPerNode).at(-1) ?? 1;
  const stages = wholeNodes(fitting, Math.ceil((tensor * pipeline) / fitting), gpusPerNode);
  return {
    field,
    problem: `${tensor} GPUs are more than the ${gpusPerNode} of a node: across nodes, every layer would wait for the network`,
    fix: `use tensorParallelSize ${fitting} with pipelineParallelSize ${stages}, or gpusPerNode ${tensor} if the nodes have that many`,
    suggestion: { tensorParallelSize: fitting, pipelineParallelSize: stages },
  };
}

function refuseStages(settings: GpuMemorySettings): GpuMemoryRefusal | undefined {
  const { architecture, tensorParallelSize: tensor, pipelineParallelSize: stages, gpusPerNode } = settings;
  const layers = architecture.fullLayers + architecture.slidingLayers;
  const field = 'pipelineParallelSize';
  if (stages > layers) {
    return {
      field,
      problem: `${stages} stages are more than the ${layers} layers of the model`,
      fix: 'use 1',
      suggestion: { pipelineParallelSize: 1 },
    };
  }
  const gpus = tensor * stages;
  if (tensor > gpusPerNode || gpus <= gpusPerNode || gpus % gpusPerNode === 0) return undefined;
  const enough = wholeNodes(tensor, stages, gpusPerNode);
  return {
    field,
    problem: `${tensor} × ${stages} = ${gpus} GPUs of a replica are more than the ${gpusPerNode} of a node and do not fill whole nodes`,
    fix: `use ${enough}`,
    suggestion: { pipelineParallelSize: enough },
  };
}

/** As few stages as fill one node in part or several as a whole. */
function wholeNodes(tensor: number, least: number, gpusPerNode: number): number {
  let stages = least;
  while (tensor * stages > gpusPerNode && (tensor * stages) % gpusPerNode !== 0) stages += 1;
  return stages;
}

function refusePositions(settings: GpuMemorySettings): GpuMemoryRefusal | undefined {
  const { architecture, maxModelLen, positionsOverridden = false } = settings;
  const positions = architecture.maxModelLen;
  if (positionsOverridden || maxModelLen <= positions) return undefined;
  return {
    field: 'maxModelLen',
    problem: `${maxModelLen} tokens are more than the ${positions} positions of the model: vLLM would not start`,
    fix: `use ${positions} or less`,
    suggestion: { maxModelLen: positions },
  };
}

function refuseBatch(settings: GpuMemorySettings): GpuMemoryRefusal | undefined {
  const { maxNumBatchedTokens: tokens, maxNumSeqs, maxModelLen, chunkedPrefill = true } = settings;
  const field = 'maxNumBatchedTokens';
  if (tokens < maxNumSeqs) {
    return {
      field,
      problem: `${tokens} tokens per step are fewer than maxNumSeqs ${maxNumSeqs}, and each request needs at least one`,
      fix: `use ${maxNumSeqs} or more`,
      suggestion: { maxNumBatchedTokens: chunkedPrefill ? maxNumSeqs : Math.max(maxNumSeqs, maxModelLen) },
    };
  }
  if (chunkedPrefill || tokens >= maxModelLen) return undefined;
  return {
    field,
    problem: `${tokens} tokens per step are fewer than maxModelLen ${maxModelLen}, and without chunked prefill a whole prompt must fit in one step`,
    fix: `use ${maxModelLen} or more`,
    suggestion: { maxNumBatchedTokens: maxModelLen },
  };
}

function refuseMemory(settings: GpuMemorySettings): GpuMemoryRefusal | undefined {
  const budget = gpuBudget(settings);
  const { maxModelLen, gpuMemoryUtilization } = settings;
  if (holdsOneRequest(budget, maxModelLen)) return undefined;
  const { total, taken, weights, overhead, kv, layout, blocks } = budget;
  const longest = longestRequest(layout, blocks - 1, maxModelLen);
  const shape = nearestShape(settings);
  const share = `${gpuMemoryUtilization} × ${gib(total)} = ${gib(taken)}`;
  if (longest === 0) {
    return {
      field: 'gpuMemoryUtilization',
      problem: `no memory is left for the KV cache: weights ${gib(weights)} and overhead of at least ${gib(overhead)} take all of ${share} of each GPU`,
      ...(shape && { fix: `use ${said(shape)}`, suggestion: shape }),
    };
  }
  return {
    field: 'maxModelLen',
    problem: `one request of ${maxModelLen} tokens needs ${blocksOfRequest(layout, maxModelLen)} blocks of KV cache, and ${blocks - 1} fit: ${share}, less weights ${gib(weights)} and overhead of at least ${gib(overhead)}, leaves ${gib(kv)} at ${layout.bytesPerBlock / KI} KiB per block`,
    fix: `use ${longest} or less${shape === undefined || 'maxModelLen' in shape ? '' : `, or ${said(shape)}`}`,
    suggestion: { maxModelLen: longest },
  };
}

/**
 * The nearest division of the model that runs: a little more of each GPU, more GPUs of a node, more nodes,
 * larger GPUs; with the same context, otherwise with the longest that fits.
 */
function nearestShape(settings: GpuMemorySettings): Partial<GpuMemorySettings> | undefined {
  const shapes = [...shapesNear(settings)].map((shape) => ({ shape, changed: { ...settings, ...shape } }));
  const sound = shapes.filter(({ changed }) => contradictions(changed).length === 0);
  const fitting = sound.find(({ changed }) => holdsOneRequest(gpuBudget(changed), changed.maxModelLen));
  if (fitting !== undefined) return fitting.shape;
  for (const { shape, changed } of sound) {
    const { layout, blocks } = gpuBudget(changed);
    const maxModelLen = longestRequest(layout, blocks - 1, changed.maxModelLen);
    if (maxModelLen > 0) return { ...shape, maxModelLen };
  }
  return undefined;
}

function* shapesNear(settings: GpuMemorySettings): Generator<Partial<GpuMemorySettings>> {
  const { tensorParallelSize, pipelineParallelSize, gpusPerNode, gpuMemoryUtilization, gpu, mig } = settings;
  const whole = mig === undefined ? {} : { mig: undefined };
  if (mig !== undefined) yield whole;
  for (
    let percent = Math.floor(gpuMemoryUtilization * 100);
    percent <= ORDINARY_UTILIZATION * 100;
    percent++
  ) {
    if (percent / 100 > gpuMemoryUtilization) yield { gpuMemoryUtilization: percent / 100 };
  }
  const larger = TENSOR_PARALLEL_SIZES.filter((size) => size > tensorParallelSize);
  for (const size of larger) yield { ...whole, tensorParallelSize: size };
  const inNode = [tensorParallelSize, ...larger].filter((size) => size <= gpusPerNode);
  for (let stages = pipelineParallelSize + 1; stages <= MOST_STAGES; stages++) {
    for (const size of inNode) yield { ...whole, tensorParallelSize: size, pipelineParallelSize: stages };
  }
  for (const name of GPU_NAMES) {
    if (name !== gpu) yield { ...whole, gpu: name };
  }
}

/** Settings as something to write. */
function said(settings: Partial<GpuMemorySettings>): string {
  return listed(
    Object.entries(settings).map(([field, value]) =>
      value === undefined ? `no ${field}` : `${field} ${value}`,
    ),
    'and',
  );
}

function gib(bytes: number): string {
  return `${(bytes / GI).toFixed(1)} GiB`;
}
