import type { ModelArchitecture } from '../models/architecture';
import type { GpuProfile } from '../models/gpus';

/** Bytes of a BF16 number. */
const WORD = 2;

/** Bits of one MXFP4 weight with its share of the scale: 4, and 8 for every 32. */
const MXFP4_BITS = 4.25;

/** Bytes of a scale of FP8 weights. */
const SCALE = 4;

/** How a model is divided over the GPUs of one replica. */
export interface Parallelism {
  /** GPUs that share every layer. */
  readonly tensor: number;
  /** Groups of GPUs that share the layers among them. */
  readonly pipeline: number;
}

/** Multiples to which a kernel rounds the two sides of an MXFP4 expert. */
export interface Padding {
  readonly width: number;
  readonly hidden: number;
}

/**
 * How experts in MXFP4 lie in memory: as in the checkpoint, or as vLLM lays them out for a kernel
 * (`mxfp4_round_up_hidden_size_and_intermediate_size` of vLLM 0.33; `triton` as its builds around 0.14 did).
 * Hopper takes Triton when it can, older GPUs take Marlin.
 */
export const PADDING: Readonly<Record<'checkpoint' | 'triton' | 'marlin', Padding>> = {
  checkpoint: { width: 1, hidden: 1 },
  triton: { width: 64, hidden: 256 },
  marlin: { width: 128, hidden: 256 },
};

/** From the first of Hopper on, vLLM prefers Triton for MXFP4. */
const HOPPER = 90;

/** How experts in MXFP4 lie in the memory of a GPU. */
export function paddingOf({ computeCapability }: Pick<GpuProfile, 'computeCapability'>): Padding {
  return computeCapability >= HOPPER ? PADDING.triton : PADDING.marlin;
}

/** Size in bytes of the weights of a model in its checkpoint. */
export function checkpointBytes(model: ModelArchitecture): number {
  return weightBytes(model, { tensor: 1, pipeline: 1 }, PADDING.checkpoint);
}

/** Bytes of the weights on the fullest GPU of a replica. */
export function weightBytes(model: ModelArchitecture, divided: Parallelism, padding: Padding): number {
  const { tensor, pipeline } = divided;
  const layers = Math.ceil((model.fullLayers + model.slidingLayers) / pipeline);
  // The first stage has the embedding, the last one the head.
  const matrices = model.tiedEmbeddings || pipeline > 1 ? 1 : 2;
  const embeddings = (matrices * model.vocabSize * model.hiddenSize * WORD) / tensor;
  return Math.ceil(layers * (attentionBytes(model, tensor) + mlpBytes(model, tensor, padding)) + embeddings);
}

function attentionBytes(model: ModelArchitecture, tensor: number): number {
  const { hiddenSize, queryHeads, kvHeads, headDim } = model;
  const query = (queryHeads / tensor) * headDim;
  // A head is never divided: beyond kvHeads ranks each holds a copy.
  const keyValue = 2 * Math.max(1, kvHeads / tensor) * headDim;
  return linearBytes(model, query + keyValue, hiddenSize) + linearBytes(model, hiddenSize, query);
}

function mlpBytes(model: ModelArchitecture, tensor: number, padding: Padding): number {
  const { hiddenSize, mlp, quantization } = model;
  const width = mlp.intermediateSize / tensor;
  const expert =
    quantization.method === 'mxfp4'
      ? (3 * roundUp(hiddenSize, padding.hidden) * roundUp(width, padding.width) * MXFP4_BITS) / 8
      : 2 * linearBytes(model, width, hiddenSize) + linearBytes(model, hiddenSize, width);
  if (mlp.kind === 'dense') return expert;
  const biases = mlp.bias ? (2 * width + hiddenSize) * WORD : 0;
  // The router is small, and every rank has all of it.
  const router = hiddenSize * mlp.experts * WORD;
  return mlp.experts * (expert + biases) + router;
}

function linearBytes({ quantization }: ModelArchitecture, rows: number, columns: number): number {
  switch (quantization.method) {
    case 'fp8': {
      const { block } = quantization;
      const scales = block === undefined ? rows : Math.ceil(rows / block) * Math.ceil(columns / block);
      return rows * columns + scales * SCALE;
    }
    case 'integer': {
      const { bits, group = columns } = quantization;
      // Each group has a scale of 16 bits and a zero point of its own.
      return (rows * columns * bits) / 8 + rows * Math.ceil(columns / group) * (WORD + bits / 8);
    }
    default:
      return rows * columns * WORD;
  }
}

function roundUp(size: number, multiple: number): number {
  return Math.ceil(size / multiple) * multiple;
}
