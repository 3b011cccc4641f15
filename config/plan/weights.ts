import type { ModelArchitecture } from '../models/architecture';

/** BF16. */
const WORD = 2;

/** Bits of one MXFP4 weight with its share of the scale. */
const MXFP4_BITS = 4.25;

/** FP8 scales are floats. */
const SCALE = 4;

/** How a model is divided over the GPUs of one replica. */
export interface Parallelism {
  readonly tensor: number;
  readonly pipeline: number;
}

/** Bytes of a model's weights as they lie in its checkpoint. */
export function checkpointBytes(model: ModelArchitecture): number {
  return Math.ceil(weightBytes(model, { tensor: 1, pipeline: 1 }, (width) => width));
}

/**
 * Bytes of the weights on the fullest GPU.
 *
 * @param padded Width of an MXFP4 expert's share as the kernel lays it out, and of the hidden size.
 */
export function weightBytes(
  model: ModelArchitecture,
  { tensor, pipeline }: Parallelism,
  paddedWidth: (width: number) => number,
  paddedHidden: (width: number) => number = (width) => width,
): number {
  const layers = Math.ceil((model.fullLayers + model.slidingLayers) / pipeline);
  const matrices = model.tiedEmbeddings || pipeline > 1 ? 1 : 2;
  const embeddings = (matrices * model.vocabSize * model.hiddenSize * WORD) / tensor;
  return (
    layers * (attentionBytes(model, tensor) + mlpBytes(model, tensor, paddedWidth, paddedHidden)) + embeddings
  );
}

function attentionBytes(model: ModelArchitecture, tensor: number): number {
  const { hiddenSize, queryHeads, kvHeads, headDim } = model;
  const query = (queryHeads / tensor) * headDim;
  // A head is never divided: beyond kvHeads ranks each holds a copy.
  const keyValue = 2 * Math.max(1, kvHeads / tensor) * headDim;
  return linearBytes(model, query + keyValue, hiddenSize) + linearBytes(model, hiddenSize, query);
}

function mlpBytes(
  model: ModelArchitecture,
  tensor: number,
  paddedWidth: (width: number) => number,
  paddedHidden: (width: number) => number,
): number {
  const { hiddenSize, mlp, quantization } = model;
  const width = mlp.intermediateSize / tensor;
  if (mlp.kind === 'dense') return gated(model, width);
  const { experts } = mlp;
  // The router is small and every rank has all of it.
  const router = hiddenSize * experts * WORD;
  const biases = mlp.bias ? experts * (2 * width + hiddenSize) * WORD : 0;
  const one =
    quantization.method === 'mxfp4'
      ? (3 * paddedHidden(hiddenSize) * paddedWidth(width) * MXFP4_BITS) / 8
      : gated(model, width);
  return experts * one + biases + router;
}

/** Gate, up and down. */
function gated(model: ModelArchitecture, width: number): number {
  return 2 * linearBytes(model, width, model.hiddenSize) + linearBytes(model, model.hiddenSize, width);
}

function linearBytes({ quantization }: ModelArchitecture, rows: number, columns: number): number {
  if (quantization.method !== 'fp8') return rows * columns * WORD;
  const { block } = quantization;
  const scales = block === undefined ? rows : Math.ceil(rows / block) * Math.ceil(columns / block);
  return rows * columns + scales * SCALE;
}
